"""The statistics of a corpus that has been prepared, kept beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from sentiment.corpus.review import Corpus
from sentiment.encoding.prepared import PreparedCorpus
from sentiment.encoding.statistics import CorpusStatistics
from sentiment.encoding.tokenized import Progress
from sentiment.errors import CorpusError

FILE = "statistics.json"
CHUNK = 4_096  # texts in memory at a time


@dataclass(frozen=True)
class PreparedTexts(Sequence[str]):
    """The texts of a prepared corpus, read as they are asked for."""

    corpus: PreparedCorpus

    def __len__(self) -> int:
        return len(self.corpus)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return self.corpus.texts(np.arange(len(self))[index])
        return self.corpus.texts(np.array([index]))[0]

    def __iter__(self) -> Iterator[str]:
        for first in range(0, len(self), CHUNK):
            yield from self[first : first + CHUNK]


def statistics_of(prepared: PreparedCorpus, progress: Progress | None = None) -> CorpusStatistics:
    """Its statistics, counted if that has not been done; in the parts it was divided into.

    Reviews that preparing dropped are counted too, so that other cutoffs can be tried. Raises
    StorageError if there is no room to keep them.
    """
    path = prepared.folder / FILE
    if path.is_file():
        try:
            return CorpusStatistics.load(path)
        except CorpusError:
            path.unlink()  # by an older version; made again below
    statistics = CorpusStatistics.of(
        Corpus(
            name=prepared.name,
            fingerprint=prepared.fingerprint,
            texts=PreparedTexts(prepared),
            labels=np.asarray(prepared.labels),
            splits=np.asarray(prepared.splits),
            official=prepared.report.split == "official",
            films=np.asarray(prepared.films),
        ),
        progress,
    )
    statistics.save(path)
    return statistics
