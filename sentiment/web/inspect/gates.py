"""Gates view: heatmaps of everything that a layer computes."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from sentiment.charts.gates import gate_heatmaps, gate_strip, strip_values
from sentiment.charts.units import unit_histogram
from sentiment.inspection.findings import gate_extremes
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection, choose_layer, chosen_word
from sentiment.web.inspect.word_chart import word_chart
from sentiment.web.shared_chart import shared
from sentiment.wording import counted, escaped

if TYPE_CHECKING:
    from sentiment.networks.trace import LayerTrace, Quantity

UNITS_SHOWN = 32  # of each layer while all quantities are drawn together
CELLS_SHOWN = 110_000  # of one heatmap, so that less than a megabyte is sent
STRIPS = {  # title of the option, caption of the chart
    "mean": ("mean", "Mean of each gate over all units."),
    "open": ("share open", "Share of units whose gate is open (above 0.9)."),
    "closed": ("share closed", "Share of units whose gate is closed (below 0.1)."),
}


def show(inspection: Inspection) -> None:
    trace, network = inspection.trace, inspection.predictor.network
    gates = [quantity for quantity in trace.quantities if quantity.is_gate]
    kind = "mean"
    with st.container(horizontal=True):
        layer = choose_layer(trace)
        if gates:
            kind = layout.choose_one(
                "Summary of the gates",
                STRIPS,
                key="strip_of",
                format_func=lambda kind: STRIPS[kind][0],
                label_visibility="collapsed",
                width="content",
            )
    if gates:
        _show_strip(inspection, layer, gates, kind)
    quantities = trace.quantities
    names = [quantity.name for quantity in quantities]
    shown = layout.choose_one("Show", ["all", *names], key="quantity")
    with st.expander("Definitions", icon=":material/school:"):
        st.markdown(network.description)
        st.latex(network.equations)
        for quantity in quantities:
            st.markdown(f"- **{quantity.name}** *{quantity.symbol}*: {quantity.meaning}")
        if network.step_code:
            st.caption("One step of the cell as code; the tests compare the network with it:")
            st.code(network.step_code, language="python")
    _show_heatmaps(inspection, layer, shown)
    targets = {quantity.symbol: quantity.name for quantity in network.intervention_targets}
    for symbol, values in layer.unit_weights.items():
        name = f"{targets.get(symbol, 'weight')} {symbol}"
        st.caption(f"The {name} of every unit of the layer, a constant after training:")
        st.altair_chart(
            shared(unit_histogram)(name, values),
            alt=f"Histogram of the {name} over {counted(len(values), 'unit')}.",
        )


def _show_strip(
    inspection: Inspection, layer: "LayerTrace", gates: "list[Quantity]", kind: str
) -> None:
    words = inspection.trace.encoded.kept_tokens
    values = strip_values(layer, gates, kind)
    finding = gate_extremes(words, [gate.name for gate in gates], values)
    word_chart(
        inspection,
        shared(gate_strip)(words, gates, values),
        key="means",
        alt=f"{STRIPS[kind][1]} {finding}",
    )
    st.caption(f"{STRIPS[kind][1]} {escaped(finding)}")
    layout.as_table(
        {"word": words} | {gate.name: row for gate, row in zip(gates, values, strict=True)},
        height=260,
    )


def _show_heatmaps(inspection: Inspection, layer: "LayerTrace", shown: str) -> None:
    from sentiment.inspection.unit_order import ORDERS, ordered_units, orders

    trace = inspection.trace
    chosen = [quantity for quantity in trace.quantities if shown in ("all", quantity.name)]
    words, total = trace.encoded.kept_tokens, layer.values["h"].shape[1]
    count = min(UNITS_SHOWN, total) if shown == "all" else total
    meaning = " ".join(quantity.meaning for quantity in chosen[:1] if shown != "all")
    units, caption = np.arange(1), meaning
    if total > 1:
        order = layout.choose_one(
            "Order of the units", orders(layer), key="order", default="contribution"
        )
        units = ordered_units(trace, layer, order, count)
        caption = f"{meaning} {count} of {total} units, {ORDERS[order]}."
    st.caption(caption)
    window = max(50, CELLS_SHOWN // (count * len(chosen)))
    first = 0
    if len(words) > window:
        first = _first_word(len(words), window, chosen_word(trace))
    word_chart(
        inspection,
        shared(gate_heatmaps)(
            words[first : first + window], layer.part(first, first + window), chosen, units
        ),
        key="gates",
        alt="Heatmaps over words and units: " + ", ".join(quantity.name for quantity in chosen),
        first=first,
    )
    if shown != "all" and total > 1:
        values = layer.values[chosen[0].symbol][first : first + window]
        layout.as_table(
            {"word": words[first : first + window]}
            | {f"unit {unit}": values[:, unit] for unit in units[:UNITS_SHOWN]},
            height=260,
        )


def _first_word(total: int, window: int, chosen: int) -> int:
    """The first word, from 0, of the part of a long review that is drawn."""
    last = total - window
    return (
        st.slider(
            f"First of the {window} words shown (of {total:,})",
            1,
            last + 1,
            min(max(chosen - window // 2, 0), last) + 1,
            key="from_word",
            bind="query-params",
        )
        - 1
    )
