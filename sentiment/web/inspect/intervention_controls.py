"""The controls that describe an intervention, and those it is combined with."""

from dataclasses import replace

import streamlit as st

from sentiment.inspection.interventions import (
    HOW,
    STATES,
    Intervention,
    Kind,
    limits,
    parse,
    parse_units,
)
from sentiment.networks.trace import LayerTrace, Quantity
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection

STRONGEST = 8
SET, SCALE, FREEZE, EMPTY, NOTHING = (
    "Set a gate",
    "Scale it",
    "Freeze units",
    "Empty memory",
    "Nothing",
)
ALL, HARDEST, CHOSEN = "all", f"the {STRONGEST} that push hardest", "chosen"


def choose_interventions(
    inspection: Inspection, layer: LayerTrace, *, everywhere: bool
) -> list[Intervention]:
    """Those that were kept, then the one that the controls describe: of `layer`, or `everywhere`
    of all layers and directions."""
    live = _live_operation(inspection, layer)
    if live and everywhere:
        live = replace(live, layer=None, direction=None)
    return [*_kept_interventions(inspection, live), *([live] if live else [])]


def _live_operation(inspection: Inspection, layer: LayerTrace) -> Intervention | None:
    """The one intervention that the controls describe."""
    intervenable = inspection.predictor.network.intervenable
    settable = {
        quantity.name: quantity for quantity in intervenable if quantity.symbol not in STATES
    }
    whole = next(q for q in intervenable if q.symbol in STATES)  # of an LSTM the cell comes first
    does = st.segmented_control(
        "Intervention",
        [*([SET, SCALE] if settable else []), FREEZE, EMPTY, NOTHING],
        default=SET if settable else FREEZE,
        key="cut_do",
        required=True,
        bind="query-params",
        help="Freeze: the unit's state stays the same at every word. Empty: everything that was "
        "read up to a word is forgotten.",
    )
    if not settable:
        st.caption("This architecture has no gates; its state can be frozen and emptied.")
    if does == NOTHING:
        return None
    if does == EMPTY:
        return _emptying(inspection, layer, whole)
    kind: Kind = "scale" if does == SCALE else "set"
    quantity, value = whole, None
    if does == FREEZE:
        at = st.segmented_control(
            "Its state stays at",
            ["0", "its mean over the review"],
            default="0",
            key="cut_at",
            required=True,
            bind="query-params",
        )
        value = 0.0 if at == "0" else None
    else:
        name = st.segmented_control(
            "Of",
            list(settable),
            default=next(iter(settable)),
            key="cut_of",
            required=True,
            bind="query-params",
        )
        quantity = settable[name]
        value = _amount(kind, quantity)
    units = _units(inspection, layer, frozen=does == FREEZE)
    return Intervention(quantity.symbol, kind, value, layer.layer, layer.direction, units)


def _amount(kind: Kind, quantity: Quantity) -> float:
    if kind == "scale":
        return st.slider("Times", 0.0, 2.0, 0.5, 0.05, key="cut_times", bind="query-params")
    low, high = limits(quantity) or (-1.0, 1.0)
    start = 1.0 if quantity.symbol in ("f", "z") else 0.0
    return st.slider(
        f"The {quantity.name} is",
        float(round(low)),
        float(round(high)),
        start,
        0.05,
        key=f"cut_{quantity.symbol}",  # each its own: their ranges differ
        bind="query-params",
    )


def _units(inspection: Inspection, layer: LayerTrace, *, frozen: bool) -> tuple[int, ...] | None:
    whose = st.segmented_control(
        "Units",
        [ALL, HARDEST, CHOSEN],
        default=HARDEST if frozen else ALL,
        key="cut_frozen" if frozen else "cut_whose",
        required=True,
        bind="query-params",
        help="Those that push hardest move this verdict most; in a layer below the last, those "
        "that vary most.",
    )
    if whose == ALL:
        return None
    if whose == HARDEST:
        return tuple(sorted(inspection.trace.strongest_units(layer, STRONGEST).tolist()))
    entered = st.text_input(
        "Unit numbers", "0", key="cut_units", bind="query-params", help="For instance 3, 17-20."
    )
    return parse_units(entered, layer.values["h"].shape[1])


def _emptying(inspection: Inspection, layer: LayerTrace, memory: Quantity) -> Intervention:
    words = inspection.trace.encoded.kept_tokens
    last = len(words)
    layout.set_defaults(cut_word=(last + 1) // 2)
    if st.session_state.get("cut_word", 1) > last:  # the text has become shorter
        st.session_state.cut_word = last
    word = 1
    if last > 1:
        word = st.slider("At word", 1, last, key="cut_word", bind="query-params")
    side = "after" if layer.direction == "backward" else "before"
    st.text(
        f"“{words[word - 1]}” and all that was read {side} it in this direction leave no trace "
        "in this layer's memory."
    )
    place = (word - 1, word - 1)
    return Intervention(memory.symbol, "set", 0.0, layer.layer, layer.direction, None, place)


def _kept_interventions(inspection: Inspection, live: Intervention | None) -> list[Intervention]:
    """Those that are combined with the live one, written out."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        entered = st.text_input(
            "Together with", key="cut_with", bind="query-params", placeholder="none", help=HOW
        )
        if live:
            st.button("Keep and add another", on_click=_keep, args=[entered, str(live)])
        if entered:
            st.button("Clear", on_click=_clear)
    return parse(entered, inspection.predictor.network)


def _keep(entered: str, live: str) -> None:
    st.session_state.cut_with = "; ".join(filter(None, (entered, live)))
    st.session_state.cut_do = NOTHING


def _clear() -> None:
    st.session_state.cut_with = ""
