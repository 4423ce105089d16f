"""Word frequencies, words distinctive of each class, and the words that a vocabulary misses."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sentiment.corpus.classes import Classes
from sentiment.encoding.vocabulary import FIRST_WORD

PRIOR_SHARE = 0.01  # weight of the prior of `LogOdds`, as a share of all words
# Ranking by strength alone would put words of a single film first. A word qualifies if this share
# of the reviews contains it and if its |z| is large enough.
MIN_REVIEW_SHARE, MIN_Z = 1 / 200, 4.0


@dataclass(frozen=True)
class WordCounts:
    """The W most frequent words of the training reviews, most frequent first."""

    words: Sequence[str]
    by_class: np.ndarray  # (classes, W) occurrences in the reviews of each class
    reviews: np.ndarray  # (W,) reviews that contain the word
    class_totals: np.ndarray  # (classes,) occurrences of all words, also of those not listed
    review_total: int  # training reviews

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def totals(self) -> np.ndarray:
        """Occurrences of each word, (W,)."""
        totals: np.ndarray = self.by_class.sum(axis=0)
        return totals

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Word -> its index in `words`."""
        return {word: rank for rank, word in enumerate(self.words)}

    @cached_property
    def log_odds(self) -> "LogOdds":
        return LogOdds.of(self.by_class, self.class_totals)

    def most_distinctive(self, limit: int, *, by_strength: bool = False) -> list[np.ndarray]:
        """For each class, the ranks of the words most distinctive of it, best first.

        by_strength: order by the log-odds ratio and list only words that are frequent enough;
        otherwise order by the z-score.
        """
        odds = self.log_odds
        measures = odds.strength if by_strength else odds.z
        qualify = measures > 0
        if by_strength:
            frequent = self.reviews >= MIN_REVIEW_SHARE * self.review_total
            qualify &= frequent & (np.abs(odds.z) >= MIN_Z)
        orders = [np.argsort(-measure, kind="stable") for measure in measures]
        return [order[of[order]][:limit] for order, of in zip(orders, qualify, strict=True)]

    def table(
        self, ranks: np.ndarray, classes: Classes, code: int | None = None
    ) -> list[dict[str, Any]]:
        """One table row for each of the words at `ranks`.

        code: the class whose log-odds are listed; None: for each word, the one with the largest z.
        """
        odds, rows = self.log_odds, []
        for rank in ranks.tolist():
            of = int(np.argmax(odds.z[:, rank])) if code is None else code
            by_class = self.by_class[:, rank].tolist()
            rows.append(
                {
                    "index": FIRST_WORD + rank,
                    "word": self.words[rank],
                    "count": int(self.totals[rank]),
                    "reviews": int(self.reviews[rank]),
                    **{in_class(name): n for name, n in zip(classes.names, by_class, strict=True)},
                    "distinctive of": classes.name(of),
                    "log-odds": float(odds.strength[of, rank]),
                    "z": float(odds.z[of, rank]),
                }
            )
        return rows

    def ranks_of(self, words: Sequence[str]) -> np.ndarray:
        """Ranks of these words; words that are not listed are skipped."""
        return np.array([self.ranks[word] for word in words if word in self.ranks], np.int64)

    def example(self, preferred: str) -> str:
        """A word to show at first: the preferred one, else the most distinctive of a class."""
        if preferred in self.ranks or not self.words:
            return preferred
        distinctive = [rank for ranks in self.most_distinctive(1) for rank in ranks.tolist()]
        return self.words[next(iter(distinctive), 0)]

    def per_100_000(self, word: str) -> list[float]:
        """Occurrences of a listed word in 100,000 words of the reviews of each class."""
        rates = 1e5 * self.by_class[:, self.ranks[word]] / np.maximum(self.class_totals, 1)
        found: list[float] = rates.tolist()
        return found

    def search(self, prefix: str, limit: int) -> np.ndarray:
        """Ranks of the `limit` most frequent words that start with `prefix`."""
        found = [rank for rank, word in enumerate(self.words) if word.startswith(prefix)]
        return np.array(found[:limit], np.int64)


def in_class(name: str) -> str:
    """The column of `WordCounts.table` with the occurrences in the reviews of a class."""
    return f"in {name}"


@dataclass(frozen=True)
class LogOdds:
    """How strongly each word is associated with each class (above 0) or with the other classes.

    The log-odds ratio with an informative Dirichlet prior of Monroe, Colaresi & Quinn, “Fightin'
    Words” (Political Analysis, 2008). Each word's share of the prior is its share of all words,
    which shrinks the ratios of rare words towards 0.
    """

    strength: np.ndarray  # (classes, W) log-odds ratio
    z: np.ndarray  # (classes, W) log-odds ratio in standard deviations

    @classmethod
    def of(cls, by_class: np.ndarray, class_totals: np.ndarray) -> "LogOdds":
        """Compute from the occurrences of each word, (classes, W), and of all words, (classes,)."""
        total = max(int(class_totals.sum()), 1)
        prior_total = PRIOR_SHARE * total
        of_all = by_class.sum(axis=0)
        prior = prior_total * of_all / total
        others, other_totals = of_all - by_class, class_totals.sum() - class_totals

        def logit(counts: np.ndarray, of: np.ndarray) -> np.ndarray:
            rest = of[:, None] + prior_total - counts - prior
            odds: np.ndarray = np.log(counts + prior) - np.log(rest)
            return odds

        with np.errstate(divide="ignore", invalid="ignore"):
            strength = logit(by_class, class_totals) - logit(others, other_totals)
            deviation = np.sqrt(1 / (by_class + prior) + 1 / (others + prior))
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
