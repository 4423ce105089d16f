"""Inspect, side by side: the same review under two models, or two reviews under one."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from sentiment.charts.pairs import scale_of, state_panels, two_curves, units_shown
from sentiment.charts.words import probability_curve
from sentiment.inspection.alignment import align
from sentiment.inspection.examples import EXAMPLES
from sentiment.inspection.predictor import Trace
from sentiment.inspection.side_by_side import state_movement
from sentiment.web import cached, layout
from sentiment.web.inspect.context import Inspection

if TYPE_CHECKING:
    from sentiment.networks.trace import LayerTrace, Quantity

SIDES = ("another model", "another review")
ALIKE = 0.5  # share of the words in common from which two reviews are put on one axis


def show(inspection: Inspection) -> None:
    against = st.segmented_control(
        "Beside it",
        SIDES,
        default=SIDES[0],
        key="side_with",
        required=True,
        bind="query-params",
    )
    one = inspection.trace
    if against == SIDES[0]:
        models = cached.choose_models()
        own = next(name for name in models if models[name].folder == inspection.info.folder)
        others = [name for name in models if name != own]
        if not others:
            st.info("There is no other model. Train one, or copy one into models/.")
            return
        akin = [
            models[name].network.architecture == inspection.info.network.architecture
            for name in others
        ]
        other = st.selectbox(
            "The other model",
            others,
            akin.index(True) if any(akin) else 0,  # one with the same gates, if there is one
            key="side_model",
            bind="query-params",
        )
        # Cut as this model's row is, so that both read the same words.
        two = cached.trace(models[other], inspection.text, inspection.sequence)
        names = own, other
    else:
        layout.set_defaults(side_text=EXAMPLES[1].text)
        text = st.text_area("The other review", key="side_text", height=100, bind="query-params")
        two = cached.trace(inspection.info, text, inspection.sequence)
        names = "this review", "the other review"
    show_verdicts(one, two, names)
    show_curves(one, two, names)
    show_states(one, two, names)
    read_more()


def show_verdicts(one: Trace, two: Trace, names: tuple[str, str]) -> None:
    for column, trace, name in zip(st.columns(2, border=True), (one, two), names, strict=True):
        column.text(name)
        column.metric(
            f"Probability of Positive, {trace.prediction.words} words read",
            f"{trace.prediction.probability:.1%}",
        )
        for note in trace.prediction.notes:
            column.caption(note)


def show_curves(one: Trace, two: Trace, names: tuple[str, str]) -> None:
    st.subheader("Word by word", anchor=False)
    words = one.encoded.kept_tokens
    aligned = align(words, two.encoded.kept_tokens)
    if aligned.shared < ALIKE:
        for trace, name in zip((one, two), names, strict=True):
            st.text(
                f"{name}: {trace.prediction.probability:.1%}, "
                f"it moves most at “{trace.strongest_word}”."
            )
            st.plotly_chart(
                probability_curve(
                    trace.encoded.kept_tokens,
                    trace.probabilities,
                    trace.probability_before,
                    dark=layout.is_dark(),
                ),
                key=f"side_curve_{name}",
                config=layout.figure_config(),
                alt=f"Probability of Positive after each word of {name}; it ends at "
                f"{trace.prediction.probability:.0%} and moves most at {trace.strongest_word}.",
            )
        return
    left, right = (
        aligned.on_left(one.probabilities),
        aligned.on_right(two.probabilities),
    )
    apart = np.nan_to_num(np.abs(left - right))
    furthest = int(apart.argmax())
    finding = (
        f"They are furthest apart after “{aligned.labels[furthest]}”, by "
        f"{100 * apart[furthest]:.0f} points."
    )
    st.text(finding)
    st.plotly_chart(
        two_curves(
            aligned.labels, dict(zip(names, (left, right), strict=True)), dark=layout.is_dark()
        ),
        key="side_curves",
        config=layout.figure_config(),
        alt=f"Probability of Positive after each word, two lines. {finding}",
    )
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(
            pd.DataFrame({"word": aligned.labels} | dict(zip(names, (left, right), strict=True)))
        )


def show_states(one: Trace, two: Trace, names: tuple[str, str]) -> None:
    st.subheader("Inside", anchor=False)
    firsts, seconds = (
        {quantity.symbol: quantity for quantity in trace.quantities} for trace in (one, two)
    )
    shared = {firsts[symbol].name: symbol for symbol in firsts if symbol in seconds}
    hidden = next(name for name, symbol in shared.items() if symbol == "h")
    symbol = shared[
        st.segmented_control(
            "Show",
            list(shared),
            default=hidden,
            key="side_quantity",
            required=True,
            bind="query-params",
            help="What both have. Every network has a state h.",
        )
    ]
    quantities = firsts[symbol], seconds[symbol]
    layers = top_layer(one), top_layer(two)
    values = [layer.values[symbol] for layer in layers]
    alike = quantities[0].bounds == quantities[1].bounds
    scales = [
        scale_of(quantity, *(values if alike else [own]))
        for quantity, own in zip(quantities, values, strict=True)
    ]
    for trace, layer, name, quantity, scale in zip(
        (one, two), layers, names, quantities, scales, strict=True
    ):
        show_state(trace, layer, name, quantity, scale)
    st.caption(
        f"{quantities[0].meaning} Topmost layer, read forwards, "
        + ("one scale for both" if alike else "each on its own scale, for they differ in kind")
        + "; the units of each ordered by their push on its own verdict."
        + (
            " Units of two models have nothing to do with each other: unit 7 of one is not unit 7 "
            "of the other."
            if one.encoded.text == two.encoded.text
            else ""
        )
    )


def top_layer(trace: Trace) -> "LayerTrace":
    """The topmost layer, read the way people read."""
    return [layer for layer in trace.layers if layer.direction != "backward"][-1]


def show_state(
    trace: Trace,
    layer: "LayerTrace",
    name: str,
    quantity: "Quantity",
    scale: tuple[float, float],
) -> None:
    words = trace.encoded.kept_tokens
    units = trace.strongest_units(layer, units_shown(len(words), layer.values["h"].shape[1]))
    moved = words[int(state_movement(trace).argmax())]
    finding = f"{name}: “{moved}” moved the state furthest."
    st.text(finding)
    st.plotly_chart(
        state_panels(
            words,
            {f"{quantity.name} ({quantity.symbol})": layer.values[quantity.symbol][:, units]},
            [f"unit {unit}" for unit in units],
            scale,
            dark=layout.is_dark(),
        ),
        key=f"side_state_{name}",
        config=layout.figure_config(),
        alt=f"Heatmap of the {quantity.name} over words and units. {finding}",
    )


def read_more() -> None:
    with st.expander("Read more: what may be compared", icon=":material/school:"):
        st.markdown(
            "**Two models** read the same words, cut in the same way, so their curves can be laid "
            "over each other. Where they part, look at what each state did at that word. The "
            "numbers inside are another matter: training starts from random weights, and which "
            "unit comes to do what is an accident. Gates are shares between 0 and 1 in any "
            "network, so their scale means the same; the numbers of one unit do not.\n\n"
            "**Two reviews** under one model meet the same units, so rows can be compared. If "
            "they have at least half of their words in common they share one axis; words that "
            "only one of them has leave gaps."
        )
        st.latex(
            r"p_t = \sigma\big(w^\top \mathrm{pool}(h_1, \dots, h_t) + b\big)"
            r" \qquad \sigma(x) = \frac{1}{1 + e^{-x}}"
        )
        st.markdown(
            "The curve: the probability $p_t$ had the review ended after word *t*; "
            "*w* and *b* are the weights and the bias of the head."
        )
