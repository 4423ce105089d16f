"""A prepared corpus: every review encoded, judged and assigned to a part, cached on disk.

The folder is keyed by the fingerprint of the source and of the settings, so opening it again is
a memory map. It also keeps the texts, so that the reviews themselves can be read without going
through the archive once more.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sentiment import atomic
from sentiment.corpus.review import LABEL_NAMES, NO_FILM, Corpus, Review, Split, label_counts
from sentiment.corpus.sources import fingerprint_of, open_corpus
from sentiment.encoding import outliers, splitting
from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.outliers import Fate
from sentiment.encoding.settings import PrepareConfig, config_from_json
from sentiment.encoding.tokenize import TOKENIZER_VERSION
from sentiment.encoding.tokenized import TokenizedCorpus
from sentiment.encoding.vocabulary import UNK, Vocabulary
from sentiment.errors import CorpusError
from sentiment.places import prepared_dir

StageProgress = Callable[[str, int, int], None]  # stage, done, total
FORMAT = 1
_ARRAYS = ("ids", "offsets", "labels", "splits", "fates", "films")


@dataclass(frozen=True)
class PrepareReport:
    """What preparing did, in figures; reviews unless another unit is named."""

    read: int
    rejected: list[str]  # rows of the source that were not read, and why
    dropped: dict[str, int]  # by the title of their Fate
    parts: dict[str, dict[str, int]]  # split title -> label name -> reviews kept
    split: str  # the rule that was applied
    mean_length: float  # words, of the source's training split before anything was dropped
    shortest: int
    longest: int
    duplicates: splitting.Duplicates
    vocabulary_size: int  # <pad> and <unk> included
    distinct_words: int  # of the training part
    unknown_share: dict[str, float]  # of the words of each part
    seconds: float


@dataclass(frozen=True)
class Found:
    """Reviews that fit a search: how many in all, and the first of them."""

    total: int
    reviews: list[Review]
    lengths: list[int]  # of these, in words


@dataclass(frozen=True)
class PreparedCorpus:
    """Review n is `ids[offsets[n]:offsets[n + 1]]`; dropped reviews are there too (see `fates`)."""

    folder: Path
    name: str
    fingerprint: str
    config: PrepareConfig
    report: PrepareReport
    ids: np.ndarray  # (total words,) int32
    offsets: np.ndarray  # (N + 1,) int64
    labels: np.ndarray  # (N,) int8
    splits: np.ndarray  # (N,) int8
    fates: np.ndarray  # (N,) int8
    films: np.ndarray  # (N,) int32

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def lengths(self) -> np.ndarray:
        return np.diff(self.offsets)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.from_json(_read_json(self.folder / "vocabulary.json"))

    def rows(self, split: Split) -> np.ndarray:
        """Numbers of the reviews of one part that were kept, rising, (n,) int64."""
        return np.flatnonzero((self.splits == split) & (self.fates == Fate.KEPT))

    def encoded(self, row: int) -> np.ndarray:
        """The word indices of one review, (words,) int32."""
        return self.ids[self.offsets[row] : self.offsets[row + 1]]

    @cached_property
    def _reviews(self) -> pa.Table:
        with pa.memory_map(str(self.folder / "reviews.arrow")) as file:
            return pa.ipc.open_file(file).read_all()

    def review(self, row: int) -> Review:
        """One review as its source gave it, in the part it was assigned to."""
        stored = self._reviews.slice(row, 1).to_pylist()[0]
        return Review(
            text=stored["text"],
            label=int(self.labels[row]),
            split=Split(int(self.splits[row])),
            film=int(self.films[row]),
            rating=stored["rating"],
            name=stored["name"],
        )

    def find(
        self,
        *,
        part: str,
        label: str = "any",
        fate: str = Fate.KEPT.title,
        containing: str = "",
        limit: int = 100,
    ) -> "Found":
        """The reviews that fit, in the order of the source; `containing` ignores case.

        part, label and fate are the titles of a Split, a label ("any" for both) and a Fate.
        """
        fits = (self.splits == Split[part.upper()]) & (
            self.fates == next(known for known in Fate if known.title == fate)
        )
        for code, name in LABEL_NAMES.items():
            if name == label:
                fits &= self.labels == code
        if containing.strip():
            texts = self._reviews.column("text")
            fits &= pc.match_substring(texts, containing.strip(), ignore_case=True).to_numpy()
        rows = np.flatnonzero(fits)
        shown = rows[:limit].tolist()
        return Found(
            len(rows), [self.review(row) for row in shown], self.lengths[rows[:limit]].tolist()
        )

    def texts(self, rows: np.ndarray) -> list[str]:
        """The texts of several reviews, in the order of `rows`."""
        texts: list[str] = self._reviews.column("text").take(pa.array(rows)).to_pylist()
        return texts

    @classmethod
    def open(cls, folder: Path) -> "PreparedCorpus":
        """Map a prepared folder. Raises CorpusError if it is incomplete or damaged."""
        about = _read_json(folder / "prepared.json")
        try:
            report = about["report"]
            report["duplicates"] = splitting.Duplicates(**report["duplicates"])
            return cls(
                folder=folder,
                name=about["name"],
                fingerprint=about["fingerprint"],
                config=config_from_json(PrepareConfig, about["config"]),
                report=PrepareReport(**report),
                **{name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS},
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(folder, error) from error


def prepared_folder(
    source: str | Path, config: PrepareConfig | None = None, **reading: Any
) -> Path:
    """Where the prepared form of `source` is kept, whether or not it has been made."""
    return prepared_dir() / _key(fingerprint_of(source), config or PrepareConfig(), reading)


def prepare(
    source: str | Path,
    config: PrepareConfig | None = None,
    *,
    progress: StageProgress | None = None,
    **reading: Any,
) -> PreparedCorpus:
    """Open the prepared form of `source`, making it if it is not in the cache.

    source: "imdb", "sample", or a path (see `sentiment.corpus.sources`); `reading` holds the
    column options of tables. Raises CorpusError, ConfigError or StorageError.
    """
    config = config or PrepareConfig()
    folder = prepared_folder(source, config, **reading)
    if not (folder / "prepared.json").exists():
        stage = _stages(progress)
        corpus = open_corpus(source, progress=stage("Reading"), **reading)
        with atomic.new_folder(folder) as fresh:
            encode_corpus(corpus, config, fresh, progress)
    return PreparedCorpus.open(folder)


def encode_corpus(
    corpus: Corpus,
    config: PrepareConfig,
    folder: Path,
    progress: StageProgress | None = None,
) -> None:
    """Tokenize, judge, split, build the vocabulary, encode, and write the files into `folder`."""
    started = time.perf_counter()
    tokenized = TokenizedCorpus.of(corpus.texts, _stages(progress)("Tokenizing"))
    numbers = splitting.text_numbers(corpus.texts)
    duplicates = splitting.count_duplicates(numbers, corpus.splits)
    splits, fates = assign(corpus, tokenized.lengths, numbers, config)

    kept = fates == Fate.KEPT
    train = kept & (splits == Split.TRAIN)
    counter = tokenized.counter(train)
    if not counter:
        raise CorpusError(
            f"No training reviews are left of the {len(corpus):,} in {corpus.name}: "
            f"{_count_fates(fates)}. Loosen the cutoffs (min_length {config.min_length}, "
            f"max_length {config.max_length}) or add reviews."
        )
    vocabulary = Vocabulary.from_counter(
        counter, max_words=config.max_words, min_count=config.min_count
    )
    ids = tokenized.renumbered(vocabulary.encode(tokenized.words))

    official_train = LengthHistogram.of(tokenized.lengths[corpus.splits == Split.TRAIN])
    report = PrepareReport(
        read=len(corpus),
        rejected=list(corpus.rejected),
        dropped=_count_fates(fates),
        parts=label_counts(splits[kept], corpus.labels[kept]),
        split="official" if _keeps_official(corpus, config) else "8:1:1",
        mean_length=official_train.mean,
        shortest=official_train.shortest,
        longest=official_train.longest,
        duplicates=duplicates,
        vocabulary_size=len(vocabulary),
        distinct_words=len(counter),
        unknown_share=_unknown_shares(ids, tokenized, splits, kept),
        seconds=time.perf_counter() - started,
    )

    films = np.full(len(corpus), NO_FILM, np.int32) if corpus.films is None else corpus.films
    columns = {
        "ids": ids,
        "offsets": tokenized.offsets,
        "labels": corpus.labels,
        "splits": splits,
        "fates": fates,
        "films": films,
    }
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", columns[name], allow_pickle=False)
    _write_reviews(corpus, folder / "reviews.arrow")
    atomic.write_json(folder / "vocabulary.json", vocabulary.to_json(), indent=None)
    about = {
        "format": FORMAT,
        "name": corpus.name,
        "fingerprint": corpus.fingerprint,
        "config": config.to_json(),
        "report": asdict(report),
    }
    atomic.write_json(folder / "prepared.json", about)  # last: its presence says "complete"


def assign(
    corpus: Corpus, lengths: np.ndarray, numbers: np.ndarray, config: PrepareConfig
) -> tuple[np.ndarray, np.ndarray]:
    """The part and the Fate of each review, both (N,) int8.

    An official test split stays as it is, whole and uncut, or its figures could not be compared
    with anybody's. Training reviews whose very text also stands in it are dropped instead.
    """
    fates = outliers.judge_lengths(lengths, config.min_length, config.max_length)
    splits = corpus.splits.copy()
    groups = splitting.groups_of(numbers, corpus.films)
    if not _keeps_official(corpus, config):
        kept = fates == Fate.KEPT
        splits[kept] = splitting.split_groups(
            groups[kept], corpus.labels[kept], splitting.SHARES_8_1_1, config.seed
        )
        return splits, fates

    test = splits == Split.TEST
    fates[test] = np.where(lengths[test] == 0, Fate.EMPTY, Fate.KEPT)
    fates[~test & (fates == Fate.KEPT) & np.isin(numbers, numbers[test])] = Fate.IN_TEST
    if not np.any(splits == Split.VALID):
        train = (splits == Split.TRAIN) & (fates == Fate.KEPT)
        splits[train] = splitting.split_groups(
            groups[train], corpus.labels[train], splitting.SHARES_OF_TRAIN, config.seed
        )
    return splits, fates


def _keeps_official(corpus: Corpus, config: PrepareConfig) -> bool:
    return corpus.official and config.split == "official"


def _key(fingerprint: str, config: PrepareConfig, reading: dict[str, Any]) -> str:
    parts = [FORMAT, TOKENIZER_VERSION, fingerprint, config.to_json(), sorted(reading.items())]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:20]


def _stages(progress: StageProgress | None) -> Callable[[str], Callable[[int, int], None] | None]:
    def stage(name: str) -> Callable[[int, int], None] | None:
        return None if progress is None else lambda done, total: progress(name, done, total)

    return stage


def _count_fates(fates: np.ndarray) -> dict[str, int]:
    return {
        fate.title: int(np.sum(fates == fate))
        for fate in Fate
        if fate != Fate.KEPT and np.any(fates == fate)
    }


def _unknown_shares(
    ids: np.ndarray, tokenized: TokenizedCorpus, splits: np.ndarray, kept: np.ndarray
) -> dict[str, float]:
    unknown = np.concatenate([[0], np.cumsum(ids == UNK)])
    per_review = np.diff(unknown[tokenized.offsets])
    return {
        split.title: float(
            per_review[kept & (splits == split)].sum()
            / max(tokenized.lengths[kept & (splits == split)].sum(), 1)
        )
        for split in Split
        if np.any(kept & (splits == split))
    }


def _write_reviews(corpus: Corpus, path: Path) -> None:
    count = len(corpus)
    table = pa.table(
        {
            # large_string: the offsets of a plain string column end at 2 GB of text.
            "text": pa.array(corpus.texts, pa.large_string()),
            "name": pa.array(
                corpus.names or [f"row {row + 1}" for row in range(count)], pa.string()
            ),
            "rating": pa.array(
                np.zeros(count, np.int8) if corpus.ratings is None else corpus.ratings, pa.int8()
            ),
        }
    )
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=4096)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path.parent, error) from error
    if not isinstance(value, dict):
        raise _damaged(path.parent, f"{path.name} holds no object")
    return value


def _damaged(folder: Path, reason: object) -> CorpusError:
    return CorpusError(
        f"The prepared corpus in {folder} is damaged ({reason}). Delete that folder; it is made "
        "again from the source the next time."
    )
