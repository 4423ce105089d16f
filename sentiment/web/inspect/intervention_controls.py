"""Controls of an intervention, and of those that it is combined with."""

from dataclasses import replace

import streamlit as st

from sentiment.inspection.interventions import (
    NOTATION_HELP,
    STATES,
    Intervention,
    Kind,
    limits,
    parse,
    parse_units,
)
from sentiment.networks.trace import LayerTrace, Quantity
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection, follow_word

STRONGEST = 8
SET, SCALE, FREEZE, CLEAR, NONE = (
    "Set gate",
    "Scale gate",
    "Freeze units",
    "Clear memory",
    "None",
)
ALL, TOP, LISTED = "all", f"strongest {STRONGEST}", "listed"


def choose_interventions(
    inspection: Inspection, layer: LayerTrace, *, everywhere: bool
) -> list[Intervention]:
    """The added interventions, then the current one of the controls: in `layer`, or `everywhere`
    in all layers and directions."""
    current = _current_intervention(inspection, layer)
    if current and everywhere:
        current = replace(current, layer=None, direction=None)
    return [*_added_interventions(inspection, current), *([current] if current else [])]


def _current_intervention(inspection: Inspection, layer: LayerTrace) -> Intervention | None:
    targets = inspection.predictor.network.intervention_targets
    gates = {quantity.name: quantity for quantity in targets if quantity.symbol not in STATES}
    memory = next((q for q in targets if q.symbol in STATES), None)  # the cell state of an LSTM
    action = layout.choose_one(
        "Intervention",
        [*([SET, SCALE] if gates else []), *([FREEZE, CLEAR] if memory else []), NONE],
        key="intervene_action",
        wrap=True,
        help="Set or scale: replaces the value of a gate at every word. Freeze: keeps the state "
        "of units constant. Clear: deletes the memory of everything up to a word.",
    )
    if not gates:
        st.caption("This architecture has no gates. You can freeze units or clear the memory.")
    if action == NONE:
        return None
    if memory and action == CLEAR:
        return _clearing(inspection, layer, memory)
    kind: Kind = "scale" if action == SCALE else "set"
    value: float | None
    if memory and action == FREEZE:
        quantity = memory
        levels = ["0", "mean over the review"]
        at = layout.choose_one("Frozen at", levels, key="intervene_at", wrap=True)
        value = 0.0 if at == "0" else None
    else:
        quantity = gates[layout.choose_one("Gate", gates, key="intervene_gate", wrap=True)]
        value = _value(kind, quantity, layer.retention)
    units = _units(inspection, layer, frozen=action == FREEZE)
    return Intervention(quantity.symbol, kind, value, layer.layer, layer.direction, units)


def _value(kind: Kind, quantity: Quantity, retention: str) -> float:
    if kind == "scale":
        return st.slider("Factor", 0.0, 2.0, 0.5, 0.05, key="intervene_factor", bind="query-params")
    low, high = limits(quantity) or (-1.0, 1.0)
    start = 1.0 if quantity.is_gate and quantity.symbol == retention else 0.0
    return st.slider(
        f"Value of the {quantity.name}",
        float(round(low)),
        float(round(high)),
        start,
        0.05,
        key=f"intervene_{quantity.symbol}",  # one key per quantity: their ranges differ
        bind="query-params",
    )


def _units(inspection: Inspection, layer: LayerTrace, *, frozen: bool) -> tuple[int, ...] | None:
    which = layout.choose_one(
        "Units",
        [ALL, TOP, LISTED],
        key="intervene_frozen" if frozen else "intervene_which",
        default=TOP if frozen else ALL,
        wrap=True,
        help="Strongest: the units with the largest contributions to the logit; in lower layers, "
        "the units that vary most.",
    )
    if which == ALL:
        return None
    if which == TOP:
        return tuple(sorted(inspection.trace.strongest_units(layer, STRONGEST).tolist()))
    entered = st.text_input(
        "Unit numbers", "0", key="intervene_units", bind="query-params", help="Example: 3, 17-20"
    )
    return parse_units(entered, layer.values["h"].shape[1])


def _clearing(inspection: Inspection, layer: LayerTrace, memory: Quantity) -> Intervention:
    words = inspection.trace.encoded.kept_tokens
    last = len(words)
    middle = (last + 1) // 2
    layout.set_defaults(intervene_word=middle)
    if inspection.word is not None:
        follow_word(inspection, intervene_word=inspection.word + 1)
    if st.session_state.get("intervene_word", 1) > last:  # the text has become shorter
        st.session_state.intervene_word = last
    word = 1
    if last > 1:
        word = st.slider("Word", 1, last, middle, key="intervene_word", bind="query-params")
    side = "after" if layer.direction == "backward" else "before"
    st.text(f"Clears “{words[word - 1]}” and all words {side} it from the memory of this layer.")
    place = (word - 1, word - 1)
    return Intervention(memory.symbol, "set", 0.0, layer.layer, layer.direction, None, place)


def _added_interventions(
    inspection: Inspection, current: Intervention | None
) -> list[Intervention]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        entered = st.text_input(
            "Combined with",
            key="intervene_with",
            bind="query-params",
            placeholder="none",
            help=NOTATION_HELP,
        )
        if current:
            st.button(
                "Add another",
                icon=":material/add:",
                on_click=_add,
                args=[entered, str(current)],
                help="Keeps this intervention, so that you can choose one more.",
            )
        if entered:
            st.button("Clear", on_click=_clear)
    return parse(entered, inspection.predictor.network)


def _add(entered: str, current: str) -> None:
    st.session_state.intervene_with = "; ".join(filter(None, (entered, current)))
    st.session_state.intervene_action = NONE


def _clear() -> None:
    st.session_state.intervene_with = ""
