"""What words a corpus is made of: how often each, in which class, and what a vocabulary misses."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sentiment.encoding.vocabulary import FIRST_WORD

# The prior of `log_odds` weighs as much as this share of all words.
PRIOR_SHARE = 0.01
# Ranked by strength, words of a single film would lead: a word counts if so many reviews hold it
# and its difference is so many standard deviations from none.
COMMON_SHARE, LEAST_Z = 1 / 200, 4.0


@dataclass(frozen=True)
class WordCounts:
    """The most frequent words of the training reviews, most frequent first, W of them."""

    words: Sequence[str]
    negative: np.ndarray  # (W,) occurrences in negative reviews
    positive: np.ndarray  # (W,)
    reviews: np.ndarray  # (W,) reviews that hold the word
    negative_total: int  # of all words, those not listed included
    positive_total: int
    review_total: int  # training reviews

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def totals(self) -> np.ndarray:
        """Occurrences of each word, (W,)."""
        return self.negative + self.positive

    @cached_property
    def places(self) -> dict[str, int]:
        """Word -> its place here, from 0."""
        return {word: place for place, word in enumerate(self.words)}

    @cached_property
    def log_odds(self) -> "LogOdds":
        return LogOdds.of(self.negative, self.positive, self.negative_total, self.positive_total)

    def most_telling(
        self, limit: int, *, by_strength: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Places of the most telling words of negative and of positive reviews, best first.

        By how sure the difference is, or by its size: then only of words that are common enough.
        """
        odds, fits = self.log_odds, np.ones(len(self), bool)
        if by_strength:
            common = self.reviews >= COMMON_SHARE * self.review_total
            fits = common & (np.abs(odds.z) >= LEAST_Z)
        measure = odds.strength if by_strength else odds.z
        order = np.argsort(measure, kind="stable")
        order = order[fits[order]]
        negative, positive = order[measure[order] < 0], order[measure[order] > 0][::-1]
        return negative[:limit], positive[:limit]

    def table(self, places: np.ndarray) -> list[dict[str, Any]]:
        """A row for each of the words at `places`."""
        odds = self.log_odds
        return [
            {
                "index": FIRST_WORD + place,
                "word": self.words[place],
                "count": int(self.totals[place]),
                "reviews": int(self.reviews[place]),
                "in negative": int(self.negative[place]),
                "in positive": int(self.positive[place]),
                "share in positive": float(self.positive[place] / self.totals[place]),
                "log-odds": float(odds.strength[place]),
                "z": float(odds.z[place]),
            }
            for place in places.tolist()
        ]

    def at(self, words: Sequence[str]) -> np.ndarray:
        """Places of these words, of those that are listed."""
        return np.array([self.places[word] for word in words if word in self.places], np.int64)

    def search(self, beginning: str, limit: int) -> np.ndarray:
        """Places of the first `limit` words that begin so, most frequent first."""
        found = [place for place, word in enumerate(self.words) if word.startswith(beginning)]
        return np.array(found[:limit], np.int64)


@dataclass(frozen=True)
class LogOdds:
    """How much more a word is at home in positive reviews than in negative ones.

    The log-odds ratio with an informative Dirichlet prior of Monroe, Colaresi & Quinn, “Fightin'
    Words” (Political Analysis, 2008): every word starts with as large a share of the prior as it
    has of all words, so that rare words must earn their difference. Above 0 is positive.
    """

    strength: np.ndarray  # (W,) difference of the log-odds
    z: np.ndarray  # (W,) the same in standard deviations: how sure one can be of it

    @classmethod
    def of(
        cls, negative: np.ndarray, positive: np.ndarray, negative_total: int, positive_total: int
    ) -> "LogOdds":
        """From the occurrences of each word, (W,), and of all words in each class."""
        total = max(negative_total + positive_total, 1)
        prior_total = PRIOR_SHARE * total
        prior = prior_total * (negative + positive) / total

        def logit(counts: np.ndarray, of: int) -> np.ndarray:
            odds: np.ndarray = np.log(counts + prior) - np.log(of + prior_total - counts - prior)
            return odds

        with np.errstate(divide="ignore", invalid="ignore"):
            strength = logit(positive, positive_total) - logit(negative, negative_total)
            deviation = np.sqrt(1 / (positive + prior) + 1 / (negative + prior))
            sure = np.isfinite(strength)  # not where a word is all that a class holds
            return cls(np.where(sure, strength, 0.0), np.where(sure, strength / deviation, 0.0))


@dataclass(frozen=True)
class FrequencyOfCounts:
    """`words[k]` different words occur exactly `counts[k]` times; `counts` fall."""

    counts: np.ndarray  # (K,) int64
    words: np.ndarray  # (K,) int64

    @classmethod
    def of(cls, totals: np.ndarray) -> "FrequencyOfCounts":
        """From the occurrences of each word; those that never occur do not count."""
        counts, words = np.unique(totals[totals > 0], return_counts=True)
        return cls(counts[::-1].astype(np.int64), words[::-1].astype(np.int64))

    @property
    def distinct(self) -> int:
        return int(self.words.sum())

    @property
    def total(self) -> int:
        return int(self.words @ self.counts)

    @property
    def once(self) -> int:
        """Words that occur a single time."""
        return int(self.words[self.counts == 1].sum())

    def at_rank(self, ranks: np.ndarray) -> np.ndarray:
        """How often the word of each rank occurs; ranks start at 1 and end at `distinct`."""
        return self.counts[np.searchsorted(self.words.cumsum(), ranks)]


@dataclass(frozen=True)
class VocabularyCurve:
    """What vocabularies of several sizes cover: counted on part of train, tried on the rest.

    A vocabulary of `sizes[k]` words holds `covered[k]` of the `words` that it was counted from,
    and misses `missed[k]` of the `held_out` words of other reviews.
    """

    sizes: np.ndarray  # (K,) words, rising; the last one is all there are
    covered: np.ndarray  # (K,) occurrences
    missed: np.ndarray  # (K,) occurrences
    rarest: np.ndarray  # (K,) occurrences of the rarest word that is still in
    words: int
    held_out: int

    @classmethod
    def of(
        cls, counted: np.ndarray, held_out: np.ndarray, names: Sequence[str]
    ) -> "VocabularyCurve":
        """From the occurrences of each word in both parts; (V,) each, as `names`."""
        seen = np.flatnonzero(counted)
        by_name = sorted(seen.tolist(), key=lambda place: names[place])  # equally frequent ones
        order = np.array(by_name, np.int64)
        order = order[np.argsort(-counted[order], kind="stable")] if len(order) else order
        sizes = _sizes(len(order))
        covered, found = counted[order].cumsum(), held_out[order].cumsum()
        return cls(
            sizes=sizes,
            covered=covered[sizes - 1],
            missed=held_out.sum() - found[sizes - 1],
            rarest=counted[order][sizes - 1],
            words=int(counted.sum()),
            held_out=int(held_out.sum()),
        )

    def at(self, size: int) -> tuple[float, float]:
        """Shares covered and missed by a vocabulary of `size` words; between sizes, about."""
        if not len(self.sizes):
            return 0.0, 0.0
        covered = float(np.interp(size, self.sizes, self.covered))
        missed = float(np.interp(size, self.sizes, self.missed))
        return covered / max(self.words, 1), missed / max(self.held_out, 1)

    def holding(self, least: int) -> int:
        """About how many words occur at least `least` times, as `min_count` demands."""
        within = self.sizes[self.rarest >= least]
        return int(within[-1]) if len(within) else 0


def _sizes(distinct: int) -> np.ndarray:
    """Vocabulary sizes worth looking at: the round ones, and even steps of the logarithm."""
    if not distinct:
        return np.zeros(0, np.int64)
    even = np.geomspace(1, distinct, 160).round().astype(np.int64)
    magnitudes = 10 ** np.arange(0, 8)
    round_ones = np.outer(magnitudes, np.arange(1, 20)).ravel() // 2
    known = np.concatenate([even, round_ones, [distinct]])
    return np.unique(known[(known >= 1) & (known <= distinct)])
