"""The views of the Inspect page: what each is given, and their list."""

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from sentiment import web
from sentiment.encoding.settings import SequenceConfig
from sentiment.networks.model_folder import ModelInfo

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Predictor, Trace
    from sentiment.networks.trace import LayerTrace


@dataclass(frozen=True)
class Inspected:
    """A review and what a model made of it. Every view is a function of this."""

    info: ModelInfo
    predictor: "Predictor"
    sequence: SequenceConfig
    text: str
    trace: "Trace"


@dataclass(frozen=True)
class View:
    """An entry of the list. `module` has a function `show(inspected: Inspected) -> None`."""

    module: str
    explains: str  # one sentence, shown above it


# By the name that the page and its links use.
VIEWS = {
    "Gates": View("gates", "What each gate let through at every word, and what that left behind."),
    "Reading": View(
        "reading", "From what you typed to the row of integers that enters the network."
    ),
    "Surgery": View(
        "surgery",
        "Hold a gate, freeze a unit or empty the memory, and see whether it mattered.",
    ),
    "Units": View(
        "units",
        "One unit of a layer: what it does with these words, and what drives it in other reviews.",
    ),
}


@st.fragment
def show(name: str, inspected: Inspected) -> None:
    """The view `name` of VIEWS, in a fragment: its controls do not rerun the page."""
    view = VIEWS[name]
    st.caption(view.explains)
    with web.plain_errors():
        importlib.import_module(f"sentiment.web.views.{view.module}").show(inspected)


def choose_layer(trace: "Trace") -> "LayerTrace":
    """The layer and direction to look at, one choice for all views, in the URL."""
    if len(trace.layers) == 1:
        return trace.layers[0]
    titles = {layer.title: layer for layer in trace.layers}
    # The topmost, and where it is read both ways, the way people read.
    topmost = [layer.title for layer in trace.layers if layer.direction != "backward"][-1]
    chosen = st.segmented_control(
        "Layer", titles, default=topmost, key="layer", required=True, bind="query-params"
    )
    return titles[chosen]
