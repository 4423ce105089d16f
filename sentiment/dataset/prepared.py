"""Prepared corpus on disk: every review with its token ids, split and drop reason.

The arrays are memory-mapped. The texts are stored too, so that reviews can be shown without reading
the source again. `prepare.py` creates a prepared corpus.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sentiment import stored
from sentiment.corpus.classes import MAX_CLASSES, UNLABELLED, Classes
from sentiment.corpus.review import Review, Split
from sentiment.dataset.corrections import LabelState
from sentiment.dataset.prepare_report import PrepareReport
from sentiment.dataset.search import SearchIndex, open_index
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.vocabulary import StoredWords, Vocabulary
from sentiment.errors import CorpusError
from sentiment.listing import Listing, entries, list_items, modified
from sentiment.places import prepared_dir
from sentiment.progress import Progress

COMPLETE = "prepared.json"  # written last: if it exists, the folder is complete
STATISTICS = "statistics.json"  # of all its reviews, see `prepared_statistics`
FORMAT = 9
_LABELS = {"dtype": np.int8, "shape": (None,), "low": UNLABELLED, "high": MAX_CLASSES - 1}
ARRAYS: dict[str, dict[str, Any]] = {  # name -> what `stored.read_array` requires
    "ids": {"dtype": np.int32, "shape": (None,)},
    "offsets": {"dtype": np.int64, "shape": (None,)},
    "labels": _LABELS,
    "source_labels": _LABELS,
    "label_states": {"dtype": np.int8, "shape": (None,), "low": 0, "high": max(LabelState)},
    "splits": {"dtype": np.int8, "shape": (None,), "low": 0, "high": max(Split)},
    "drop_reasons": {"dtype": np.int8, "shape": (None,), "low": 0, "high": max(DropReason)},
    "films": {"dtype": np.int32, "shape": (None,)},
}
TEXTS = "reviews.arrow"
TEXT_COLUMNS = {"text": pa.large_string(), "name": pa.string(), "rating": pa.int8()}
TEXT_SCHEMA = pa.schema(list(TEXT_COLUMNS.items()))
FILES = (*(f"{name}.npy" for name in ARRAYS), TEXTS, "vocabulary.json")
CHECKED_BYTES = 512 * stored.MIB  # of token ids; larger arrays are not checked on opening
_REMEDY = "Delete that folder; it is created again from the source when needed."


@dataclass(frozen=True)
class PreparedRecord:
    """The content of prepared.json: what the corpus is, without its arrays."""

    format: int
    name: str
    fingerprint: str
    content: str
    tokenizer: str
    classes: Classes
    config: PrepareConfig
    report: PrepareReport

    @classmethod
    def read(cls, folder: Path) -> "PreparedRecord":
        """The record of a prepared folder. Raises CorpusError if it is missing or damaged."""
        record: PreparedRecord = stored.read_json(folder / COMPLETE, cls, CorpusError, _REMEDY)
        return record


@dataclass(frozen=True)
class PreparedFolder:
    """A folder under prepared/ with its record."""

    folder: Path
    record: PreparedRecord


def prepared_listing() -> Listing[PreparedFolder]:
    """All complete prepared corpora, the oldest first, and the damaged ones."""

    def read(folder: Path) -> PreparedFolder:
        record = PreparedRecord.read(folder)
        for file in FILES:
            with stored.reading(folder / file, CorpusError, _REMEDY):
                stored.require_file(folder / file)
                if not (folder / file).stat().st_size:
                    raise ValueError("it is empty")
        return PreparedFolder(folder, record)

    found = list_items("prepared corpus", entries(prepared_dir()), read)
    found.items.sort(key=lambda item: (modified(item.folder / COMPLETE), item.folder))
    return found


def prepared_folders() -> list[Path]:
    """The folders of all complete prepared corpora that can be read."""
    return [item.folder for item in prepared_listing().items]


@dataclass(frozen=True)
class PreparedCorpus:
    """N reviews, dropped ones included. Review n is `ids[offsets[n]:offsets[n + 1]]`."""

    folder: Path
    name: str
    fingerprint: str
    content: str  # digest of the texts in their order; does not depend on the settings
    classes: Classes
    config: PrepareConfig
    report: PrepareReport
    ids: np.ndarray  # (total words,) int32
    offsets: np.ndarray  # (N + 1,) int64
    labels: np.ndarray  # (N,) int8, codes of `classes` or UNLABELLED, with corrections
    source_labels: np.ndarray  # (N,) int8, without corrections
    label_states: np.ndarray  # (N,) int8, codes of LabelState
    splits: np.ndarray  # (N,) int8
    drop_reasons: np.ndarray  # (N,) int8
    films: np.ndarray  # (N,) int32

    def __len__(self) -> int:
        return len(self.labels)

    @staticmethod
    def bytes_in(folder: Path) -> int:
        """Size of the files in a prepared folder."""
        return sum(file.stat().st_size for file in folder.glob("*") if file.is_file())

    @cached_property
    def lengths(self) -> np.ndarray:
        return np.diff(self.offsets)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        path = self.folder / "vocabulary.json"
        words: Vocabulary = stored.read_json(
            path,
            StoredWords,
            CorpusError,
            _REMEDY,
            then=lambda found: Vocabulary(found.words, found.counts),
        )
        with stored.reading(path, CorpusError, _REMEDY):
            if len(words) != self.report.vocabulary_size:
                expected = self.report.vocabulary_size
                raise ValueError(f"it has {len(words)} words, expected {expected}")
        return words

    def rows(self, split: Split) -> np.ndarray:
        """Row numbers of the kept reviews of one split, rising, (n,) int64."""
        return np.flatnonzero((self.splits == split) & (self.drop_reasons == DropReason.KEPT))

    def token_ids(self, row: int) -> np.ndarray:
        """The token ids of one review, (words,) int32."""
        return self.ids[self.offsets[row] : self.offsets[row + 1]]

    def concatenated_ids(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Concatenated token ids of the reviews `rows`, (words,), and offsets, (len(rows) + 1,)."""
        offsets = np.concatenate([[0], np.cumsum(self.lengths[rows])])
        shift = np.repeat(self.offsets[:-1][rows] - offsets[:-1], np.diff(offsets))
        return self.ids[np.arange(offsets[-1]) + shift], offsets

    @cached_property
    def _reviews(self) -> pa.Table:
        with self._reading_texts(), pa.memory_map(str(self.folder / TEXTS)) as file:
            table = pa.ipc.open_file(file).read_all()
            if not table.schema.equals(TEXT_SCHEMA) or len(table) != len(self):
                raise ValueError(f"it has other columns, or not {len(self)} reviews")
            table.validate(full=True)  # reading damaged offsets would end the process
            return table

    def review(self, row: int) -> Review:
        """One review as its source gave it, with the split assigned to it."""
        stored = self._reviews.slice(row, 1).to_pylist()[0]
        return Review(
            text=stored["text"],
            label=int(self.labels[row]),
            split=Split(int(self.splits[row])),
            film=int(self.films[row]),
            rating=stored["rating"],
            name=stored["name"],
        )

    @cached_property
    def ratings(self) -> np.ndarray:
        """Stars from 1 to 10, 0 if unknown, (N,) int8."""
        stars: np.ndarray = self._reviews.column("rating").to_numpy()
        return stars

    @property
    def names(self) -> list[str]:
        """The place of each review in its source."""
        names: list[str] = self._reviews.column("name").to_pylist()
        return names

    def all_texts(self) -> Iterator[str]:
        """Every text in order, with one record batch in memory at a time."""
        path, number, count = str(self.folder / TEXTS), 0, 1
        with contextlib.ExitStack() as stack:
            while number < count:
                with self._reading_texts():
                    if not number:
                        stored.require_file(self.folder / TEXTS)
                        reader = pa.ipc.open_file(stack.enter_context(pa.OSFile(path)))
                        count = reader.num_record_batches
                    texts: list[str] = []
                    if count:
                        batch = reader.get_batch(number)
                        batch.validate(full=True)
                        texts = batch.column("text").to_pylist()
                yield from texts
                number += 1

    def search_index(self, progress: Progress | None = None) -> SearchIndex:
        """The full-text index of the texts, built if missing. Raises StorageError."""
        return open_index(self.content, self.all_texts(), len(self), progress)

    def texts(self, rows: np.ndarray) -> list[str]:
        """The texts of several reviews, in the order of `rows`."""
        texts: list[str] = self._reviews.column("text").take(pa.array(rows)).to_pylist()
        return texts

    @classmethod
    def open(cls, folder: Path) -> "PreparedCorpus":
        """Memory-map a prepared folder. Raises CorpusError if it is incomplete or damaged."""

        about = PreparedRecord.read(folder)
        arrays = {}
        for name in ARRAYS:
            path = folder / f"{name}.npy"
            arrays[name] = stored.read_array(path, CorpusError, _REMEDY, **ARRAYS[name])
        with stored.reading(folder, CorpusError, _REMEDY):
            _require_consistent(arrays, about)
            stored.require_file(folder / TEXTS)
        return cls(
            folder=folder,
            name=about.name,
            fingerprint=about.fingerprint,
            content=about.content,
            classes=about.classes,
            config=about.config,
            report=about.report,
            **arrays,
        )

    def _reading_texts(self) -> contextlib.AbstractContextManager[None]:
        return stored.reading(self.folder / TEXTS, CorpusError, _REMEDY)


def _require_consistent(arrays: dict[str, np.ndarray], about: PreparedRecord) -> None:
    """Raise ValueError unless all arrays belong to the same reviews."""
    count, offsets, ids = len(arrays["labels"]), arrays["offsets"], arrays["ids"]
    for name in ARRAYS:
        if name not in ("ids", "offsets") and len(arrays[name]) != count:
            raise ValueError(f"{name}.npy is of {len(arrays[name]):,} reviews, expected {count:,}")
    ends = len(offsets) == count + 1 and offsets[0] == 0 and offsets[-1] == len(ids)
    if not ends or (np.diff(offsets) < 0).any():
        raise ValueError("offsets.npy does not match ids.npy and labels.npy")
    if ids.nbytes <= CHECKED_BYTES:  # reading more would take seconds
        stored.require_array(ids, low=0, high=about.report.vocabulary_size - 1)
    for name in ("labels", "source_labels"):
        stored.require_array(arrays[name], low=UNLABELLED, high=len(about.classes) - 1)
