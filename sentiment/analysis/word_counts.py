"""Word frequencies, words distinctive of a class, and the words that a vocabulary misses."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sentiment.encoding.vocabulary import FIRST_WORD

PRIOR_SHARE = 0.01  # weight of the prior of `LogOdds`, as a share of all words
# Ranking by strength alone would put words of a single film first. A word qualifies if this share
# of the reviews contains it and if its |z| is large enough.
MIN_REVIEW_SHARE, MIN_Z = 1 / 200, 4.0


@dataclass(frozen=True)
class WordCounts:
    """The W most frequent words of the training reviews, most frequent first."""

    words: Sequence[str]
    negative: np.ndarray  # (W,) occurrences in negative reviews
    positive: np.ndarray  # (W,) occurrences in positive reviews
    reviews: np.ndarray  # (W,) reviews that contain the word
    negative_total: int  # occurrences of all words, also of those not listed
    positive_total: int
    review_total: int  # training reviews

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def totals(self) -> np.ndarray:
        """Occurrences of each word, (W,)."""
        return self.negative + self.positive

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Word -> its index in `words`."""
        return {word: rank for rank, word in enumerate(self.words)}

    @cached_property
    def log_odds(self) -> "LogOdds":
        return LogOdds.of(self.negative, self.positive, self.negative_total, self.positive_total)

    def most_distinctive(
        self, limit: int, *, by_strength: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Ranks of the words most distinctive of negative and of positive reviews, best first.

        by_strength: order by the log-odds ratio and list only words that are frequent enough;
        otherwise order by the z-score.
        """
        odds, qualifies = self.log_odds, np.ones(len(self), bool)
        if by_strength:
            frequent = self.reviews >= MIN_REVIEW_SHARE * self.review_total
            qualifies = frequent & (np.abs(odds.z) >= MIN_Z)
        measure = odds.strength if by_strength else odds.z
        order = np.argsort(measure, kind="stable")
        order = order[qualifies[order]]
        negative, positive = order[measure[order] < 0], order[measure[order] > 0][::-1]
        return negative[:limit], positive[:limit]

    def table(self, ranks: np.ndarray) -> list[dict[str, Any]]:
        """One table row for each of the words at `ranks`."""
        odds = self.log_odds
        return [
            {
                "index": FIRST_WORD + rank,
                "word": self.words[rank],
                "count": int(self.totals[rank]),
                "reviews": int(self.reviews[rank]),
                "in negative": int(self.negative[rank]),
                "in positive": int(self.positive[rank]),
                "share in positive": float(self.positive[rank] / self.totals[rank]),
                "log-odds": float(odds.strength[rank]),
                "z": float(odds.z[rank]),
            }
            for rank in ranks.tolist()
        ]

    def ranks_of(self, words: Sequence[str]) -> np.ndarray:
        """Ranks of these words; words that are not listed are skipped."""
        return np.array([self.ranks[word] for word in words if word in self.ranks], np.int64)

    def per_100_000(self, word: str) -> tuple[float, float]:
        """Occurrences of a listed word in 100,000 words of negative and of positive reviews."""
        rank = self.ranks[word]
        return (
            1e5 * float(self.negative[rank]) / max(self.negative_total, 1),
            1e5 * float(self.positive[rank]) / max(self.positive_total, 1),
        )

    def search(self, prefix: str, limit: int) -> np.ndarray:
        """Ranks of the `limit` most frequent words that start with `prefix`."""
        found = [rank for rank, word in enumerate(self.words) if word.startswith(prefix)]
        return np.array(found[:limit], np.int64)


@dataclass(frozen=True)
class LogOdds:
    """How strongly each word is associated with positive reviews (above 0) or negative ones.

    The log-odds ratio with an informative Dirichlet prior of Monroe, Colaresi & Quinn, “Fightin'
    Words” (Political Analysis, 2008). Each word's share of the prior is its share of all words,
    which shrinks the ratios of rare words towards 0.
    """

    strength: np.ndarray  # (W,) log-odds ratio
    z: np.ndarray  # (W,) log-odds ratio in standard deviations

    @classmethod
    def of(
        cls, negative: np.ndarray, positive: np.ndarray, negative_total: int, positive_total: int
    ) -> "LogOdds":
        """Compute from the occurrences of each word, (W,), and of all words in each class."""
        total = max(negative_total + positive_total, 1)
        prior_total = PRIOR_SHARE * total
        prior = prior_total * (negative + positive) / total

        def logit(counts: np.ndarray, of: int) -> np.ndarray:
            odds: np.ndarray = np.log(counts + prior) - np.log(of + prior_total - counts - prior)
            return odds

        with np.errstate(divide="ignore", invalid="ignore"):
            strength = logit(positive, positive_total) - logit(negative, negative_total)
            deviation = np.sqrt(1 / (positive + prior) + 1 / (negative + prior))
            finite = np.isfinite(strength)  # infinite if a class holds no other word
            return cls(np.where(finite, strength, 0.0), np.where(finite, strength / deviation, 0.0))


@dataclass(frozen=True)
class FrequencyOfCounts:
    """Frequency of frequencies: `words[k]` distinct words occur exactly `counts[k]` times."""

    counts: np.ndarray  # (K,) int64, falling
    words: np.ndarray  # (K,) int64

    @classmethod
    def of(cls, totals: np.ndarray) -> "FrequencyOfCounts":
        """Compute from the occurrences of each word; words that never occur are skipped."""
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
        """Number of words that occur exactly once."""
        return int(self.words[self.counts == 1].sum())

    def at_rank(self, ranks: np.ndarray) -> np.ndarray:
        """Occurrences of the word of each frequency rank, from 1 to `distinct`."""
        return self.counts[np.searchsorted(self.words.cumsum(), ranks)]


@dataclass(frozen=True)
class VocabularyCurve:
    """Coverage by vocabulary size, counted on one part of train and tested on held-out reviews.

    A vocabulary of `sizes[k]` words covers `covered[k]` of the `words` it was counted from and
    misses `missed[k]` of the `held_out` words.
    """

    sizes: np.ndarray  # (K,) words, rising to the number of distinct words
    covered: np.ndarray  # (K,) occurrences
    missed: np.ndarray  # (K,) occurrences
    rarest: np.ndarray  # (K,) occurrences of the rarest word in the vocabulary
    words: int
    held_out: int

    @classmethod
    def of(
        cls, counted: np.ndarray, held_out: np.ndarray, names: Sequence[str]
    ) -> "VocabularyCurve":
        """Compute from the occurrences of each word in both parts, (V,) each, and the V words."""
        seen = np.flatnonzero(counted)
        # Equally frequent words are in alphabetical order, as in Vocabulary.
        order = np.array(sorted(seen.tolist(), key=lambda number: names[number]), np.int64)
        order = order[np.argsort(-counted[order], kind="stable")] if len(order) else order
        sizes = _curve_sizes(len(order))
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
        """Shares covered and missed by a vocabulary of `size` words, interpolated."""
        if not len(self.sizes):
            return 0.0, 0.0
        covered = float(np.interp(size, self.sizes, self.covered))
        missed = float(np.interp(size, self.sizes, self.missed))
        return covered / max(self.words, 1), missed / max(self.held_out, 1)

    def size_at_min_count(self, min_count: int) -> int:
        """Approximate number of words that occur at least `min_count` times."""
        within = self.sizes[self.rarest >= min_count]
        return int(within[-1]) if len(within) else 0


def _curve_sizes(distinct: int) -> np.ndarray:
    """Vocabulary sizes of the curve: round numbers and even steps on a logarithmic scale."""
    if not distinct:
        return np.zeros(0, np.int64)
    even = np.geomspace(1, distinct, 160).round().astype(np.int64)
    magnitudes = 10 ** np.arange(0, 8)
    round_numbers = np.outer(magnitudes, np.arange(1, 20)).ravel() // 2
    sizes = np.concatenate([even, round_numbers, [distinct]])
    return np.unique(sizes[(sizes >= 1) & (sizes <= distinct)])
