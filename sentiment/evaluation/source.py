"""Evaluation of a model on a source: on one split, or on every labelled review."""

import contextlib
import itertools
from dataclasses import dataclass

import numpy as np

from sentiment.corpus.classes import UNLABELLED, Classes
from sentiment.corpus.preview import rejected_count
from sentiment.corpus.review import Split
from sentiment.corpus.sources import open_corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_files import short_name
from sentiment.dataset.batches import ReviewDataset
from sentiment.dataset.classes import require_several_classes
from sentiment.dataset.prepare import prepare
from sentiment.dataset.prepare_report import OFFICIAL
from sentiment.dataset.prepared import PreparedCorpus, prepared_folders
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.splitting import numbers_of, text_digests
from sentiment.errors import CorpusError
from sentiment.evaluation.metrics import Evaluation
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.config import Precision
from sentiment.networks.inference import probabilities
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import StageProgress, stage_of


@dataclass(frozen=True)
class SourceEvaluation:
    """A model's metrics on some or all reviews of a source."""

    corpus: str  # its name
    metrics: Evaluation
    predictions: TestPredictions
    is_new_split: bool = False  # of a corpus that the model was not trained on
    without_words: int = 0  # further reviews, which no model can read
    rejected: int = 0  # further rows of the source: unreadable, or with a label of no class
    in_training: int | None = None  # reviews whose text the model was trained on; None if unknown


def evaluate_split(
    info: ModelInfo,
    source: str,
    split: Split,
    table: TableConfig | None = None,
    *,
    precision: Precision = "float32",
    progress: StageProgress | None = None,
) -> SourceEvaluation:
    """Evaluate a model on one split of `source`, which is split as for the training of the model.

    Of a source that the model was not trained on, no review is dropped by its length.
    Raises CorpusError, also if the reviews are of one class only.
    """
    config = info.training.prepare
    if info.training.source not in (source, short_name(source)):
        config = config.without_cutoffs()
    corpus = prepare(source, config, table, progress=progress)
    rows, part = corpus.rows(split), f"The {split.title} split of {corpus.name}"
    if not len(rows):
        raise CorpusError(
            f"{part} has no reviews; expected reviews of at least two classes. To evaluate all "
            "reviews of the corpus: --split all"
        )
    require_several_classes(corpus.labels[rows], corpus.classes, part)
    predictions = _predictions(
        info,
        rows,
        corpus.texts(rows),
        corpus.labels[rows],
        corpus.classes,
        part,
        precision,
        progress,
    )
    is_new = corpus.report.split_rule != OFFICIAL
    return SourceEvaluation(
        corpus=corpus.name,
        metrics=Evaluation.of(predictions.labels, predictions.probabilities, info.classes),
        predictions=predictions,
        is_new_split=is_new and corpus.fingerprint != info.training.data_fingerprint,
        rejected=rejected_count(corpus.report.rejected),
    )


def evaluate_whole(
    info: ModelInfo,
    source: str,
    table: TableConfig | None = None,
    *,
    precision: Precision = "float32",
    progress: StageProgress | None = None,
) -> SourceEvaluation:
    """Evaluate a model on every labelled review of `source`, for example your own test file.

    Nothing is split off, and no review is dropped by its length.
    Raises CorpusError, also if the reviews are of one class only.
    """
    corpus = open_corpus(source, table, progress=stage_of(progress, "Reading"))
    rows = np.flatnonzero(corpus.labels != UNLABELLED)
    require_several_classes(corpus.labels[rows], corpus.classes, corpus.name)
    texts = [corpus.texts[row] for row in rows.tolist()]
    predictions = _predictions(
        info,
        rows,
        texts,
        corpus.labels[rows],
        corpus.classes,
        corpus.name,
        precision,
        progress,
    )
    read = np.isin(rows, predictions.rows)
    return SourceEvaluation(
        corpus=corpus.name,
        metrics=Evaluation.of(predictions.labels, predictions.probabilities, info.classes),
        predictions=predictions,
        without_words=int((~read).sum()),
        rejected=rejected_count(corpus.rejected),
        in_training=count_in_training(info, text_digests(texts)[read]),
    )


def _predictions(
    info: ModelInfo,
    rows: np.ndarray,
    texts: list[str],
    labels: np.ndarray,
    classes: Classes,
    part: str,
    precision: Precision,
    progress: StageProgress | None,
) -> TestPredictions:
    """Predictions for all of the reviews that have words, with labels in codes of the model.

    labels: codes of `classes`. `part` names the reviews in errors.
    """
    codes = codes_of(info, classes, part)
    network, vocabulary = info.load()
    dataset = ReviewDataset.of_texts(
        texts, labels, vocabulary, info.sequence, stage_of(progress, "Tokenizing")
    )
    read = np.flatnonzero(dataset.lengths > 0)
    dataset = ReviewDataset(dataset.ids, dataset.offsets, dataset.labels, read, info.sequence)
    require_several_classes(dataset.labels, classes, f"{part}, without reviews that have no words,")
    p = probabilities(network, dataset, stage_of(progress, "Evaluating"), precision)
    return TestPredictions(rows[read], codes[dataset.labels], dataset.lengths, p)


def codes_of(info: ModelInfo, classes: Classes, part: str) -> np.ndarray:
    """Code of a model's class for each of these classes, by name, (K,).

    Raises CorpusError for a class that the model does not predict.
    """
    names = info.classes.names
    if others := [name for name in classes.names if name not in names]:
        raise CorpusError(
            f"{part} has reviews of {', '.join(others)}; {info.name} predicts {', '.join(names)}. "
            "Choose a model with these classes, or map the labels to those of the model."
        )
    return np.array([names.index(name) for name in classes.names], np.int8)


def count_in_training(info: ModelInfo, digests: np.ndarray) -> int | None:
    """How many of the texts are in the training or validation split of a model.

    digests: (N, 2) of the texts. None if the corpus of the training is no longer prepared.
    """
    corpus = _training_corpus(info)
    if corpus is None:
        return None
    used = (corpus.drop_reasons == DropReason.KEPT) & np.isin(
        corpus.splits, (Split.TRAIN, Split.VALID)
    )
    trained_on = text_digests(itertools.compress(corpus.all_texts(), used.tolist()))
    numbers = numbers_of(np.concatenate([trained_on, digests]))
    return int(np.isin(numbers[len(trained_on) :], numbers[: len(trained_on)]).sum())


def _training_corpus(info: ModelInfo) -> PreparedCorpus | None:
    """The corpus of the model's training as it was split, None if it is not in the cache."""
    for folder in prepared_folders():
        with contextlib.suppress(CorpusError):  # damaged
            corpus = PreparedCorpus.open(folder)
            official = info.training.split_rule == corpus.report.split_rule == OFFICIAL
            same = corpus.config == info.training.prepare
            if corpus.fingerprint == info.training.data_fingerprint and (official or same):
                return corpus
    return None
