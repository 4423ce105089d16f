"""Histogram of review lengths, and the effects of cutoffs and of a sequence length.

Everything is computed from the number of reviews of each length, which is exact, takes microseconds
for any number of reviews, and is small as JSON.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_COUNTED = 1 << 20  # words; beyond, an array with a place for every length is too large


@dataclass(frozen=True)
class LengthHistogram:
    """`counts[k]` reviews have exactly `lengths[k]` words; `lengths` are sorted."""

    lengths: np.ndarray  # (K,) int64, words
    counts: np.ndarray  # (K,) int64, reviews

    @classmethod
    def of(cls, lengths: np.ndarray) -> "LengthHistogram":
        """Count the lengths of reviews, (N,) words."""
        lengths = np.asarray(lengths, np.int64)
        if len(lengths) and lengths.max() < MAX_COUNTED:  # faster than sorting
            counts = np.bincount(lengths)
            different = np.flatnonzero(counts)
            return cls(different, counts[different])
        return cls(*np.unique(lengths, return_counts=True))

    @classmethod
    def merged(cls, parts: Iterable["LengthHistogram"]) -> "LengthHistogram":
        """The histogram of the reviews of all parts."""
        parts = list(parts)
        if not parts:
            return EMPTY
        lengths = np.concatenate([part.lengths for part in parts])
        unique, where = np.unique(lengths, return_inverse=True)
        counts = np.zeros(len(unique), np.int64)
        np.add.at(counts, where, np.concatenate([part.counts for part in parts]))
        return cls(unique, counts)

    @property
    def reviews(self) -> int:
        return int(self.counts.sum())

    @property
    def words(self) -> int:
        return int(self.counts @ self.lengths)

    @property
    def mean(self) -> float:
        return self.words / self.reviews if self.reviews else 0.0

    @property
    def shortest(self) -> int:
        return int(self.lengths[0]) if self.reviews else 0

    @property
    def longest(self) -> int:
        return int(self.lengths[-1]) if self.reviews else 0

    def percentile(self, share: float) -> int:
        """The shortest length that at least `share` percent of the reviews do not exceed."""
        if not self.reviews:
            return 0
        needed = share / 100 * self.reviews
        return int(self.lengths[np.searchsorted(self.counts.cumsum(), needed - 1e-9)])

    @property
    def deciles(self) -> list[int]:
        """The nine lengths that divide the reviews into ten equal groups."""
        return [self.percentile(share) for share in range(10, 100, 10)]

    @property
    def deviation(self) -> float:
        """Standard deviation, words."""
        if not self.reviews:
            return 0.0
        return float(np.sqrt(self.counts @ (self.lengths - self.mean) ** 2 / self.reviews))

    def cumulative(self, upto: int) -> tuple[np.ndarray, np.ndarray]:
        """Lengths up to `upto` and the share of reviews at most as long, both (n,)."""
        inside = self.lengths <= upto
        shares = self.counts.cumsum() / max(self.reviews, 1)
        return self.lengths[inside], shares[inside]

    def without(self, other: "LengthHistogram") -> "LengthHistogram":
        """These reviews without those of `other`, a subset."""
        less = np.zeros(len(self.lengths), np.int64)
        less[np.searchsorted(self.lengths, other.lengths)] = other.counts
        left = self.counts - less
        return LengthHistogram(self.lengths[left > 0], left[left > 0])

    def between(self, low: int, high: int) -> "LengthHistogram":
        """The reviews with `low` to `high` words, inclusive."""
        inside = (self.lengths >= low) & (self.lengths <= high)
        return LengthHistogram(self.lengths[inside], self.counts[inside])

    def binned(self, edges: np.ndarray) -> np.ndarray:
        """Number of reviews between each edge and the next, (len(edges) - 1,)."""
        counts = np.zeros(len(edges) + 1, np.int64)
        np.add.at(counts, np.searchsorted(edges, self.lengths, side="right"), self.counts)
        return counts[1:-1]

    def sequence_effect(self, sequence_length: int) -> "SequenceEffect":
        """Effect of padding and truncating to `sequence_length` words."""
        lost = np.maximum(self.lengths - sequence_length, 0)
        missing = np.maximum(sequence_length - self.lengths, 0)
        cells = sequence_length * self.reviews
        return SequenceEffect(
            truncated_reviews=int(self.counts[lost > 0].sum()),
            truncated_share=float(self.counts[lost > 0].sum() / max(self.reviews, 1)),
            lost_words_share=float(self.counts @ lost / max(self.words, 1)),
            padding_share=float(self.counts @ missing / max(cells, 1)),
        )


@dataclass(frozen=True)
class SequenceEffect:
    """Effect of a sequence length; shares are between 0 and 1."""

    truncated_reviews: int
    truncated_share: float  # of the reviews
    lost_words_share: float  # of all words
    padding_share: float  # of all cells of the padded rows


EMPTY = LengthHistogram(np.zeros(0, np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True)
class CutoffEffect:
    """Number of reviews that length cutoffs keep and drop."""

    kept: LengthHistogram
    empty: int
    short: int
    long: int
    repeated: int  # within the cutoffs, dropped because the text also appears elsewhere
    excluded: int  # within the cutoffs and not repeated, excluded by quality checks

    @classmethod
    def of(
        cls,
        lengths: LengthHistogram,
        low: int,
        high: int,
        repeated: LengthHistogram = EMPTY,
        excluded: LengthHistogram = EMPTY,
    ) -> "CutoffEffect":
        """Keep lengths from `low` to `high` words, inclusive.

        repeated, excluded: the reviews of any length that are dropped for these reasons.
        """
        low_end = max(low, 1)
        fitting, repeated = lengths.between(low_end, high), repeated.between(low_end, high)
        excluded = excluded.between(low_end, high)
        return cls(
            kept=fitting.without(repeated).without(excluded),
            empty=lengths.between(0, 0).reviews,
            short=lengths.between(1, low - 1).reviews,
            long=lengths.between(max(high + 1, low, 1), lengths.longest).reviews,
            repeated=repeated.reviews,
            excluded=excluded.reviews,
        )


def length_table(series: Mapping[str, LengthHistogram]) -> list[dict[str, Any]]:
    """One entry per series: number of reviews, mean, extremes and deciles of the lengths."""
    return [
        {
            "series": name,
            "reviews": lengths.reviews,
            "mean": lengths.mean,
            "shortest": lengths.shortest,
            **{f"{10 * n}%": words for n, words in enumerate(lengths.deciles, 1)},
            "longest": lengths.longest,
        }
        for name, lengths in series.items()
    ]
