"""Inspect, the gates: heatmaps of everything one layer computed."""

import streamlit as st

from sentiment import web
from sentiment.charts.units import unit_histogram
from sentiment.charts.words import gate_heatmaps, gate_means
from sentiment.web.views import Inspected, choose_layer

UNITS_SHOWN = 32  # of each layer while all quantities are drawn together


def show(inspected: Inspected) -> None:
    trace, network = inspected.trace, inspected.predictor.network
    words, quantities = trace.reading.kept_tokens, trace.quantities
    layer = choose_layer(trace)
    if gates := [quantity for quantity in quantities if quantity.is_gate]:
        st.plotly_chart(
            gate_means(words, layer, gates, dark=web.is_dark()),
            key="means",
            config=web.figure_config(),
            alt="Mean of each gate over all units at each word.",
        )
    shown = st.segmented_control(
        "Show",
        ["all", *(quantity.name for quantity in quantities)],
        default="all",
        key="quantity",
        required=True,
        bind="query-params",
    )
    with st.expander("What are these?", icon=":material/school:"):
        st.markdown(network.about)
        st.latex(network.equations)
        for quantity in quantities:
            st.markdown(f"- **{quantity.name}** *{quantity.symbol}*: {quantity.meaning}")
        if network.code:
            st.caption("One word through one cell, in code. The tests hold the network to it:")
            st.code(network.code, language="python")
    chosen = [quantity for quantity in quantities if shown in ("all", quantity.name)]
    total = layer.values["h"].shape[1]
    count = min(UNITS_SHOWN, total) if shown == "all" else total
    st.caption(
        " ".join(quantity.meaning for quantity in chosen[:1] if shown != "all")
        + (
            f" {count} of {total} units, ordered by their push on the verdict: the topmost push "
            "hardest to Positive, the lowest hardest to Negative."
            if total > 1
            else ""
        )
    )
    st.plotly_chart(
        gate_heatmaps(
            words, layer, chosen, trace.strongest_units(layer, count), dark=web.is_dark()
        ),
        key="gates",
        config=web.figure_config(),
        alt="Heatmaps over words and units: " + ", ".join(quantity.name for quantity in chosen),
    )
    for name, values in layer.per_unit.items():
        st.caption(f"The {name}, fixed after training, of every unit of the layer:")
        st.altair_chart(
            unit_histogram(name, values, dark=web.is_dark()),
            alt=f"Histogram of the {name} over {len(values)} units.",
        )
