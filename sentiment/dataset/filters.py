"""Which reviews of a prepared corpus somebody wants to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sentiment.corpus.review import LABEL_NAMES, Split
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.outliers import DropReason

ANY = "any"
LONGEST = 1_000_000  # words; no limit in effect
ALL_STARS = (1, 10)


@dataclass(frozen=True)
class ReviewFilter:
    """A review must fit all of it. Titles that mean nothing, as in an old link, let all pass."""

    part: str = ANY  # title of a Split
    label: str = ANY  # name of a label
    drop_reason: str = ANY  # title of a Fate
    shortest: int = 0  # words, with cut-off ones
    longest: int = LONGEST
    stars: tuple[int, int] = ALL_STARS  # of any other range only reviews with a rating

    def rows(self, corpus: PreparedCorpus) -> np.ndarray:
        """The numbers of the reviews that fit, rising, (n,) int64."""
        fits = (corpus.lengths >= self.shortest) & (corpus.lengths <= self.longest)
        for column, codes, chosen in (
            (corpus.splits, {split.title: split.value for split in Split}, self.part),
            (corpus.labels, {name: code for code, name in LABEL_NAMES.items()}, self.label),
            (
                corpus.drop_reasons,
                {drop_reason.title: drop_reason.value for drop_reason in DropReason},
                self.drop_reason,
            ),
        ):
            if chosen in codes:
                fits &= column == codes[chosen]
        if self.stars != ALL_STARS:
            fits &= (corpus.ratings >= self.stars[0]) & (corpus.ratings <= self.stars[1])
        return np.flatnonzero(fits)


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
