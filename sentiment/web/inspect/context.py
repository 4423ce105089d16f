"""What every view of the Inspect page receives, and the choices they share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from sentiment.encoding.settings import SequenceConfig
from sentiment.networks.model_folder import ModelInfo

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Predictor, Trace
    from sentiment.networks.trace import LayerTrace


@dataclass(frozen=True)
class Inspection:
    """A review and what a model made of it. Every view is a function of this."""

    info: ModelInfo
    predictor: "Predictor"
    sequence: SequenceConfig
    text: str
    trace: "Trace"


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


def choose_unit(trace: "Trace", layer: "LayerTrace") -> int | None:
    """The unit to look at, one choice for all views, in the URL; None is the mean of all."""
    total = layer.values["h"].shape[1]
    if total == 1:
        return 0
    strongest = int(trace.strongest_units(layer, 1)[0])
    if int(st.session_state.get("unit") or 0) >= total:
        st.session_state.unit = strongest  # another model had more units
    mean = st.session_state.get("mean", st.query_params.get("mean") == "true")
    unit = st.number_input(
        "Unit",
        0,
        total - 1,
        strongest,
        key="unit",
        bind="query-params",
        disabled=bool(mean),
        help=f"From 0 to {total - 1}. Unit {strongest} pushes the verdict most.",
    )
    return None if st.toggle("Mean of all", key="mean", bind="query-params") else int(unit)


def chosen_word(trace: "Trace") -> int:
    """The word that links and views point at, among those read; the first if none is."""
    given = st.query_params.get("word", "")
    place = int(given) - 1 if given.isdecimal() and len(given) < 10 else 0
    return min(max(place, 0), len(trace.encoded.kept) - 1)
