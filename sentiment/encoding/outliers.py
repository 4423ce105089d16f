"""Drop reasons of reviews, and usual rules for length cutoffs."""

import math
from enum import IntEnum

import numpy as np

from sentiment.encoding.lengths import LengthHistogram


class DropReason(IntEnum):
    """Why preparation dropped a review, or KEPT."""

    KEPT = 0
    EMPTY = 1
    SHORT = 2
    LONG = 3
    IN_TEST = 4  # a training review whose text is also in the test split
    REPEATED = 5  # an unlabelled review whose text also appears elsewhere
    # Excluded by quality checks, see `PrepareConfig.exclude`:
    DUPLICATE = 6
    NEAR_DUPLICATE = 7
    RATING = 8
    HTML = 9
    LANGUAGE = 10
    LABEL_ERROR = 11
    MERGED = 12  # a duplicate that the user merged, see `dataset.corrections`

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
    DropReason.DUPLICATE: "duplicate",
    DropReason.NEAR_DUPLICATE: "near-duplicate",
    DropReason.RATING: "leaked rating",
    DropReason.HTML: "HTML residue",
    DropReason.LANGUAGE: "other language",
    DropReason.LABEL_ERROR: "label error",
    DropReason.MERGED: "merged",
}


def drop_reasons_by_length(lengths: np.ndarray, min_length: int, max_length: int) -> np.ndarray:
    """The drop reason of each review by its number of words, (N,) int8."""
    drop_reasons = np.full(len(lengths), DropReason.KEPT, np.int8)
    drop_reasons[lengths > max_length] = DropReason.LONG
    drop_reasons[lengths < min_length] = DropReason.SHORT
    drop_reasons[lengths == 0] = DropReason.EMPTY
    return drop_reasons


def percentile_cutoffs(lengths: LengthHistogram, share: float) -> tuple[int, int]:
    """Cutoffs with `share` percent of the reviews below the low one and above the high one."""
    return _whole(lengths.percentile(share), lengths.percentile(100 - share))


def iqr_cutoffs(
    lengths: LengthHistogram, times: float, *, logarithms: bool = False
) -> tuple[int, int]:
    """Tukey's fences: the quartiles, moved outwards by `times` the range between them.

    logarithms: apply the rule to the logarithms of the lengths. Lengths are skewed; their
    logarithms have outliers on both sides.
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
    """The mean plus and minus `z` standard deviations; logarithms as in `iqr_cutoffs`."""
    if logarithms:
        not_empty = lengths.between(1, lengths.longest)
        logs, weights = np.log(not_empty.lengths), not_empty.counts / max(not_empty.reviews, 1)
        mean = float(weights @ logs)
        deviation = math.sqrt(float(weights @ (logs - mean) ** 2))
        return _whole(math.exp(mean - z * deviation), math.exp(mean + z * deviation))
    return _whole(lengths.mean - z * lengths.deviation, lengths.mean + z * lengths.deviation)


def _whole(low: float, high: float) -> tuple[int, int]:
    """The smallest and largest whole number between `low` and `high`, at least 1."""
    low = max(1, math.ceil(low - 1e-9))
    return low, max(low, math.floor(high + 1e-9))
