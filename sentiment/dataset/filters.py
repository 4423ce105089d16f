"""Filters for the reviews of a prepared corpus."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sentiment.corpus.classes import UNLABELLED
from sentiment.corpus.review import Split
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.outliers import DropReason

LONGEST = 1_000_000  # words; effectively no limit
ALL_STARS = (1, 10)


@dataclass(frozen=True)
class ReviewFilter:
    """Conditions that a review must all meet.

    None matches any review, and so does an unknown title, as in an old link. A range of stars other
    than ALL_STARS matches only reviews with a rating.
    """

    split: str | None = None  # title of a Split
    label: str | None = None  # name of a label
    drop_reason: str | None = None  # title of a DropReason
    shortest: int = 0  # words, before truncation
    longest: int = LONGEST
    stars: tuple[int, int] = ALL_STARS

    def rows(self, corpus: PreparedCorpus) -> np.ndarray:
        """Row numbers of the matching reviews, rising, (n,) int64."""
        matches = (corpus.lengths >= self.shortest) & (corpus.lengths <= self.longest)
        for column, codes, chosen in (
            (corpus.splits, {split.title: split.value for split in Split}, self.split),
            (
                corpus.labels,
                {corpus.classes.name(code): code for code in (*corpus.classes.codes, UNLABELLED)},
                self.label,
            ),
            (
                corpus.drop_reasons,
                {reason.title: reason.value for reason in DropReason},
                self.drop_reason,
            ),
        ):
            if chosen is not None and chosen in codes:
                matches &= column == codes[chosen]
        if self.stars != ALL_STARS:
            matches &= (corpus.ratings >= self.stars[0]) & (corpus.ratings <= self.stars[1])
        return np.flatnonzero(matches)


def outside_cutoffs(
    corpus: PreparedCorpus, low: int, high: int, splits: Sequence[Split] | None = None
) -> np.ndarray:
    """Rows of the labelled reviews shorter than `low` or longer than `high` words, by length, (n,).

    splits: only reviews of these.
    """
    outside = (corpus.lengths < low) | (corpus.lengths > high)
    if splits is not None:
        outside &= np.isin(corpus.splits, splits)
    rows = np.flatnonzero(outside)
    return rows[np.argsort(corpus.lengths[rows], kind="stable")]
