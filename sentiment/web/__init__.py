"""The one part of the package that knows streamlit: what pages share, and their larger sections."""

import contextlib
import logging
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.encoding.statistics import IMDB_STATISTICS, CorpusStatistics
from sentiment.errors import SentimentError
from sentiment.networks.model_folder import ModelInfo, installed_models
from sentiment.networks.registry import ARCHITECTURES
from sentiment.places import PROJECT
from sentiment.training import runs
from sentiment.training.comparison import PREFIX

if TYPE_CHECKING:
    from sentiment.encoding.prepared import PreparedCorpus
    from sentiment.inspection.gradients import Reaches
    from sentiment.inspection.predictor import Predictor, Trace

log = logging.getLogger(__name__)


def is_dark() -> bool:
    """Whether this visitor looks at the dark theme; charts choose their ground by it."""
    return st.context.theme.type == "dark"


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Turn an error into a message for people and stop the page there; details go to the log."""
    try:
        yield
    except SentimentError as error:
        show_error(str(error))
        st.stop()
    except MemoryError:
        log.exception("Out of memory")
        show_error("The machine ran out of memory. Try a shorter text or a smaller model.")
        st.stop()


def show_error(message: str) -> None:
    """A message that may quote what a person typed, so nothing in it is read as markup."""
    with st.container(border=True):
        st.markdown(":material/error: :red[**That did not work**]")
        st.text(message)


def start_with(**values: object) -> None:
    """First values of keyed widgets, unless the link or an earlier visit brought others.

    A widget that callbacks also set must get its first value here and not from its own argument.
    """
    for key, value in values.items():
        if key not in st.session_state and key not in st.query_params:
            st.session_state[key] = value


def entered() -> None:
    """Called by app.py, so that pages know it has set up the navigation for this visitor."""
    st.session_state["entered"] = True


def _enter_through_app() -> None:
    # The very first visit to a new server, if it is to a link such as /explore, makes Streamlit
    # run that file of pages/ by itself, without app.py and so without navigation: until
    # st.navigation has been called once, it takes the folder for its older kind of app.
    if not st.session_state.get("entered"):
        runpy.run_path(str(PROJECT / "app.py"))
        st.stop()


def figure_config() -> dict[str, object]:
    """Of a Plotly figure: nothing but a button that saves it, as the visitor chose."""
    kind = st.session_state.get("figures_as", "svg")
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": kind, "scale": 1 if kind == "svg" else 2},
    }


def metrics(**figures: str) -> None:
    """Figures in a row that wraps on narrow screens; `_` in a name stands for a space."""
    with st.container(horizontal=True, gap="medium"):
        for name, figure in figures.items():
            st.metric(name.replace("_", " "), figure, width="content")


def duration(seconds: float) -> str:
    """For people, no finer than they need."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def header(title: str, lead: str) -> None:
    """The first thing on every page."""
    _enter_through_app()
    st.title(title)
    st.markdown(lead)


def choose_models() -> dict[str, ModelInfo]:
    """Every model a person can pick, by the name shown: installed ones, then those of runs."""
    models = {info.name: info for info in installed_models()}
    for run in runs.all_runs():
        if (run.model / "config.json").is_file():
            with contextlib.suppress(SentimentError):
                models[f"run {run.id}"] = ModelInfo.read(run.model)
    return models


def matched_models(models: dict[str, ModelInfo]) -> list[str]:
    """The names of the models that were trained alike, in the registry's order."""
    order = list(ARCHITECTURES)
    return sorted(
        (name for name in models if name.startswith(PREFIX)),
        key=lambda name: order.index(models[name].network.architecture),
    )


def short_names(models: dict[str, ModelInfo]) -> dict[str, str]:
    """Names short enough for a legend: "lstm" for compare-lstm, "lstm 4f79" for a run's model."""
    return {
        name: f"{info.network.architecture} {name[-4:]}"
        if name.startswith("run ")
        else name.removeprefix(PREFIX)
        for name, info in models.items()
    }


@st.cache_resource(max_entries=12, show_spinner="Loading the model")
def _predictor(folder: str, checksum: str) -> "Predictor":
    import torch

    from sentiment.inspection.predictor import Predictor

    # One review is little work. Two threads would save a millisecond on an idle machine, and
    # wait half a second for each other while a training keeps the processor busy.
    torch.set_num_threads(1)
    return Predictor.load(Path(folder))


def predictor(info: ModelInfo) -> "Predictor":
    """The model, loaded once for everybody; loaded anew when its weights have changed."""
    return _predictor(str(info.folder), "".join(sorted(info.checksums.values())))


@st.cache_resource(max_entries=16, show_spinner=False)
def _trace(
    _info: ModelInfo, checksum: str, words: str, _text: str, _sequence: SequenceConfig
) -> "Trace":
    return predictor(_info).trace(_text, _sequence)


def trace(info: ModelInfo, text: str, sequence: SequenceConfig) -> "Trace":
    """What the model computes for a review; kept, so that a view's controls do not read anew.

    Nor does another row for the same words: padding is masked.
    """
    reading = predictor(info).read(text, sequence)
    checksum = "".join(sorted(info.checksums.values()))
    return _trace(info, checksum, " ".join(reading.kept_tokens), text, sequence).laid_out(reading)


@st.cache_resource(max_entries=20, show_spinner="Following the gradient back")
def _gradient_reaches(
    _infos: dict[str, ModelInfo], checksums: str, text: str, sequence: SequenceConfig, readout: str
) -> "Reaches":
    from sentiment.inspection.gradients import reaches

    predictors = {name: predictor(info) for name, info in _infos.items()}
    return reaches(predictors, text, sequence, "last" if readout == "last" else "pooled")


def gradient_reaches(
    infos: dict[str, ModelInfo], text: str, sequence: SequenceConfig, readout: str
) -> "Reaches":
    """The gradients of these models for a review; worked out once, since it takes seconds."""
    checksums = " ".join(f"{name} {info.checksums}" for name, info in infos.items())
    return _gradient_reaches(infos, checksums, text, sequence, readout)


@st.cache_resource(show_spinner=False)
def _statistics(path: str, modified: float) -> CorpusStatistics:
    return CorpusStatistics.load(Path(path))


def imdb_statistics() -> CorpusStatistics:
    return _statistics(str(IMDB_STATISTICS), IMDB_STATISTICS.stat().st_mtime)


@st.cache_resource(max_entries=2, show_spinner=False)
def sample_statistics() -> CorpusStatistics:
    from sentiment.corpus.sample import sample_corpus

    return CorpusStatistics.of(sample_corpus())


@st.cache_resource(max_entries=4, show_spinner=False)
def _open_prepared(folder: Path, modified: float) -> "PreparedCorpus":
    from sentiment.encoding.prepared import PreparedCorpus

    return PreparedCorpus.open(folder)


def prepared(source: str, config: PrepareConfig | None = None, **reading: Any) -> "PreparedCorpus":
    """The prepared corpus of `source`, made under a progress bar if it is not there yet."""
    from sentiment.encoding.prepare import prepare, prepared_folder
    from sentiment.encoding.prepared import COMPLETE

    folder = prepared_folder(source, config, **reading)
    if not (folder / COMPLETE).is_file():
        with progress_bar() as progress:
            prepare(source, config, progress=progress, **reading)
    return open_prepared(folder)


def open_prepared(folder: Path) -> "PreparedCorpus":
    """What has been prepared into `folder`."""
    from sentiment.encoding.prepared import COMPLETE

    return _open_prepared(folder, (folder / COMPLETE).stat().st_mtime)


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar that is gone when the work is done; call it with stage, done and total."""
    slot = st.empty()

    def show(stage: str, done: int, total: int) -> None:
        slot.progress(min(done / max(total, 1), 1.0), f"{stage}: {done:,} of {total:,}")

    try:
        yield show
    finally:
        slot.empty()
