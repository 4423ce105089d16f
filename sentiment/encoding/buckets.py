"""Batches of reviews of similar length, and the padding they need.

A batch is as wide as its longest review, so similar lengths need little padding. The amount
follows from the lengths alone.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sentiment.encoding.lengths import LengthHistogram

# Padded lengths are multiples of this, so that compiled kernels are reused.
LENGTH_STEP = 32
PADDING_SHARE = 0.2  # of the cells of a batch of `similar_lengths`, at most
BATCHES_PER_POOL = 50  # reviews are shuffled, then sorted by length within pools of this size


def padded_width(longest: int) -> int:
    """Row width of a batch whose longest review has `longest` words."""
    return math.ceil(longest / LENGTH_STEP) * LENGTH_STEP


def bucketed_batches(
    lengths: np.ndarray, batch_size: int, order: np.random.Generator
) -> list[list[int]]:
    """Review numbers in batches of similar lengths; the batches are in random order.

    lengths: (N,) words. order: draws the order.
    """
    shuffled = order.permutation(len(lengths))
    pool_size = batch_size * BATCHES_PER_POOL
    batches = []
    for start in range(0, len(shuffled), pool_size):
        pool = shuffled[start : start + pool_size]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        batches += [
            pool[first : first + batch_size].tolist() for first in range(0, len(pool), batch_size)
        ]
    return [batches[number] for number in order.permutation(len(batches)).tolist()]


def similar_lengths(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Review numbers, the shortest review first, in batches of at most `most` with little padding.

    lengths: words of each review.
    """
    batch: list[int] = []
    words = 0
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        cells = lengths[number] * (len(batch) + 1)
        words += lengths[number]
        if batch and (len(batch) == most or words < (1 - PADDING_SHARE) * cells):
            yield batch
            batch, words = [], lengths[number]
        batch.append(number)
    if batch:
        yield batch


def shuffled_batches(
    lengths: np.ndarray, batch_size: int, order: np.random.Generator
) -> list[list[int]]:
    """Review numbers in random order, in batches that ignore the lengths, (N,) words."""
    shuffled = order.permutation(len(lengths)).tolist()
    return [shuffled[first : first + batch_size] for first in range(0, len(lengths), batch_size)]


@dataclass(frozen=True)
class EpochCells:
    """Expected number of cells (words and padding) in all batches of an epoch."""

    words: int  # cells without padding
    fixed: float  # every row as wide as the sequence length
    shuffled: float  # every batch as wide as its longest review
    bucketed: float  # as `shuffled`, with batches of similar lengths

    def padding_share(self, cells: float) -> float:
        """Share of padding in `cells`: one of `fixed`, `shuffled` and `bucketed`."""
        return 1 - self.words / cells if cells else 0.0

    @property
    def saved_by_buckets(self) -> float:
        """Share of the cells of shuffled batches that length buckets avoid."""
        return 1 - self.bucketed / self.shuffled if self.shuffled else 0.0


class BatchWidths:
    """Expected width of batches for given review lengths and any sequence length.

    Computed from the distribution, without sampling: the probability that all `batch_size`
    reviews have at most n words, and the quantiles of a sorted pool.
    """

    def __init__(self, lengths: LengthHistogram, batch_size: int):
        self.lengths = lengths
        total = lengths.reviews
        size = max(1, min(batch_size, total))
        upto = lengths.counts.cumsum()
        # P(longest <= n) = (m / N) ((m - 1) / (N - 1)) ... over the reviews of a batch, with m
        # of the N reviews no longer than n (drawing without replacement).
        within = np.ones(len(upto))
        for drawn in range(size):
            within *= np.maximum(upto - drawn, 0) / max(total - drawn, 1)
        self._longest = np.diff(within, prepend=0.0)  # (K,) P(longest == lengths[k])

        pool = max(1, min(batch_size * BATCHES_PER_POOL, total))
        self._ends: list[np.ndarray] = []  # the longest review of each batch of a pool
        self._rows: list[np.ndarray] = []  # number of reviews in such batches
        for reviews, times in ((pool, total // pool), (total % pool, 1)):
            starts = np.arange(0, reviews, size)
            ends = np.minimum(starts + size, reviews)
            # The r-th shortest of n drawn reviews is, on average, at the quantile r / (n + 1).
            place = np.minimum(ends / (reviews + 1) * total, total - 1e-9)
            self._ends.append(lengths.lengths[np.searchsorted(upto, place, side="right")])
            self._rows.append((ends - starts) * times)

    def cells(self, sequence_length: int) -> EpochCells:
        """Cells of an epoch of these reviews, truncated to `sequence_length`."""
        lengths, counts = self.lengths.lengths, self.lengths.counts
        shuffled = self._longest @ _widths(lengths, sequence_length)
        return EpochCells(
            words=int(counts @ np.minimum(lengths, sequence_length)),
            fixed=float(self.lengths.reviews * sequence_length),
            shuffled=float(self.lengths.reviews * shuffled),
            bucketed=float(
                sum(
                    rows @ _widths(ends, sequence_length)
                    for rows, ends in zip(self._rows, self._ends, strict=True)
                )
            ),
        )


def _widths(longest: np.ndarray, sequence_length: int) -> np.ndarray:
    return -(-np.minimum(longest, sequence_length) // LENGTH_STEP) * LENGTH_STEP
