"""Compare two view: one review under two models, or two reviews under one model."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from sentiment.charts.class_curves import class_curves
from sentiment.charts.pairs import color_range, probability_curves, state_panels, units_shown
from sentiment.corpus.classes import require_same_classes
from sentiment.inspection.examples import EXAMPLES
from sentiment.inspection.side_by_side import state_change
from sentiment.inspection.trace import Trace
from sentiment.inspection.trace_difference import curve_pair
from sentiment.web import cached, layout
from sentiment.web.inspect.context import Inspection
from sentiment.web.inspect.word_chart import word_chart
from sentiment.web.shared_chart import shared
from sentiment.wording import counted

if TYPE_CHECKING:
    from sentiment.networks.trace import LayerTrace, Quantity

SIDES = ("another model", "another review")
SHARED_AXIS = 0.5  # least share of common words for which two reviews share an axis


def show(inspection: Inspection) -> None:
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        against = layout.choose_one("Compare with", SIDES, key="side_with", width="content")
    one = inspection.trace
    if against == SIDES[0]:
        models = cached.readable_models()
        own = next(name for name in models if models[name].folder == inspection.info.folder)
        others = [name for name in models if name != own]
        if not others:
            st.info("No other model. Train one, or copy one into the folder `models/`.")
            return
        same = [
            models[name].network.architecture == inspection.info.network.architecture
            for name in others
        ]
        other = row.selectbox(
            "Other model",
            others,
            same.index(True) if any(same) else 0,  # a model with the same gates, if possible
            key="side_model",
            bind="query-params",
        )
        # With this model's sequence settings, so that both read the same words.
        require_same_classes({own: inspection.info.classes, other: models[other].classes})
        two = cached.trace(models[other], inspection.text, inspection.sequence, one.explained)
        names = own, other
    else:
        layout.set_defaults(side_text=EXAMPLES[1].text)
        text = row.text_area(
            "Other review", EXAMPLES[1].text, key="side_text", height=68, bind="query-params"
        )
        two = cached.trace(inspection.info, text, inspection.sequence, one.explained)
        names = "this review", "the other review"
    show_curves(inspection, two, names)
    show_verdicts(one, two, names)
    show_states(inspection, two, names)
    read_more()


def show_verdicts(one: Trace, two: Trace, names: tuple[str, str]) -> None:
    for column, trace, name in zip(st.columns(2, border=True), (one, two), names, strict=True):
        column.text(name)
        column.metric(
            f"Probability of {layout.escaped(trace.name)}, "
            f"{counted(trace.prediction.words, 'word')} read",
            f"{trace.probability:.1%}",
        )
        for note in trace.prediction.notes:
            column.caption(note)


def show_curves(inspection: Inspection, two: Trace, names: tuple[str, str]) -> None:
    one = inspection.trace
    pair = curve_pair(one, two)
    if pair.shared < SHARED_AXIS:
        for trace, name in zip((one, two), names, strict=True):
            st.text(
                f"{name}: {trace.name} {trace.probability:.1%}, "
                f"largest change at “{trace.strongest_word}”."
            )
            word_chart(
                inspection if trace is one else replace(inspection, word=None),
                shared(class_curves)(
                    trace.encoded.kept_tokens,
                    trace.probabilities,
                    trace.probabilities_before,
                    trace.classes,
                    trace.explained,
                ),
                key=f"side_curve_{name}",
                alt=f"Probability of {trace.name} after each word of {name}; it ends at "
                f"{trace.probability:.0%}; largest change at {trace.strongest_word}.",
            )
        return
    curves = dict(zip(names, (pair.left, pair.right), strict=True))
    st.text(pair.finding)
    same = one.encoded.kept_tokens == two.encoded.kept_tokens
    word_chart(
        inspection if same else replace(inspection, word=None),
        shared(probability_curves)(pair.labels, curves, one.name),
        key="side_curves",
        alt=f"Probability of {one.name} after each word, two lines. {pair.finding}",
    )
    layout.as_table({"word": pair.labels} | curves)


def show_states(inspection: Inspection, two: Trace, names: tuple[str, str]) -> None:
    one = inspection.trace
    st.subheader("States", anchor=False)
    firsts, seconds = (
        {quantity.symbol: quantity for quantity in trace.quantities} for trace in (one, two)
    )
    both = {firsts[symbol].name: symbol for symbol in firsts if symbol in seconds}
    hidden = next(name for name, symbol in both.items() if symbol == "h")
    name = layout.choose_one(
        "Show",
        both,
        key="side_quantity",
        default=hidden,
        help="The quantities that both networks have.",
    )
    symbol = both[name]
    quantities = firsts[symbol], seconds[symbol]
    layers = one.top_layer, two.top_layer
    values = [layer.values[symbol] for layer in layers]
    same_bounds = quantities[0].bounds == quantities[1].bounds
    scales = [
        color_range(quantity, *(values if same_bounds else [own]))
        for quantity, own in zip(quantities, values, strict=True)
    ]
    for trace, layer, name, quantity, scale in zip(
        (one, two), layers, names, quantities, scales, strict=True
    ):
        show_state(inspection, trace, layer, name, quantity, scale)
    st.caption(
        f"{quantities[0].meaning} Topmost layer, forward direction, "
        + ("with one scale" if same_bounds else "each with its own scale")
        + "; units ordered by their contribution to the logit."
        + (
            " Unit numbers of two models are unrelated."
            if one.encoded.text == two.encoded.text
            else ""
        )
    )


def show_state(
    inspection: Inspection,
    trace: Trace,
    layer: "LayerTrace",
    name: str,
    quantity: "Quantity",
    scale: tuple[float, float],
) -> None:
    words = trace.encoded.kept_tokens
    units = trace.strongest_units(layer, units_shown(len(words), layer.values["h"].shape[1]))
    largest = words[int(state_change(trace).argmax())]
    finding = f"{name}: largest change of the state at “{largest}”."
    st.text(finding)
    same = words == inspection.trace.encoded.kept_tokens
    word_chart(
        inspection if same else replace(inspection, word=None),
        shared(state_panels)(
            words,
            {f"{quantity.name} ({quantity.symbol})": layer.values[quantity.symbol][:, units]},
            [f"unit {unit}" for unit in units],
            scale,
        ),
        key=f"side_state_{name}",
        alt=f"Heatmap of the {quantity.name} over words and units. {finding}",
    )


def read_more() -> None:
    with st.expander("Read more: valid comparisons", icon=":material/school:"):
        st.markdown(
            "**Two models** read the same words with the same truncation, so their curves share an "
            "axis. Where the curves differ, compare the states at that word. Do not compare unit 5 "
            "of one model with unit 5 of the other: training starts from random weights, so the "
            "same number has different roles. Gates are between 0 and 1 in every network, so they "
            "have the same scale.\n\n"
            "**Two reviews** under one model use the same units, so rows can be compared. Reviews "
            "with at least half of their words in common share one axis, with gaps at the other "
            "words."
        )
        st.latex(
            r"p_t = \sigma\big(w^\top \mathrm{pool}(h_1, \dots, h_t) + b\big)"
            r" \qquad \sigma(x) = \frac{1}{1 + e^{-x}}"
        )
        st.markdown(
            "The curve is the probability $p_t$ if the review ended after word *t*; *w* and *b* "
            "are the weights and the bias of the head."
        )
