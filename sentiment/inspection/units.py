"""A study of a model's units over a corpus, made once and stored.

    study.json    the corpus and the layers; written last, so it marks a complete study
    units.npz     the UnitStatistics of every layer and direction
    reviews.npz   the rows of the reviews, their labels and predicted probabilities
    states.npy, sampled.npz   states to search for a pattern (`unit_states`)

It uses the training and validation splits only, since people may choose models or settings by it.
Torch is imported only to make a study.
"""

import shutil
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sentiment import atomic, stored
from sentiment.corpus.classes import Classes, predicted_labels
from sentiment.corpus.review import Split
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import ModelError, RunError
from sentiment.inspection.reference_corpus import (
    corpus_key,
    launch_command,
    model_fingerprint,
    open_prepared,
)
from sentiment.inspection.unit_states import StatesWriter, StoredStates, sample_reviews
from sentiment.inspection.unit_statistics import StatisticsAccumulator, UnitStatistics
from sentiment.listing import modified
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.trace import Direction
from sentiment.places import data_dir
from sentiment.progress import StageProgress
from sentiment.runs.jobs import Job

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Predictor

FORMAT = 4
COMPLETE = "study.json"
COMMAND = "units"  # also the name of its job
TEXTS_AT_ONCE = 256
ABANDONED_SECONDS = 24 * 3600
_REMEDY = "Delete its folder and make the study again."


@dataclass(frozen=True)
class UnitStudy:
    """A study of a model's units. Reviews are numbered in their order in the study."""

    folder: Path
    corpus: str  # its name
    rows: np.ndarray  # (reviews,) of the prepared corpus
    classes: Classes
    labels: np.ndarray  # (reviews,) int8, codes
    probabilities: np.ndarray  # (reviews, classes), predicted
    sites: list[UnitStatistics]  # every layer and direction

    def site(self, layer: int, direction: str) -> UnitStatistics:
        return next(s for s in self.sites if (s.layer, s.direction) == (layer, direction))

    def first_unit(self, site: UnitStatistics) -> int:
        """The number of its first unit in `states`."""
        before = self.sites[: self.sites.index(site)]
        return sum(len(other.mean) for other in before)

    @property
    def misclassified(self) -> np.ndarray:
        """Whether the model is wrong, (reviews,) bool."""
        return predicted_labels(self.probabilities) != self.labels

    @cached_property
    def states(self) -> StoredStates:
        return StoredStates.open(self.folder)

    @classmethod
    def open(cls, folder: Path) -> "UnitStudy":
        """Read the study in `folder`. Raises RunError if it is damaged."""
        about: _Study = stored.read_json(folder / COMPLETE, _Study, RunError, _REMEDY)
        arrays = stored.read_arrays(folder / "units.npz", RunError, _REMEDY)
        reviews = stored.read_arrays(folder / "reviews.npz", RunError, _REMEDY)
        with stored.reading(folder / "units.npz", RunError, _REMEDY):
            sites = [
                UnitStatistics(
                    site.layer,
                    site.direction,
                    retention_from_gate=site.retention_from_gate,
                    **{
                        name.removeprefix(f"{number}."): arrays[name]
                        for name in arrays
                        if name.startswith(f"{number}.")
                    },
                )
                for number, site in enumerate(about.sites)
            ]
            for site in sites:
                for array in site.arrays().values():
                    of_units = array is not site.word_counts
                    units = array.shape[-1] if array is site.label_correlations else len(array)
                    if of_units and units != len(site.mean):
                        raise ValueError("its arrays have different numbers of units")
        with stored.reading(folder / "reviews.npz", RunError, _REMEDY):
            columns = {name: reviews[name] for name in ("rows", "labels", "probabilities")}
            count, classes = len(columns["rows"]), len(about.classes)
            stored.require_array(columns["rows"], shape=(count,), low=0)
            stored.require_array(columns["labels"], shape=(count,), low=0, high=classes - 1)
            stored.require_array(columns["probabilities"], shape=(count, classes), low=0, high=1)
        return cls(
            folder=folder, corpus=about.corpus, classes=about.classes, sites=sites, **columns
        )


@dataclass(frozen=True)
class _Site:
    """One layer in one direction."""

    layer: int
    direction: Direction
    retention_from_gate: bool


@dataclass(frozen=True)
class _Study:
    """The content of study.json."""

    corpus: str
    classes: Classes
    sites: list[_Site]


def study_folder(info: ModelInfo, corpus: str) -> Path:
    """The folder of the study of a model over a corpus (by its `corpus_key`)."""
    return data_dir() / "units" / f"{model_fingerprint(info)}-{corpus}-{FORMAT}"


def make_unit_study(
    info: ModelInfo,
    source: str,
    progress: StageProgress | None = None,
    table: TableConfig | None = None,
) -> UnitStudy:
    """Open the study of the model over `source`; make it first if it does not exist.

    Raises SentimentError.
    """
    from sentiment.inspection.predictor import Predictor

    folder = study_folder(info, corpus_key(info, source, table))
    if not (folder / COMPLETE).is_file():
        corpus = open_prepared(info, source, progress, table)
        rows = np.sort(np.concatenate([corpus.rows(Split.TRAIN), corpus.rows(Split.VALID)]))
        predictor = Predictor.load(info.folder)
        lengths = np.minimum(corpus.lengths[rows], info.sequence.sequence_length)
        texts = _texts(corpus, rows)
        with atomic.new_folder(folder, keep=COMPLETE) as fresh:
            write_unit_study(
                fresh, predictor, corpus.name, texts, rows, corpus.labels[rows], lengths, progress
            )
    return UnitStudy.open(folder)


def write_unit_study(
    folder: Path,
    predictor: "Predictor",
    corpus: str,
    texts: Iterable[str],
    rows: np.ndarray,
    labels: np.ndarray,
    lengths: np.ndarray,
    progress: StageProgress | None = None,
) -> None:
    """Compute the states of `texts` and write the files of the study into `folder`.

    rows, labels and lengths (words after truncation): (reviews,), of the texts in their order.
    Raises ModelError for a network without units.
    """
    import torch

    from sentiment.inspection.review_states import states_of_reviews
    from sentiment.networks.classifier import SentimentClassifier
    from sentiment.networks.pooling import pool

    network = predictor.network
    if not isinstance(network, SentimentClassifier):
        raise ModelError("A bag of words has no units. Choose another model.")
    size, words = network.config.hidden_size, len(predictor.vocabulary)
    gatherers: list[StatisticsAccumulator] = []
    writer: StatesWriter | None = None
    chosen: set[int] = set()
    unwritten: deque[int] = deque()  # the chosen ones, in the order in which the writer takes them
    sampled: dict[int, np.ndarray] = {}
    probabilities = np.zeros((len(rows), network.output.classes))
    reviews = (predictor.encode(text).kept_ids for text in texts)
    done = 0
    with torch.inference_mode():
        for batch in states_of_reviews(network, reviews):
            if writer is None:
                gatherers = [
                    StatisticsAccumulator(
                        layer.layer, layer.direction, size, words, network.output.classes
                    )
                    for layer in batch.layers
                ]
                units = size * len(batch.layers)
                unwritten.extend(sample_reviews(lengths, units).tolist())
                chosen = set(unwritten)
                writer = StatesWriter(folder, np.array(unwritten), lengths, units)
            pooled = pool(batch.encoded, batch.lengths, network.config.pooling, size)
            outputs = network.head(pooled).double()
            probabilities[batch.numbers] = network.output.probabilities(outputs).numpy()
            for gatherer, layer in zip(gatherers, batch.layers, strict=True):
                gatherer.add(batch, labels[batch.numbers], layer)
            for row, number in enumerate(batch.numbers.tolist()):
                if number in chosen:
                    sampled[number] = batch.states_of(row)
            while unwritten and unwritten[0] in sampled:
                writer.add(sampled.pop(unwritten.popleft()))
            done += len(batch.numbers)
            if progress:
                progress("Reading", done, len(rows))
    assert writer is not None, "no reviews to study"
    writer.close()
    sites = [gatherer.statistics() for gatherer in gatherers]
    arrays = {
        f"{number}.{name}": array
        for number, site in enumerate(sites)
        for name, array in site.arrays().items()
    }
    np.savez(folder / "units.npz", **arrays)  # type: ignore[arg-type]
    np.savez(folder / "reviews.npz", rows=rows, labels=labels, probabilities=probabilities)
    about = [_Site(site.layer, site.direction, site.retention_from_gate) for site in sites]
    study = _Study(corpus, predictor.classes, about)
    atomic.write_json(folder / COMPLETE, asdict(study))  # last


def launch_study(info: ModelInfo, source: str, table: TableConfig | None = None) -> None:
    """Make the study in a process that outlives the page. Raises RunError if one is running."""
    for path in (data_dir() / "units").glob(".*"):  # left by a killed process
        if time.time() - modified(path) > ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
    launch_command(COMMAND, info, source, table)


def job() -> Job:
    """The job that makes the study."""
    return Job.named(COMMAND)


def _texts(corpus: PreparedCorpus, rows: np.ndarray) -> Iterator[str]:
    """The texts of some reviews, TEXTS_AT_ONCE in memory."""
    for start in range(0, len(rows), TEXTS_AT_ONCE):
        yield from corpus.texts(rows[start : start + TEXTS_AT_ONCE])
