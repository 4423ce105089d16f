"""The statistics of a corpus that has been prepared, kept beside it."""

import numpy as np

from sentiment.analysis import exclusions
from sentiment.analysis.statistics import CorpusStatistics
from sentiment.corpus.review import Corpus, Split
from sentiment.dataset.prepared import STATISTICS, PreparedCorpus
from sentiment.dataset.quality_findings import checked_reviews
from sentiment.encoding.splitting import text_digests
from sentiment.errors import CorpusError
from sentiment.progress import Progress


def statistics_of(prepared: PreparedCorpus, progress: Progress | None = None) -> CorpusStatistics:
    """Its statistics as preparing left them, counted anew if they are damaged.

    They are of the parts it was divided into, and reviews that preparing dropped are counted too,
    so that other cutoffs can be tried. Raises StorageError if there is no room to keep them.
    """
    path = prepared.folder / STATISTICS
    if path.is_file():
        try:
            return CorpusStatistics.load(path)
        except CorpusError:
            path.unlink()  # damaged, or by an older version; made again below
    material, test = checked_reviews(prepared), prepared.splits == Split.TEST
    official = prepared.report.split == "official"
    statistics = CorpusStatistics.of(
        Corpus(
            name=prepared.name,
            fingerprint=prepared.fingerprint,
            texts=(),  # nobody asks for them: their words and digests are known
            labels=np.asarray(prepared.labels),
            splits=np.asarray(prepared.splits),
            official=official,
            films=np.asarray(prepared.films),
        ),
        progress,
        tokenized=material.tokenized,
        digests=text_digests(prepared.all_texts()),
        excluded=exclusions.excluded_reviews(
            np.asarray(prepared.drop_reasons),
            {name: material.results(name, test) for name in prepared.config.excluded},
            prepared.splits,
            test if official else np.zeros_like(test),
        ),
    )
    statistics.save(path)
    return statistics
