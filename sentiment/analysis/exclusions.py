"""Quality checks of reviews, and which reviews their results exclude."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sentiment.analysis import label_errors, near_duplicates, text_checks
from sentiment.corpus.review import Split
from sentiment.encoding.outliers import DropReason


@dataclass(frozen=True)
class QualityCheck:
    """A check for one kind of problem with a review."""

    name: str  # in the setting `exclude`
    title: str
    meaning: str
    drop_reason: DropReason  # of the reviews it excludes
    grouped: bool = False  # finds groups of reviews, of which one may stay
    train_only: bool = False  # excluding from validation and test would inflate the metrics


QUALITY_CHECKS = {
    check.name: check
    for check in (
        QualityCheck(
            "duplicates",
            "Exact duplicates",
            "The same text more than once. One review of each group stays; if the group has "
            "reviews in an official test split, those stay.",
            DropReason.DUPLICATE,
            grouped=True,
        ),
        QualityCheck(
            "near-duplicates",
            "Near-duplicates",
            f"Texts that share at least {near_duplicates.THRESHOLD:.0%} of their runs of "
            f"{near_duplicates.RUN} words (Jaccard index). One review of each group stays; if the "
            "group has reviews in an official test split, those stay.",
            DropReason.NEAR_DUPLICATE,
            grouped=True,
        ),
        QualityCheck(
            "ratings",
            "Leaked rating",
            "The text states its own rating, as in “10/10” or “4 out of 5 stars”. A network may "
            "learn to read the number instead of the review.",
            DropReason.RATING,
        ),
        QualityCheck(
            "html",
            "HTML residue",
            "Tags and entities such as <i> or &amp;amp;, which are not read as words. Line breaks "
            "(<br />) do not count.",
            DropReason.HTML,
        ),
        QualityCheck(
            "languages",
            "Other languages",
            f"In texts of {text_checks.MIN_WORDS} words or more, fewer than "
            f"{text_checks.MIN_ENGLISH_SHARE:.0%} of the words are common English words; or most "
            "words are in another script. This rule of thumb also finds lists of names.",
            DropReason.LANGUAGE,
        ),
        QualityCheck(
            "label-errors",
            "Label errors",
            "A simple model that was not trained on the review (logistic regression over words and "
            f"word pairs, {label_errors.FOLDS}-fold) gives the other label at least "
            f"{label_errors.THRESHOLD:.0%} probability. Some of these reviews are mislabelled, "
            "others are ironic. Excludes from the training split only. The model is trained on at "
            f"most {label_errors.MAX_TRAINING_REVIEWS:,} reviews; all reviews are checked.",
            DropReason.LABEL_ERROR,
            train_only=True,
        ),
    )
}
CHECK_REASONS = [check.drop_reason for check in QUALITY_CHECKS.values()]
QUALITY_REASONS = [*CHECK_REASONS, DropReason.MERGED]  # exclusions that the user chose


def apply_exclusions(
    drop_reasons: np.ndarray,
    results: Mapping[str, np.ndarray],
    splits: np.ndarray,
    protected: np.ndarray,
) -> None:
    """Set the drop reasons (N,) of the kept reviews that these results exclude, in place.

    results: check name -> result, see `CheckedReviews.results`. splits: (N,) codes. protected: (N,)
    bool, reviews that always stay. Grouped checks come last, so that the review that stays of a
    group is not excluded by another check.
    """
    for name, check in sorted(QUALITY_CHECKS.items(), key=lambda item: item[1].grouped):
        if name not in results:
            continue
        kept = drop_reasons == DropReason.KEPT
        if check.grouped:
            found = all_but_one(results[name], kept, protected)
        elif name == "label-errors":
            found = np.nan_to_num(results[name]) >= label_errors.THRESHOLD
        else:
            found = results[name]
        if check.train_only:
            kept &= splits == Split.TRAIN
        drop_reasons[kept & found & ~protected] = check.drop_reason


def excluded_reviews(
    drop_reasons: np.ndarray,
    results: Mapping[str, np.ndarray],
    splits: np.ndarray,
    protected: np.ndarray,
) -> np.ndarray:
    """The merged reviews and those that these results would exclude without cutoffs, (N,) bool.

    Arguments as in `apply_exclusions`.
    """
    undone = np.isin(drop_reasons, [DropReason.SHORT, DropReason.LONG, *CHECK_REASONS])
    reasons = np.where(undone, DropReason.KEPT, drop_reasons)
    apply_exclusions(reasons, results, splits, protected)
    return np.isin(reasons, QUALITY_REASONS)


def apply_merges(drop_reasons: np.ndarray, merged: np.ndarray, protected: np.ndarray) -> None:
    """Set the drop reasons (N,) of the kept reviews that are merged into another, in place.

    merged: (N,) the groups of which one stays, -1 without a group. Protected reviews all stay.
    """
    surplus = all_but_one(merged, drop_reasons == DropReason.KEPT, protected)
    drop_reasons[surplus] = DropReason.MERGED


def all_but_one(groups: np.ndarray, kept: np.ndarray, protected: np.ndarray) -> np.ndarray:
    """True for the kept reviews of each group except one, or except the protected ones, (N,)."""
    rows = np.flatnonzero(kept & (groups >= 0))
    _, first = np.unique(groups[rows], return_index=True)
    surplus = np.ones(len(rows), bool)
    surplus[first] = False
    surplus |= np.isin(groups[rows], groups[rows][protected[rows]])
    found = np.zeros(len(groups), bool)
    found[rows[surplus & ~protected[rows]]] = True
    return found
