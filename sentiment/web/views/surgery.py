"""Inspect, surgery: change a gate or a unit, and see what becomes of the verdict."""

from dataclasses import replace

import numpy as np
import streamlit as st

from sentiment import web
from sentiment.charts.operated import before_and_after, changed_heatmaps
from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.operations import (
    HOW,
    STATES,
    Kind,
    Operation,
    limits,
    parse,
    parse_units,
)
from sentiment.inspection.surgery import Operated, operate
from sentiment.inspection.surgery_runs import written
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.trace import LayerTrace, Quantity
from sentiment.web.surgery_effect import show_effect
from sentiment.web.views import Inspected, choose_layer

CELLS_DRAWN = 24_000  # words × units of one heatmap, so that little is sent
UNITS_DRAWN = 64
STRONGEST = 8
SET, SCALE, FREEZE, EMPTY, NOTHING = (
    "Set a gate",
    "Scale it",
    "Freeze units",
    "Empty memory",
    "Nothing",
)
ALL, HARDEST, CHOSEN = "all", f"the {STRONGEST} that push hardest", "chosen"


def show(inspected: Inspected) -> None:
    network = inspected.predictor.network
    if not network.operable:
        st.info(
            "There is nothing to operate on in this architecture: no state is carried from word "
            "to word. Choose a recurrent model."
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        layer = choose_layer(inspected.trace)
        everywhere = len(inspected.trace.layers) > 1 and st.toggle(
            "Operate on all of them",
            key="cut_everywhere",
            bind="query-params",
            help="The same in every layer and direction. The pictures show the one chosen.",
        )
    live = _live_operation(inspected, layer)
    if live and everywhere:
        live = replace(live, layer=None, direction=None)
    operations = [*_kept_operations(inspected, live), *([live] if live else [])]
    for operation in operations:
        st.text(f"{operation}   {operation.described(network.operable)}")
    operated = _operated(
        inspected.info,
        inspected.text,
        inspected.sequence,
        written(operations),
        "".join(sorted(inspected.info.checksums.values())),
    )
    _show_verdicts(inspected, operated)
    _show_quantity(inspected, layer, operated)
    _show_lesson(inspected)
    st.subheader("And in general?", anchor=False)
    show_effect(inspected.info, operations)


def _live_operation(inspected: Inspected, layer: LayerTrace) -> Operation | None:
    """The one operation that the controls describe."""
    operable = inspected.predictor.network.operable
    settable = {quantity.name: quantity for quantity in operable if quantity.symbol not in STATES}
    whole = next(q for q in operable if q.symbol in STATES)  # of an LSTM the cell comes first
    does = st.segmented_control(
        "Operation",
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
        return _emptying(inspected, layer, whole)
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
    units = _units(inspected, layer, frozen=does == FREEZE)
    return Operation(quantity.symbol, kind, value, layer.layer, layer.direction, units)


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


def _units(inspected: Inspected, layer: LayerTrace, *, frozen: bool) -> tuple[int, ...] | None:
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
        return tuple(sorted(inspected.trace.strongest_units(layer, STRONGEST).tolist()))
    entered = st.text_input(
        "Unit numbers", "0", key="cut_units", bind="query-params", help="For instance 3, 17-20."
    )
    return parse_units(entered, layer.values["h"].shape[1])


def _emptying(inspected: Inspected, layer: LayerTrace, memory: Quantity) -> Operation:
    words = inspected.trace.reading.kept_tokens
    last = len(words)
    web.start_with(cut_word=(last + 1) // 2)
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
    return Operation(memory.symbol, "set", 0.0, layer.layer, layer.direction, None, place)


def _kept_operations(inspected: Inspected, live: Operation | None) -> list[Operation]:
    """Those that are combined with the live one, written out."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        entered = st.text_input(
            "Together with", key="cut_with", bind="query-params", placeholder="none", help=HOW
        )
        if live:
            st.button("Keep and add another", on_click=_keep, args=[entered, str(live)])
        if entered:
            st.button("Clear", on_click=_clear)
    return parse(entered, inspected.predictor.network)


def _keep(entered: str, live: str) -> None:
    st.session_state.cut_with = "; ".join(filter(None, (entered, live)))
    st.session_state.cut_do = NOTHING


def _clear() -> None:
    st.session_state.cut_with = ""


@st.cache_resource(max_entries=16, show_spinner=False)
def _operated(
    _info: ModelInfo, text: str, sequence: SequenceConfig, operations: str, checksum: str
) -> Operated:
    predictor = web.predictor(_info)
    return operate(
        predictor, web.trace(_info, text, sequence), parse(operations, predictor.network)
    )


def _show_verdicts(inspected: Inspected, operated: Operated) -> None:
    trace, after = inspected.trace, operated.prediction
    before = trace.prediction
    flips = before.label != after.label
    found = (
        f"P(Positive) goes from {before.probability:.1%} to {after.probability:.1%}: the verdict "
        + (f"turns to {after.label}." if flips else f"stays {after.label}.")
    )
    web.metrics(
        Before=f"{before.label} {before.probability:.1%}",
        After=f"{after.label} {after.probability:.1%}",
        Change=f"{100 * (after.probability - before.probability):+.1f} points",
    )
    st.text(found)
    words = trace.reading.kept_tokens
    st.plotly_chart(
        before_and_after(
            words, trace.probabilities, operated.places, operated.probabilities, dark=web.is_dark()
        ),
        key="cut_curve",
        config={"displayModeBar": False},
        alt=f"Probability of Positive after each word, before and after the operation. {found}",
    )
    if len(operated.places) < len(words):
        st.caption(
            f"This network also reads backwards, so that every point is a reading of its own: the "
            f"curve has {len(operated.places)} points for {len(words):,} words. The last is the "
            "verdict."
        )


def _show_quantity(inspected: Inspected, layer: LayerTrace, operated: Operated) -> None:
    quantities = {quantity.name: quantity for quantity in inspected.trace.quantities}
    memory = next(name for name, quantity in quantities.items() if quantity.symbol in STATES)
    name = st.segmented_control(
        "Show",
        list(quantities),
        default=memory,
        key="cut_show",
        required=True,
        bind="query-params",
    )
    quantity, after = quantities[name], operated.layer(layer)
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
            inspected.trace.reading.kept_tokens, layer, after, quantity, units, dark=web.is_dark()
        ),
        key="cut_heatmaps",
        config={"displayModeBar": False},
        alt=f"Heatmaps over words and units, after the operation and the difference. {found}",
    )
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(
            operated.word_table(inspected.trace, layer, quantity), hide_index=True, height=260
        )


def _most_changed(difference: np.ndarray) -> np.ndarray:
    """The units that change most, of (words, units), as many as can be drawn."""
    count = max(1, min(UNITS_DRAWN, CELLS_DRAWN // len(difference)))
    return np.argsort(-np.abs(difference).mean(axis=0), kind="stable")[:count]


def _show_lesson(inspected: Inspected) -> None:
    network = inspected.predictor.network
    names = [f"{quantity.symbol}, the {quantity.name}" for quantity in network.operable]
    with st.expander("Why operate? Read more", icon=":material/school:"):
        st.markdown(
            "A heatmap shows what a gate did. It does not show whether it mattered. For that one "
            "has to interfere: hold one part of the cell still and let everything else go on as "
            "its equations say. Physiologists call this a lesion, engineers an ablation."
        )
        st.latex(network.equations)
        st.markdown(
            "An operation replaces a quantity in the middle of its step, with *v* chosen by you; "
            "what is computed after it, in this step and in all later ones, follows from it:"
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
