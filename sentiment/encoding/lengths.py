"""How long reviews are, and what a cutoff or a sequence length does to them.

Everything is computed from how many reviews have each length, so that it is exact, takes
microseconds for any number of reviews, and fits into a small JSON file.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LengthHistogram:
    """`counts[k]` reviews are exactly `lengths[k]` words long; `lengths` rise."""

    lengths: np.ndarray  # (K,) int64, words
    counts: np.ndarray  # (K,) int64, reviews

    @classmethod
    def of(cls, lengths: np.ndarray) -> "LengthHistogram":
        """From the length of each review, (N,)."""
        return cls(*np.unique(np.asarray(lengths, np.int64), return_counts=True))

    @classmethod
    def merged(cls, parts: Iterable["LengthHistogram"]) -> "LengthHistogram":
        parts = list(parts)
        if not parts:
            return cls(np.zeros(0, np.int64), np.zeros(0, np.int64))
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

    def between(self, low: int, high: int) -> "LengthHistogram":
        """Only the reviews of `low` to `high` words, both included."""
        inside = (self.lengths >= low) & (self.lengths <= high)
        return LengthHistogram(self.lengths[inside], self.counts[inside])

    def binned(self, width: int, upto: int) -> tuple[np.ndarray, np.ndarray]:
        """Left edges and counts of bins `width` words wide from 0 to `upto`, both (bins,).

        Reviews longer than the last bin are not shown; `between` tells how many there are.
        """
        edges = np.arange(0, upto, width)
        counts = np.zeros(len(edges), np.int64)
        inside = self.lengths < len(edges) * width
        np.add.at(counts, self.lengths[inside] // width, self.counts[inside])
        return edges, counts

    def fitted_to(self, sequence_length: int) -> "SequenceEffect":
        """What padding and truncating to `sequence_length` words does."""
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
    """Consequences of a sequence length; shares lie between 0 and 1."""

    truncated_reviews: int
    truncated_share: float  # of the reviews
    lost_words_share: float  # of all words
    padding_share: float  # of all cells of the padded rows


@dataclass(frozen=True)
class CutoffEffect:
    """Consequences of a shortest and a longest length that are still kept."""

    kept: LengthHistogram
    empty: int
    short: int
    long: int

    @classmethod
    def of(cls, lengths: LengthHistogram, low: int, high: int) -> "CutoffEffect":
        empty = lengths.between(0, 0).reviews
        return cls(
            kept=lengths.between(max(low, 1), high),
            empty=empty,
            short=lengths.between(1, low - 1).reviews,
            long=lengths.between(high + 1, lengths.longest).reviews,
        )
