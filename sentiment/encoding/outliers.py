"""Outliers: which reviews are left out, and why; and the usual rules for where to cut."""

import math
from enum import IntEnum

import numpy as np

from sentiment.encoding.lengths import LengthHistogram


class DropReason(IntEnum):
    """What became of a review while its corpus was prepared."""

    KEPT = 0
    EMPTY = 1
    SHORT = 2
    LONG = 3
    IN_TEST = 4  # a training review whose very text also stands in the test split
    REPEATED = 5  # an unlabelled review whose very text stands elsewhere too
    # Left out on request, see `quality`:
    COPY = 6
    NEAR_COPY = 7
    RATING = 8
    HTML = 9
    LANGUAGE = 10
    DOUBTFUL = 11

    @property
    def title(self) -> str:
        return _TITLES[self]


_TITLES = {
    DropReason.KEPT: "kept",
    DropReason.EMPTY: "empty",
    DropReason.SHORT: "too short",
    DropReason.LONG: "too long",
    DropReason.IN_TEST: "also in test",
    DropReason.REPEATED: "repeated",
    DropReason.COPY: "copy",
    DropReason.NEAR_COPY: "near copy",
    DropReason.RATING: "rating given away",
    DropReason.HTML: "HTML residue",
    DropReason.LANGUAGE: "other language",
    DropReason.DOUBTFUL: "doubtful label",
}


def judge_lengths(lengths: np.ndarray, min_length: int, max_length: int) -> np.ndarray:
    """The Fate of each review by its number of words alone, (N,) int8."""
    drop_reasons = np.full(len(lengths), DropReason.KEPT, np.int8)
    drop_reasons[lengths > max_length] = DropReason.LONG
    drop_reasons[lengths < min_length] = DropReason.SHORT
    drop_reasons[lengths == 0] = DropReason.EMPTY
    return drop_reasons


def percentile_cutoffs(lengths: LengthHistogram, share: float) -> tuple[int, int]:
    """Cutoffs that leave `share` percent of the reviews below, and as many above."""
    return _whole(lengths.percentile(share), lengths.percentile(100 - share))


def iqr_cutoffs(
    lengths: LengthHistogram, times: float, *, logarithms: bool = False
) -> tuple[int, int]:
    """Tukey's fences: the quartiles, moved outwards by `times` the range between them.

    logarithms: apply the rule to the logarithms of the lengths. Lengths have a long tail on one
    side only, and of their logarithms the rule finds outliers on both.
    """
    low, high = lengths.percentile(25), lengths.percentile(75)
    if logarithms:
        low, high = max(low, 1), max(high, 1)
        ratio = (high / low) ** times
        return _whole(low / ratio, high * ratio)
    return _whole(low - times * (high - low), high + times * (high - low))


def z_score_cutoffs(
    lengths: LengthHistogram, z: float, *, logarithms: bool = False
) -> tuple[int, int]:
    """The mean and `z` standard deviations to both sides; logarithms as in `iqr_cutoffs`."""
    if logarithms:
        worded = lengths.between(1, lengths.longest)
        logs, weights = np.log(worded.lengths), worded.counts / max(worded.reviews, 1)
        mean = float(weights @ logs)
        deviation = math.sqrt(float(weights @ (logs - mean) ** 2))
        return _whole(math.exp(mean - z * deviation), math.exp(mean + z * deviation))
    return _whole(lengths.mean - z * lengths.deviation, lengths.mean + z * lengths.deviation)


def _whole(low: float, high: float) -> tuple[int, int]:
    """The shortest and the longest whole length within, no shorter than one word."""
    low = max(1, math.ceil(low - 1e-9))
    return low, max(low, math.floor(high + 1e-9))
