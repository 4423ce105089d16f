"""Input of every view of the Inspect page, and the controls that several views share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from sentiment.encoding.settings import SequenceConfig
from sentiment.lessons.glossary import explain
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import layout

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Predictor
    from sentiment.inspection.trace import Trace
    from sentiment.networks.trace import LayerTrace


@dataclass(frozen=True)
class Inspection:
    """A review, a model, and the trace of the review: the input of every view."""

    info: ModelInfo
    predictor: "Predictor"
    sequence: SequenceConfig
    text: str
    trace: "Trace"
    word: int | None = None  # position of the word chosen in the strip, from 0


def choose_layer(trace: "Trace") -> "LayerTrace":
    """Choose a layer and direction; the choice is shared by all views and part of the link."""
    if len(trace.layers) == 1:
        return trace.layers[0]
    titles = {layer.title: layer for layer in trace.layers}
    chosen = layout.choose_one(
        "Layer",
        titles,
        key="layer",
        default=trace.top_layer.title,
        label_visibility="collapsed",
        width="content",
    )
    return titles[chosen]


def choose_unit(trace: "Trace", layer: "LayerTrace") -> int | None:
    """Choose a unit; the choice is shared by all views and part of the link. None: the mean."""
    total = layer.values["h"].shape[1]
    if total == 1:
        return 0
    strongest = int(trace.strongest_units(layer, 1)[0])
    if int(st.session_state.get("unit") or 0) >= total:
        st.session_state.unit = strongest  # the previous model had more units
    mean = st.session_state.get("mean", st.query_params.get("mean") == "true")
    unit = st.number_input(
        "Unit",
        0,
        total - 1,
        strongest,
        key="unit",
        bind="query-params",
        disabled=bool(mean),
        help=f"0 to {total - 1}. Unit {strongest} contributes most to the logit.  \n"
        + explain(["unit", "logit"]),
    )
    return None if st.toggle("Mean of all units", key="mean", bind="query-params") else int(unit)


def choose_word(place: int) -> None:
    """Put the position of a word, from 0, into the link."""
    st.query_params["word"] = str(place + 1)


def marked_word(trace: "Trace") -> int | None:
    """The position, from 0, of the word chosen in the link; None if the link has none."""
    given = st.query_params.get("word", "")
    if not (given.isdecimal() and len(given) < 10):
        return None
    return min(max(int(given) - 1, 0), len(trace.encoded.kept) - 1)


def follow_word(inspection: Inspection, **values: object) -> None:
    """Set these keyed widgets when the visitor chooses another word in the strip.

    The visitor can change them afterwards. Values in a link have priority.
    """
    state = st.session_state
    for key, value in values.items():
        seen = f"{key}_follows"
        clicked = inspection.word is not None and state.get(seen) != inspection.word
        if clicked and (seen in state or key not in st.query_params):
            state[key] = value
        state[seen] = inspection.word


def chosen_word(trace: "Trace") -> int:
    """The position of the chosen word, otherwise of the first word."""
    return marked_word(trace) or 0
