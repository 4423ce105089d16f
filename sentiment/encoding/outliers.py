"""Outliers: which reviews are left out, and why."""

from enum import IntEnum

import numpy as np


class Fate(IntEnum):
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
    Fate.KEPT: "kept",
    Fate.EMPTY: "empty",
    Fate.SHORT: "too short",
    Fate.LONG: "too long",
    Fate.IN_TEST: "also in test",
    Fate.REPEATED: "repeated",
    Fate.COPY: "copy",
    Fate.NEAR_COPY: "near copy",
    Fate.RATING: "rating given away",
    Fate.HTML: "HTML residue",
    Fate.LANGUAGE: "other language",
    Fate.DOUBTFUL: "doubtful label",
}


def judge_lengths(lengths: np.ndarray, min_length: int, max_length: int) -> np.ndarray:
    """The Fate of each review by its number of words alone, (N,) int8."""
    fates = np.full(len(lengths), Fate.KEPT, np.int8)
    fates[lengths > max_length] = Fate.LONG
    fates[lengths < min_length] = Fate.SHORT
    fates[lengths == 0] = Fate.EMPTY
    return fates
