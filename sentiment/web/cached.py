"""Cached models, traces, corpora and statistics, shared by all sessions."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from sentiment.analysis.statistics import IMDB_STATISTICS, CorpusStatistics
from sentiment.corpus.sources import open_corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.evaluation.comparison import COMPARED_PREFIX
from sentiment.listing import BadItem, list_items, modified
from sentiment.networks.model_folder import ModelInfo, model_listing
from sentiment.networks.registry import ARCHITECTURES
from sentiment.runs.run import all_runs, by_name
from sentiment.web import heavy
from sentiment.web.bad_items import offer_deletion

if TYPE_CHECKING:
    from sentiment.dataset.prepared import PreparedCorpus
    from sentiment.encoding.encode_text import EncodedText
    from sentiment.inspection.gradients import Reaches, Readout
    from sentiment.inspection.predictor import Predictor
    from sentiment.inspection.trace import Trace


def list_models() -> tuple[dict[str, ModelInfo], list[BadItem]]:
    """All models by displayed name, and the damaged ones.

    Installed models are first, then those of runs, which have the name of the run.
    """
    installed = model_listing()
    names = {run.model: name for name, run in by_name(all_runs()).items() if run.has_model}
    of_runs = list_items("model of a run", names, ModelInfo.read)
    models = {info.name: info for info in installed.items}
    for info in of_runs.items:
        name = names[info.folder]
        models[f"{name} (run)" if name in models else name] = info
    return models, [*installed.bad, *of_runs.bad]


def name_of(info: ModelInfo) -> str:
    """The displayed name of a model that is listed."""
    models = readable_models()
    return next((name for name in models if models[name].folder == info.folder), info.name)


def readable_models() -> dict[str, ModelInfo]:
    """All models by displayed name that can be read."""
    return list_models()[0]


def matched_models(models: dict[str, ModelInfo]) -> list[str]:
    """Names of the models trained under the comparison protocol, in the order of the registry."""
    order = list(ARCHITECTURES)
    return sorted(
        (name for name in models if name.startswith(COMPARED_PREFIX)),
        key=lambda name: order.index(models[name].network.architecture),
    )


@st.cache_resource(max_entries=12, show_spinner="Loading the model")
def _predictor(folder: str, checksum: str) -> "Predictor":
    import torch

    from sentiment.inspection.predictor import Predictor

    # For one review, two threads save a millisecond on an idle machine, but wait half a second
    # for each other while a training keeps the processor busy.
    torch.set_num_threads(1)
    return Predictor.load(Path(folder))


def predictor(info: ModelInfo) -> "Predictor":
    """The loaded model, shared by all sessions and reloaded when its weights change.

    If it cannot be loaded, show it as a damaged item and stop the page.
    """
    with offer_deletion("model", info.folder):
        return _predictor(str(info.folder), info.checksum)


@st.cache_resource(max_entries=16, show_spinner=False)
def _trace(
    _info: ModelInfo, checksum: str, words: str, label: int | None, _encoded: "EncodedText"
) -> "Trace":
    return predictor(_info).trace_encoded(_encoded, label)


def trace(
    info: ModelInfo, text: str, sequence: SequenceConfig, label: int | None = None
) -> "Trace":
    """The cached trace of a review. A change of the padding does not recompute it: padding is
    masked, so the result depends only on the words that are read.

    label: code of the class that is explained; None for the verdict.
    """
    encoded = predictor(info).encode(text, sequence)
    words = " ".join(encoded.kept_tokens)
    return _trace(info, info.checksum, words, label, encoded).with_encoding(encoded)


@st.cache_resource(max_entries=20, show_spinner=False)
def _reaches_place(
    checksums: str, text: str, sequence: SequenceConfig, readout: str
) -> "dict[str, Reaches]":
    return {}


def gradient_reaches(
    infos: dict[str, ModelInfo], text: str, sequence: SequenceConfig, readout: str
) -> "Reaches":
    """Gradients of these models for a review, cached because they take seconds."""
    from sentiment.inspection.gradients import reaches

    place = _reaches_place(checksums_of(infos), text, sequence, readout)
    predictors = {name: predictor(info) for name, info in infos.items()}
    read: Readout = "last" if readout == "last" else "pooled"
    return heavy.result_in(
        place, lambda progress: reaches(predictors, text, sequence, read, progress)
    )


def checksums_of(infos: dict[str, ModelInfo]) -> str:
    """One key of models and their names, for caches."""
    return " ".join(f"{name} {info.checksum}" for name, info in infos.items())


@st.cache_resource(show_spinner=False)
def _statistics(path: str, modified: float) -> CorpusStatistics:
    return CorpusStatistics.load(Path(path))


def imdb_statistics() -> CorpusStatistics:
    return _statistics(str(IMDB_STATISTICS), IMDB_STATISTICS.stat().st_mtime)


@st.cache_resource(max_entries=2, show_spinner=False)
def synthetic_statistics(source: str) -> CorpusStatistics:
    return CorpusStatistics.of(open_corpus(source))


@st.cache_resource(max_entries=4, show_spinner=False)
def _open_prepared(folder: Path, changed: float) -> "PreparedCorpus":
    from sentiment.dataset.prepared import PreparedCorpus

    return PreparedCorpus.open(folder)


def prepared(
    source: str, config: PrepareConfig | None = None, table: TableConfig | None = None
) -> "PreparedCorpus":
    """The prepared corpus of `source`; prepares it under a progress bar if necessary."""
    from sentiment.dataset.prepare import prepare, prepared_folder
    from sentiment.dataset.prepared import COMPLETE

    folder = prepared_folder(source, config, table)
    with offer_deletion("prepared corpus", folder):
        if not (folder / COMPLETE).exists():
            heavy.run(
                ("prepare", folder),
                lambda progress: prepare(source, config, table, progress=progress),
            )
        return open_prepared(folder)


def open_prepared(folder: Path) -> "PreparedCorpus":
    """The prepared corpus in `folder`. Raises CorpusError."""
    from sentiment.dataset.prepared import COMPLETE

    return _open_prepared(folder, modified(folder / COMPLETE))
