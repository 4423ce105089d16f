"""What may be wrong with a review, and which reviews are left out for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sentiment.analysis import label_errors, text_checks
from sentiment.corpus.review import Split
from sentiment.encoding.outliers import DropReason


@dataclass(frozen=True)
class Kind:
    """Something that may be wrong with a review."""

    name: str  # in the setting `exclude`
    title: str
    meaning: str
    drop_reason: DropReason  # of what is left out for it
    groups: bool = False  # marks are groups of reviews, of which one may stay
    train_only: bool = False  # leaving it out of what a model is measured on would flatter it


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "duplicates",
            "Exact copies",
            "The same text more than once. One of each stays; in test it is the one in test.",
            DropReason.COPY,
            groups=True,
        ),
        Kind(
            "near-duplicates",
            "Near copies",
            "Texts that share at least 80 % of their runs of three words (Jaccard index). One of "
            "each group stays; where one stands in an official test part, that one.",
            DropReason.NEAR_COPY,
            groups=True,
        ),
        Kind(
            "ratings",
            "Rating given away",
            "The text names its own rating, as in “10/10” or “4 out of 5 stars”: a network learns "
            "to read the figure instead of the review.",
            DropReason.RATING,
        ),
        Kind(
            "html",
            "HTML residue",
            "Tags and entities such as <i> or &amp;amp;. Line breaks (<br />) are removed by the "
            "tokenizer and not counted.",
            DropReason.HTML,
        ),
        Kind(
            "languages",
            "Other languages",
            f"Of {text_checks.FEWEST_WORDS} words or more, fewer than "
            f"{text_checks.ENGLISH_SHARE:.0%} are among the most common of English; or most words "
            "are in another script. A rule of thumb: lists of names are found too.",
            DropReason.LANGUAGE,
        ),
        Kind(
            "label-errors",
            "Doubtful labels",
            "A simple model that has not seen the review (a regression over words and pairs, five "
            f"folds) gives the other label {label_errors.SURE:.0%} or more. Some are mislabelled, "
            "others ironic. Left out of the training part only. Of a large corpus "
            f"{label_errors.MOST_LEARNED:,} reviews teach the model, and all are judged.",
            DropReason.DOUBTFUL,
            train_only=True,
        ),
    )
}


def leave_out(
    drop_reasons: np.ndarray,
    marks: Mapping[str, np.ndarray],
    splits: np.ndarray,
    protected: np.ndarray,
) -> None:
    """Change the fates (N,) of kept reviews that are marked.

    Groups come last, so that the one that stays of each is not left out for something else.
    protected: (N,) bool, reviews that stay whatever is wrong with them.
    """
    for name in sorted(marks, key=lambda name: (KINDS[name].groups, list(KINDS).index(name))):
        kind = KINDS[name]
        kept = drop_reasons == DropReason.KEPT
        if kind.groups:
            marked = beyond_one(marks[name], kept, protected)
        elif name == "label-errors":
            marked = np.nan_to_num(marks[name]) >= label_errors.SURE
        else:
            marked = marks[name]
        if kind.train_only:
            kept &= splits == Split.TRAIN
        drop_reasons[kept & marked & ~protected] = kind.drop_reason


def left_out(
    drop_reasons: np.ndarray,
    marks: Mapping[str, np.ndarray],
    splits: np.ndarray,
    protected: np.ndarray,
) -> np.ndarray:
    """The reviews that are left out for their quality, whatever the cutoffs, (N,) bool.

    As `leave_out`, if no review were dropped for its length.
    """
    ours = [kind.drop_reason for kind in KINDS.values()]
    whole = np.where(
        np.isin(drop_reasons, [DropReason.SHORT, DropReason.LONG, *ours]),
        DropReason.KEPT,
        drop_reasons,
    )
    leave_out(whole, marks, splits, protected)
    return np.isin(whole, ours)


def beyond_one(groups: np.ndarray, kept: np.ndarray, protected: np.ndarray) -> np.ndarray:
    """True for the kept reviews of a group but for one, or but for those that are protected."""
    rows = np.flatnonzero(kept & (groups >= 0))
    _, first = np.unique(groups[rows], return_index=True)
    more = np.ones(len(rows), bool)
    more[first] = False
    more |= np.isin(groups[rows], groups[rows][protected[rows]])
    marked = np.zeros(len(groups), bool)
    marked[rows[more & ~protected[rows]]] = True
    return marked
