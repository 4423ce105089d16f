"""Checks that a part of a corpus has all classes, and that preparation keeps them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.corpus.classes import Classes
from sentiment.corpus.label_values import listed
from sentiment.corpus.review import Corpus, Split
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import CorpusError
from sentiment.settings import named
from sentiment.wording import counted

FEW = 10  # reviews of a class; accuracy on fewer is unreliable
Splits = Mapping[str, Mapping[str, int]]  # split title -> label name -> reviews


def require_all_classes(labels: np.ndarray, classes: Classes, part: str) -> None:
    """Raise CorpusError unless every class is among the labels (N,) of a part.

    part: its name as the subject of a sentence, "The test split of IMDB".
    """
    missing = [classes.name(code) for code in classes.codes if not np.any(labels == code)]
    if not missing:
        return
    found = (
        f"{len(labels):,} reviews, none of them {listed(missing)}" if len(labels) else "no reviews"
    )
    raise CorpusError(
        f"{part} has {found}; expected reviews of every class ({listed(classes.names)}). Choose "
        "another part or other reviews, or check which labels mean which class."
    )


def require_several_classes(labels: np.ndarray, classes: Classes, part: str) -> None:
    """Raise CorpusError unless two or more classes are among the labels (N,) of a part.

    part: as in `require_all_classes`.
    """
    found = [classes.name(code) for code in np.unique(labels).tolist()]
    if len(found) > 1:
        return
    what = (
        f"{counted(len(labels), 'review')}, all of them {listed(found)}" if found else "no reviews"
    )
    raise CorpusError(
        f"{part} has {what}; expected reviews of at least two classes ({listed(classes.names)}). "
        "Choose another part or other reviews, or check which labels mean which class."
    )


def few_reviews(splits: Splits, names: Sequence[str]) -> list[str]:
    """A sentence for each class with fewer than FEW reviews in a split of labelled reviews.

    names: of the classes.
    """
    return [
        f"The {split.title} split has {counted(count, 'review')} of {name}; expected at least "
        f"{FEW}."
        for split in (Split.TRAIN, Split.VALID, Split.TEST)
        for name in names
        if (count := splits.get(split.title, {}).get(name, 0)) < FEW
    ]


def require_classes_kept(
    corpus: Corpus,
    lengths: np.ndarray,
    drop_reasons: np.ndarray,
    protected: np.ndarray,
    config: PrepareConfig,
) -> None:
    """Raise CorpusError if more than half of the reviews of a class are dropped.

    All arrays are (N,); lengths: words. protected: bool, the reviews that are never dropped. Merged
    duplicates do not count, because the user chose each.
    """
    for code, name in enumerate(corpus.classes.names):
        own = (corpus.labels == code) & ~protected
        dropped = own & ~np.isin(drop_reasons, [DropReason.KEPT, DropReason.MERGED])
        before, count = int(own.sum()), int(dropped.sum())
        if 2 * count > before:
            reasons = "; ".join(_reasons(lengths[dropped], drop_reasons[dropped], config))
            raise CorpusError(
                f"Of the {before:,} reviews of {name} in {corpus.name}, {before - count:,} "
                f"would be left; expected at least half. {reasons}."
            )


def _reasons(lengths: np.ndarray, reasons: np.ndarray, config: PrepareConfig) -> Iterator[str]:
    """Why reviews are dropped, and the setting that would keep them; the largest count first."""
    codes, counts = np.unique(reasons, return_counts=True)
    for place in np.argsort(-counts, kind="stable").tolist():
        reason, count = DropReason(int(codes[place])), f"{counts[place]:,}"
        own = lengths[reasons == reason]
        if reason == DropReason.SHORT:
            yield (
                f"{count} have fewer than {config.min_length:,} words: with "
                f"{named(PrepareConfig, 'min_length')} at {own.min():,}, they stay"
            )
        elif reason == DropReason.LONG:
            yield (
                f"{count} have more than {config.max_length:,} words: with "
                f"{named(PrepareConfig, 'max_length')} at {own.max():,}, they stay"
            )
        elif reason == DropReason.EMPTY:
            yield f"{count} have no words: check which column has the texts"
        elif reason == DropReason.IN_TEST:
            yield (
                f"{count} are also in the test split: with {named(PrepareConfig, 'split')} at "
                "8:1:1, one of each stays"
            )
        else:
            check = next(one for one in QUALITY_CHECKS.values() if one.drop_reason == reason)
            yield (
                f"{count} are excluded ({check.title}): without {check.name} in "
                f"{named(PrepareConfig, 'exclude')}, they stay"
            )
