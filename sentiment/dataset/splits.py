"""Splits of a prepared corpus, official or new, and the drop reasons of its reviews."""

from collections.abc import Iterable

import numpy as np

from sentiment.analysis import exclusions
from sentiment.analysis.counting import repeated_texts
from sentiment.analysis.quality import CheckedReviews
from sentiment.corpus.review import Corpus, Split
from sentiment.dataset.prepare_report import NEW_SPLITS, OFFICIAL, OFFICIAL_VALID
from sentiment.encoding import outliers, splitting
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.settings import PrepareConfig
from sentiment.progress import StageProgress


def assign_splits(
    corpus: Corpus,
    lengths: np.ndarray,
    numbers: np.ndarray,
    config: PrepareConfig,
    reviews: CheckedReviews,
    progress: StageProgress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The split code and the drop reason of each review, both (N,) int8.

    lengths: (N,) words. numbers: (N,) equal for equal texts. reviews: the same, for the checks.

    An official test split stays complete and uncut, so that results can be compared with published
    ones. Training reviews whose exact text is in it are dropped instead. Unlabelled reviews do not
    influence how the others are split.
    """
    drop_reasons = outliers.drop_reasons_by_length(lengths, config.min_length, config.max_length)
    splits = corpus.splits.copy()
    official = keeps_official(corpus, config)
    labelled = splits != Split.UNLABELLED
    test = (splits == Split.TEST) & official
    drop_reasons[test] = np.where(lengths[test] == 0, DropReason.EMPTY, DropReason.KEPT)
    repeated = repeated_texts(numbers, splits, official) & (drop_reasons == DropReason.KEPT)
    drop_reasons[repeated] = np.where(labelled, DropReason.IN_TEST, DropReason.REPEATED)[repeated]

    def exclude(names: Iterable[str], test_split: np.ndarray) -> None:
        results = {name: reviews.results(name, test_split, progress) for name in names}
        exclusions.apply_exclusions(drop_reasons, results, splits, test)

    train_only = {name for name in config.excluded if exclusions.QUALITY_CHECKS[name].train_only}
    exclude([name for name in config.excluded if name not in train_only], test)
    groups = np.full(len(corpus), -1)
    films = None if corpus.films is None else corpus.films[labelled]
    groups[labelled] = splitting.groups_of(numbers[labelled], films)
    kept = labelled & (drop_reasons == DropReason.KEPT)
    strata = corpus.labels if corpus.strata is None else corpus.strata
    rule = split_rule(corpus, config)
    if rule == NEW_SPLITS:
        splits[kept] = splitting.split_groups(
            groups[kept], strata[kept], splitting.SHARES_8_1_1, config.seed
        )
    elif rule == OFFICIAL_VALID or not np.any(splits == Split.VALID):
        shares = splitting.SHARES_OF_TRAIN
        if rule == OFFICIAL_VALID:
            shares = {Split.TRAIN: shares[Split.TRAIN], Split.TEST: shares[Split.VALID]}
        train = kept & (splits == Split.TRAIN)
        splits[train] = splitting.split_groups(groups[train], strata[train], shares, config.seed)
    # Last, because the checks of the training split must not learn from the test split.
    exclude(train_only, splits == Split.TEST)
    return splits, drop_reasons


def split_rule(corpus: Corpus, config: PrepareConfig) -> str:
    """The `PrepareReport.split_rule`."""
    if keeps_official(corpus, config):
        return OFFICIAL
    has_both = all(np.any(corpus.splits == split) for split in (Split.TRAIN, Split.VALID))
    return OFFICIAL_VALID if config.split == OFFICIAL and has_both else NEW_SPLITS


def keeps_official(corpus: Corpus, config: PrepareConfig) -> bool:
    return corpus.official and config.split == OFFICIAL
