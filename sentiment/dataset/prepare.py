"""Preparation of a corpus: tokenize, drop outliers, split, build the vocabulary, encode, cache.

The cache key consists of the fingerprint of the source and the settings.
"""

import hashlib
import itertools
import json
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from sentiment import atomic
from sentiment.analysis import exclusions, text_checks
from sentiment.analysis.quality import CheckedReviews
from sentiment.analysis.statistics import CorpusStatistics
from sentiment.corpus.label_values import listed
from sentiment.corpus.review import NO_FILM, Corpus, Split, label_counts
from sentiment.corpus.sources import fingerprint_of, open_corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.classes import require_classes_kept
from sentiment.dataset.corrections import LabelState, corrections_with
from sentiment.dataset.prepare_report import PrepareReport
from sentiment.dataset.prepared import (
    COMPLETE,
    FORMAT,
    STATISTICS,
    TEXT_COLUMNS,
    TEXT_SCHEMA,
    TEXTS,
    PreparedCorpus,
)
from sentiment.dataset.splits import assign_splits, keeps_official, split_rule
from sentiment.encoding import splitting
from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.encoding.tokenize import TOKENIZER
from sentiment.encoding.vocabulary import UNK, Vocabulary
from sentiment.errors import CorpusError
from sentiment.places import prepared_dir, server_data_dir
from sentiment.progress import StageProgress, stage_of
from sentiment.settings import named

RECORD_BATCH = 4096  # reviews


def prepared_folder(
    source: str | Path,
    config: PrepareConfig | None = None,
    table: TableConfig | None = None,
) -> Path:
    """The cache folder for the prepared form of `source`, whether or not it exists."""
    config = config or PrepareConfig()
    key = _key(fingerprint_of(source), config, table)
    of_server = server_data_dir() / "prepared" / key  # in the hosted mode readable by everyone
    return of_server if (of_server / COMPLETE).is_file() else prepared_dir() / key


def prepare(
    source: str | Path,
    config: PrepareConfig | None = None,
    table: TableConfig | None = None,
    *,
    progress: StageProgress | None = None,
) -> PreparedCorpus:
    """Open the prepared form of `source`; create it if it is not in the cache.

    source: "imdb", "sample" or a path (see `sentiment.corpus.sources`); table: how to read a
    table file. Raises CorpusError, ConfigError or StorageError.
    """
    config = config or PrepareConfig()
    folder = prepared_folder(source, config, table)
    if not (folder / COMPLETE).exists():
        corpus = open_corpus(
            source,
            table,
            unlabelled=config.unlabelled,
            progress=stage_of(progress, "Reading"),
        )
        with atomic.new_folder(folder, keep=COMPLETE) as fresh:
            encode_corpus(corpus, config, fresh, progress)
    return PreparedCorpus.open(folder)


def encode_corpus(
    corpus: Corpus,
    config: PrepareConfig,
    folder: Path,
    progress: StageProgress | None = None,
) -> None:
    """Prepare `corpus` and write the files into `folder`.

    Raises CorpusError if preparation would drop more than half of a class, or StorageError.
    """
    started = time.perf_counter()
    spill = folder / "words.bin"
    tokenized = TokenizedCorpus.of(corpus.texts, stage_of(progress, "Tokenizing"), spill)
    digests = splitting.text_digests(corpus.texts)
    official = keeps_official(corpus, config)
    protected = (corpus.splits == Split.TEST) & official
    corrections = corrections_with(config.corrections).effect(digests, corpus.labels, protected)
    numbers = splitting.numbers_of(digests)
    if corrections.labels.max(initial=0) >= len(corpus.classes):
        raise CorpusError(
            f"The corrections of {corpus.name} have labels of other classes than "
            f"{listed(corpus.classes.names)}. Undo them, or use its former classes."
        )
    duplicates = splitting.count_duplicates(numbers, corpus.splits)
    content = hashlib.sha256(digests.tobytes()).hexdigest()[:20]
    reviews = CheckedReviews(
        content,
        lambda: corpus.texts,
        corpus.labels,
        corpus.classes,
        tokenized,
        numbers,
        corrections.states != LabelState.AS_READ,
    )
    # By the labels of the source, so that a correction does not move other reviews.
    splits, drop_reasons = assign_splits(
        corpus, tokenized.lengths, numbers, config, reviews, progress
    )
    require_classes_kept(corpus, tokenized.lengths, drop_reasons, protected, config)
    exclusions.apply_merges(drop_reasons, corrections.merged, protected)
    labels = corrections.labels

    kept = drop_reasons == DropReason.KEPT
    train = kept & (splits == Split.TRAIN)
    # A test file has no training split; its own words then serve to search and describe it.
    is_test_file = official and not np.any(np.isin(corpus.splits, (Split.TRAIN, Split.UNLABELLED)))
    in_vocabulary = kept if is_test_file else train | (kept & (splits == Split.UNLABELLED))
    counts = tokenized.word_counts(in_vocabulary)
    if not counts.any():
        dropped = ", ".join(
            f"{count:,} {title}" for title, count in _count_drop_reasons(drop_reasons).items()
        )
        raise CorpusError(
            f"No training reviews are left of the {len(corpus):,} in {corpus.name}. Dropped: "
            f"{dropped}. Lower {named(PrepareConfig, 'min_length')} "
            f"(now {config.min_length}), raise {named(PrepareConfig, 'max_length')} (now "
            f"{config.max_length}), or add reviews."
        )
    vocabulary = Vocabulary.from_counts(
        tokenized.words,
        counts,
        max_words=config.max_words,
        min_count=config.min_count,
    )
    films = np.full(len(corpus), NO_FILM, np.int32) if corpus.films is None else corpus.films
    unknown = _write_ids(folder / "ids.npy", tokenized, vocabulary)

    test = splits == Split.TEST
    results = {name: reviews.results(name, test, progress) for name in config.excluded}
    CorpusStatistics.of(
        replace(corpus, labels=labels, splits=splits, official=official, films=films),
        stage_of(progress, "Counting"),
        tokenized=tokenized,
        digests=digests,
        excluded=exclusions.excluded_reviews(drop_reasons, results, splits, protected),
    ).save(folder / STATISTICS)

    other_language = text_checks.other_languages(tokenized)
    language_checked = other_language | (tokenized.lengths >= text_checks.MIN_WORDS)

    of_split = {split.title: kept & (splits == split) for split in Split}
    of_split = {title: rows for title, rows in of_split.items() if rows.any()}

    def counts_by_split(found: np.ndarray) -> dict[str, int]:
        return {title: int(np.sum(found & rows)) for title, rows in of_split.items()}

    official_train = LengthHistogram.of(tokenized.lengths[corpus.splits == Split.TRAIN])
    report = PrepareReport(
        read=len(corpus),
        rejected=list(corpus.rejected),
        label_sentence=corpus.label_sentence,
        dropped=_count_drop_reasons(drop_reasons),
        corrected=int(np.sum(kept & (corrections.states == LabelState.CORRECTED))),
        unmatched_corrections=corrections.unmatched,
        splits=label_counts(splits[kept], labels[kept], corpus.classes),
        split_rule=split_rule(corpus, config),
        mean_length=official_train.mean,
        shortest=official_train.shortest,
        longest=official_train.longest,
        duplicates=duplicates,
        vocabulary_size=len(vocabulary),
        distinct_words=int(np.count_nonzero(counts)),
        unknown_share={
            title: float(unknown[rows].sum() / max(tokenized.lengths[rows].sum(), 1))
            for title, rows in of_split.items()
        },
        language_checked=counts_by_split(language_checked),
        other_languages=counts_by_split(other_language),
        seconds=time.perf_counter() - started,
    )

    columns = {
        "offsets": tokenized.offsets,
        "labels": labels,
        "source_labels": corpus.labels,
        "label_states": corrections.states,
        "splits": splits,
        "drop_reasons": drop_reasons,
        "films": films,
    }
    for name, column in columns.items():
        np.save(folder / f"{name}.npy", column, allow_pickle=False)
    del tokenized, reviews  # close the file: Windows cannot delete an open one
    spill.unlink()
    _write_reviews(corpus, folder / TEXTS)
    atomic.write_json(folder / "vocabulary.json", vocabulary.to_json(), indent=None)
    about = {
        "format": FORMAT,
        "name": corpus.name,
        "fingerprint": corpus.fingerprint,
        "content": content,
        "tokenizer": TOKENIZER,
        "classes": asdict(corpus.classes),
        "config": config.to_json(),
        "report": asdict(report),
    }
    atomic.write_json(folder / COMPLETE, about)  # last


def _key(fingerprint: str, config: PrepareConfig, table: TableConfig | None) -> str:
    options = (table or TableConfig()).options()
    parts = [FORMAT, TOKENIZER, fingerprint, config.to_json(), sorted(options.items())]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:20]


def _count_drop_reasons(drop_reasons: np.ndarray) -> dict[str, int]:
    return {
        drop_reason.title: int(np.sum(drop_reasons == drop_reason))
        for drop_reason in DropReason
        if drop_reason != DropReason.KEPT and np.any(drop_reasons == drop_reason)
    }


def _write_ids(path: Path, tokenized: TokenizedCorpus, vocabulary: Vocabulary) -> np.ndarray:
    """Write the token ids of all reviews, (total words,) int32, as .npy, a block at a time.

    Returns the number of unknown words in each review, (N,).
    """
    indices = vocabulary.encode(tokenized.words)
    unknown = np.zeros(len(tokenized.lengths), np.int64)
    header = {"descr": "<i4", "fortran_order": False, "shape": (int(tokenized.offsets[-1]),)}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for first, offsets, words in tokenized.blocks():
            ids = indices[words].astype("<i4") if len(words) else words
            ids.tofile(file)
            unknown_before = np.concatenate([[0], np.cumsum(ids == UNK)])
            unknown[first : first + len(offsets) - 1] = np.diff(unknown_before[offsets])
    return unknown


def _write_reviews(corpus: Corpus, path: Path) -> None:
    ratings = np.zeros(len(corpus), np.int8) if corpus.ratings is None else corpus.ratings
    # large_string: the offsets of a plain string column end at 2 GB of text.
    texts = iter(corpus.texts)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, TEXT_SCHEMA) as writer:
        for first in range(0, len(corpus), RECORD_BATCH):
            block = list(itertools.islice(texts, RECORD_BATCH))
            last = first + len(block)
            names = list(corpus.names[first:last]) or [f"row {n + 1}" for n in range(first, last)]
            values = (block, names, ratings[first:last])
            arrays = [
                pa.array(column, kind)
                for column, kind in zip(values, TEXT_COLUMNS.values(), strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=TEXT_SCHEMA))
