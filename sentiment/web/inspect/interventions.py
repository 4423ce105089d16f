"""Inspect, surgery: change a gate or a unit, and see what becomes of the verdict."""

import numpy as np
import streamlit as st

from sentiment.charts.interventions import before_and_after, changed_heatmaps
from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.intervened_trace import IntervenedTrace, trace_with_interventions
from sentiment.inspection.intervention_effects import written
from sentiment.inspection.interventions import STATES, parse
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.trace import LayerTrace
from sentiment.web import cached, layout
from sentiment.web.inspect.context import Inspection, choose_layer
from sentiment.web.inspect.intervention_controls import choose_interventions
from sentiment.web.inspect.intervention_effect import show_effect

CELLS_DRAWN = 24_000  # words × units of one heatmap, so that little is sent
UNITS_DRAWN = 64


def show(inspection: Inspection) -> None:
    network = inspection.predictor.network
    if not network.intervenable:
        st.info(
            "There is nothing to operate on in this architecture. Choose a model with gates or a "
            "state that is carried from word to word."
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        layer = choose_layer(inspection.trace)
        everywhere = len(inspection.trace.layers) > 1 and st.toggle(
            "Operate on all of them",
            key="cut_everywhere",
            bind="query-params",
            help="The same in every layer and direction. The pictures show the one chosen.",
        )
    interventions = choose_interventions(inspection, layer, everywhere=everywhere)
    for intervention in interventions:
        st.text(f"{intervention}   {intervention.described(network.intervenable)}")
    intervened = _operated(
        inspection.info,
        inspection.text,
        inspection.sequence,
        written(interventions),
        inspection.info.checksum,
    )
    _show_verdicts(inspection, intervened)
    _show_quantity(inspection, layer, intervened)
    _show_lesson(inspection)
    st.subheader("And in general?", anchor=False)
    show_effect(inspection.info, interventions)


@st.cache_resource(max_entries=16, show_spinner=False)
def _operated(
    _info: ModelInfo, text: str, sequence: SequenceConfig, interventions: str, checksum: str
) -> IntervenedTrace:
    predictor = cached.predictor(_info)
    return trace_with_interventions(
        predictor, cached.trace(_info, text, sequence), parse(interventions, predictor.network)
    )


def _show_verdicts(inspection: Inspection, intervened: IntervenedTrace) -> None:
    trace, after = inspection.trace, intervened.prediction
    before = trace.prediction
    flips = before.label != after.label
    found = (
        f"P(Positive) goes from {before.probability:.1%} to {after.probability:.1%}: the verdict "
        + (f"turns to {after.label}." if flips else f"stays {after.label}.")
    )
    layout.metrics(
        Before=f"{before.label} {before.probability:.1%}",
        After=f"{after.label} {after.probability:.1%}",
        Change=f"{100 * (after.probability - before.probability):+.1f} points",
    )
    st.text(found)
    words = trace.encoded.kept_tokens
    st.plotly_chart(
        before_and_after(
            words,
            trace.probabilities,
            intervened.places,
            intervened.probabilities,
            dark=layout.is_dark(),
        ),
        key="cut_curve",
        config={"displayModeBar": False},
        alt=f"Probability of Positive after each word, before and after the intervention. {found}",
    )
    if len(intervened.places) < len(words):
        st.caption(
            f"This network also reads backwards, so that every point is a reading of its own: the "
            f"curve has {len(intervened.places)} points for {len(words):,} words. The last is the "
            "verdict."
        )


def _show_quantity(inspection: Inspection, layer: LayerTrace, intervened: IntervenedTrace) -> None:
    quantities = {quantity.name: quantity for quantity in inspection.trace.quantities}
    memory = next(name for name, quantity in quantities.items() if quantity.symbol in STATES)
    name = st.segmented_control(
        "Show",
        list(quantities),
        default=memory,
        key="cut_show",
        required=True,
        bind="query-params",
    )
    quantity, after = quantities[name], intervened.layer(layer)
    difference = after.values[quantity.symbol] - layer.values[quantity.symbol]
    units = _most_changed(difference)
    moved = int((np.abs(difference).max(axis=0) > 1e-6).sum())
    found = (
        f"The {name} of {layer.title}: {moved} of {difference.shape[1]} units change, on average "
        f"by {np.abs(difference).mean():.3f}, at most by {np.abs(difference).max():.3f}."
    )
    st.caption(f"{found} Shown are the {len(units)} that change most, the topmost most of all.")
    st.plotly_chart(
        changed_heatmaps(
            inspection.trace.encoded.kept_tokens,
            layer,
            after,
            quantity,
            units,
            dark=layout.is_dark(),
        ),
        key="cut_heatmaps",
        config={"displayModeBar": False},
        alt=f"Heatmaps over words and units, after the intervention and the difference. {found}",
    )
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(
            intervened.word_table(inspection.trace, layer, quantity), hide_index=True, height=260
        )


def _most_changed(difference: np.ndarray) -> np.ndarray:
    """The units that change most, of (words, units), as many as can be drawn."""
    count = max(1, min(UNITS_DRAWN, CELLS_DRAWN // len(difference)))
    return np.argsort(-np.abs(difference).mean(axis=0), kind="stable")[:count]


def _show_lesson(inspection: Inspection) -> None:
    network = inspection.predictor.network
    names = [f"{quantity.symbol}, the {quantity.name}" for quantity in network.intervenable]
    with st.expander("Why operate? Read more", icon=":material/school:"):
        st.markdown(
            "A heatmap shows what a gate did. It does not show whether it mattered. For that one "
            "has to interfere: hold one part of the cell still and let everything else go on as "
            "its equations say. Physiologists call this a lesion, engineers an ablation."
        )
        st.latex(network.equations)
        st.markdown(
            "An intervention replaces a quantity in the middle of its step with a value *v* that "
            "you choose; everything computed after it, in this step and later ones, follows."
        )
        st.latex(
            r"\text{set: } \tilde q_t = v \qquad \text{scale: } \tilde q_t = v\,q_t "
            r"\qquad \text{freeze: } \tilde c_t = v \text{ at all } t"
        )
        st.markdown(
            "A scaled gate still stays between 0 and 1. Try: a gate that never forgets (1), one "
            "that forgets at once (0), the memory emptied just after the word on which a review "
            "turns. A verdict that hardly moves tells that the part was not needed *here*; the "
            "measurement below asks the same of every review."
        )
        st.caption("What can be operated on here: " + "; ".join(names) + ".")
