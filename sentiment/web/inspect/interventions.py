"""Interventions view: change a gate or a unit and compare the verdicts."""

import streamlit as st

from sentiment.charts.interventions import before_and_after, changed_heatmaps
from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.intervened_trace import IntervenedTrace, trace_with_interventions
from sentiment.inspection.intervention_effects import notation
from sentiment.inspection.interventions import STATES
from sentiment.inspection.trace_difference import prediction_change, unit_change
from sentiment.networks.trace import LayerTrace
from sentiment.web import heavy, layout
from sentiment.web.inspect.context import Inspection, choose_layer
from sentiment.web.inspect.intervention_controls import choose_interventions
from sentiment.web.inspect.intervention_effect import show_effect
from sentiment.web.inspect.word_chart import word_chart
from sentiment.web.shared_chart import shared
from sentiment.wording import counted, percentage_points

CELLS_DRAWN = 24_000  # words × units of one heatmap, so that little is sent
UNITS_DRAWN = 64


def show(inspection: Inspection) -> None:
    network = inspection.predictor.network
    if not network.intervention_targets:
        st.info("This architecture has no gates and no recurrent state. Choose a recurrent model.")
        return
    controls, result = st.columns([3, 4], gap="medium")
    with controls:
        layer = choose_layer(inspection.trace)
        everywhere = len(inspection.trace.layers) > 1 and st.toggle(
            "All layers and directions",
            key="intervene_everywhere",
            bind="query-params",
            help="Applies the intervention to all of them; the charts show the chosen layer.",
        )
        interventions = choose_interventions(inspection, layer, everywhere=everywhere)
        for intervention in interventions:
            st.text(f"{intervention}   {intervention.describe(network.intervention_targets)}")
    intervened = heavy.result_in(
        _place(
            inspection.info.checksum,
            inspection.text,
            inspection.sequence,
            notation(interventions),
            inspection.trace.explained,
        ),
        lambda _: trace_with_interventions(inspection.predictor, inspection.trace, interventions),
    )
    with result:
        _show_verdicts(inspection, intervened)
    _show_quantity(inspection, layer, intervened)
    _show_lesson(inspection)
    st.subheader("Effect on accuracy", anchor=False)
    show_effect(inspection.info, interventions)


@st.cache_resource(max_entries=16, show_spinner=False)
def _place(
    checksum: str, text: str, sequence: SequenceConfig, interventions: str, explained: int
) -> dict[str, IntervenedTrace]:
    return {}


def _show_verdicts(inspection: Inspection, intervened: IntervenedTrace) -> None:
    trace, after = inspection.trace, intervened.prediction
    before = trace.prediction
    finding = prediction_change(before, after, trace.explained)
    old, new = (one.probabilities[trace.explained] for one in (before, after))
    layout.metrics(
        {
            f"P({layout.escaped(trace.name)}) before": f"{old:.1%}",
            f"P({layout.escaped(trace.name)}) after": f"{new:.1%}",
            "Change": percentage_points(new - old),
        }
    )
    st.text(finding)
    words = trace.encoded.kept_tokens
    word_chart(
        inspection,
        shared(before_and_after)(
            words, trace.curve, intervened.positions, intervened.curve, trace.name
        ),
        key="intervene_curve",
        alt=f"P({trace.name}) after each word, before and after the intervention. {finding}",
    )
    if len(intervened.positions) < len(words):
        st.caption(
            "A backward direction reads the text again for each point, so the curve has only "
            f"{counted(len(intervened.positions), 'point')} for {counted(len(words), 'word')}. The "
            "last point is the verdict."
        )


def _show_quantity(inspection: Inspection, layer: LayerTrace, intervened: IntervenedTrace) -> None:
    quantities = {quantity.name: quantity for quantity in inspection.trace.quantities}
    memory = next(name for name, quantity in quantities.items() if quantity.symbol in STATES)
    name = layout.choose_one("Show", quantities, key="intervene_show", default=memory)
    quantity, after = quantities[name], intervened.layer(layer)
    count = max(1, min(UNITS_DRAWN, CELLS_DRAWN // len(inspection.trace.probabilities)))
    change = unit_change(layer, after, quantity)
    units = change.largest(count)
    st.caption(
        f"{change.finding} The {counted(len(units), 'unit')} with the largest change, largest "
        "first:"
    )
    word_chart(
        inspection,
        shared(changed_heatmaps)(
            inspection.trace.encoded.kept_tokens, layer, after, quantity, units
        ),
        key="intervene_heatmaps",
        alt="Heatmaps over words and units, after the intervention and the difference. "
        + change.finding,
    )
    layout.as_table(
        intervened.word_table(inspection.trace, layer, quantity), hide_index=True, height=260
    )


def _show_lesson(inspection: Inspection) -> None:
    network = inspection.predictor.network
    names = [f"{quantity.symbol}, the {quantity.name}" for quantity in network.intervention_targets]
    with st.expander("Read more: interventions", icon=":material/school:"):
        st.markdown(
            "A heatmap shows the value of a gate, but not its effect on the verdict. An "
            "**intervention** shows the effect: it changes one part of the cell, and all other "
            "equations stay the same. Machine learning calls this an ablation, physiology a lesion."
        )
        st.latex(network.equations)
        st.markdown(
            "An intervention replaces a quantity within a step with a value *v* that you choose. "
            "All values computed after it, in this step and in later ones, follow from *v*."
        )
        st.latex(
            r"\text{set: } \tilde q_t = v \qquad \text{scale: } \tilde q_t = v\,q_t "
            r"\qquad \text{freeze: } \tilde c_t = v \text{ at all } t"
        )
        st.markdown(
            "A scaled gate is clipped to between 0 and 1. Examples: set the forget gate to 1 "
            "(never forget) or to 0 (forget at once), or clear the memory just after the word that "
            "turns the opinion of a review. If the verdict hardly changes, the part is not "
            "necessary for *this* review; the measurement below tests all reviews of a corpus."
        )
        st.caption("Quantities of this architecture: " + "; ".join(names) + ".")
