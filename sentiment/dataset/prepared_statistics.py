"""Statistics of a prepared corpus, cached in its folder."""

import os

import numpy as np

from sentiment.analysis.exclusions import excluded_reviews
from sentiment.analysis.statistics import CorpusStatistics
from sentiment.corpus.review import Corpus, Split
from sentiment.dataset.prepared import STATISTICS, PreparedCorpus
from sentiment.dataset.quality_findings import checked_reviews, protected_reviews
from sentiment.encoding.splitting import text_digests
from sentiment.errors import CorpusError
from sentiment.listing import BadItem
from sentiment.progress import Progress


def statistics_of(prepared: PreparedCorpus, progress: Progress | None = None) -> CorpusStatistics:
    """The statistics that `prepare` saved; counted again if they are damaged.

    They refer to the assigned splits and include dropped reviews, so that other cutoffs can be
    tried. Raises StorageError if they cannot be saved.
    """
    path = prepared.folder / STATISTICS
    if os.path.lexists(path):
        try:
            return CorpusStatistics.load(path)
        except CorpusError as error:
            BadItem("statistics", path, str(error)).delete()
    reviews, test = checked_reviews(prepared), prepared.splits == Split.TEST
    statistics = CorpusStatistics.of(
        Corpus(
            name=prepared.name,
            fingerprint=prepared.fingerprint,
            texts=(),  # not read: their words and digests are given
            labels=np.asarray(prepared.labels),
            classes=prepared.classes,
            splits=np.asarray(prepared.splits),
            official=prepared.report.split_rule == "official",
            films=np.asarray(prepared.films),
        ),
        progress,
        tokenized=reviews.tokenized,
        digests=text_digests(prepared.all_texts()),
        excluded=excluded_reviews(
            np.asarray(prepared.drop_reasons),
            {name: reviews.results(name, test) for name in prepared.config.excluded},
            prepared.splits,
            protected_reviews(prepared),
        ),
    )
    statistics.save(path)
    return statistics
