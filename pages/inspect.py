"""Inspect: type a review and see what the network does with every word."""

from typing import TYPE_CHECKING, get_args

import streamlit as st

from sentiment import web
from sentiment.charts.units import unit_histogram
from sentiment.charts.words import gate_heatmaps, gate_means, probability_curve
from sentiment.encoding.reading import Reading
from sentiment.encoding.settings import Keep, PaddingSide, SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.inspection.examples import EXAMPLES

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Prediction, Trace
    from sentiment.networks.classifier import Network

UNITS_SHOWN = 32  # of each layer while all quantities are drawn together
WORDS_LISTED = 1_000


def use_example(text: str) -> None:
    st.session_state.text = text


def sequence_settings(default: SequenceConfig) -> SequenceConfig:
    """Length, padding and truncation, starting from what the model was trained with."""
    length, padding, truncation = st.columns(3)
    sides, keeps = get_args(PaddingSide), get_args(Keep)
    return SequenceConfig(
        sequence_length=length.number_input(
            "Sequence length (words)",
            1,
            2_000,
            default.sequence_length,
            key="length",
            bind="query-params",
            help="The row has this many words.",
        ),
        padding=padding.selectbox(
            "Padding",
            sides,
            sides.index(default.padding),
            key="padding",
            bind="query-params",
            help="The side that is filled up. The network masks padding, so the verdict is the "
            "same either way.",
        ),
        truncation=truncation.selectbox(
            "Truncation keeps the",
            keeps,
            keeps.index(default.truncation),
            key="truncation",
            bind="query-params",
            help="What is kept of a review that is longer than the row.",
        ),
    )


def show_verdict(prediction: "Prediction") -> None:
    colour = "blue" if prediction.label == "Positive" else "orange"
    with st.container(border=True):
        verdict, probability, words = st.columns([2, 1, 1])
        verdict.markdown(f"## :{colour}[{prediction.label}]")
        if prediction.uncertain:
            verdict.markdown(":gray-badge[uncertain] The probability is near one half.")
        probability.metric("Probability of Positive", f"{prediction.probability:.1%}")
        words.metric("Words read", prediction.words)
        for note in prediction.notes:
            st.caption(note)


def show_curve(trace: "Trace") -> None:
    st.subheader("Word by word", anchor=False)
    st.caption(
        "What the network would say had the review ended after each word. Above the dashed line "
        "it leans to Positive, below to Negative."
    )
    turn = trace.strongest_word
    st.plotly_chart(
        probability_curve(trace.reading.kept_tokens, trace.probabilities, dark=web.is_dark()),
        key="curve",
        config={"displayModeBar": False},
        alt=f"Probability of Positive after each word; it ends at "
        f"{trace.prediction.probability:.0%} and moves most at the word {turn}.",
    )


def show_gates(trace: "Trace", network: "Network") -> None:
    st.subheader("Inside the network", anchor=False)
    words, quantities = trace.reading.kept_tokens, trace.quantities
    layer = trace.layers[0]
    if len(trace.layers) > 1:
        titles = {layer.title: layer for layer in trace.layers}
        # The topmost, and where it is read both ways, the way people read.
        topmost = [layer.title for layer in trace.layers if layer.direction != "backward"][-1]
        layer = titles[st.segmented_control("Layer", titles, default=topmost, required=True)]
    if gates := [quantity for quantity in quantities if quantity.is_gate]:
        st.plotly_chart(
            gate_means(words, layer, gates, dark=web.is_dark()),
            key="means",
            config={"displayModeBar": False},
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
        config={"displayModeBar": False},
        alt="Heatmaps over words and units: " + ", ".join(quantity.name for quantity in chosen),
    )
    for name, values in layer.per_unit.items():
        st.caption(f"The {name}, fixed after training, of every unit of the layer:")
        st.altair_chart(
            unit_histogram(name, values, dark=web.is_dark()),
            alt=f"Histogram of the {name} over {len(values)} units.",
        )


def show_encoding(reading: Reading, vocabulary: Vocabulary) -> None:
    st.subheader("From text to integers", anchor=False)
    st.caption("1. Cleaned: lower case, punctuation became spaces.")
    st.code(" ".join(reading.tokens[:WORDS_LISTED]), language=None, wrap_lines=True)
    st.caption(
        f"2. Encoded: each of the {len(reading.tokens):,} words became an integer, the more "
        "frequent in training the lower; unknown words are 1."
        + (f" The first {WORDS_LISTED} are listed." if len(reading.tokens) > WORDS_LISTED else "")
    )
    st.dataframe(
        reading.word_table(vocabulary, WORDS_LISTED),
        height=240,
        column_config={"seen in training": st.column_config.NumberColumn(format="localized")},
    )
    st.caption(
        f"3. Padded: a row of {len(reading.row)} integers, {reading.padding} of them padding (0) "
        f"{reading.config.padding} the words, {reading.truncated:,} words cut off."
    )
    st.code(" ".join(map(str, reading.row.tolist())), language=None, wrap_lines=True)


web.header(
    "Inspect", "Type a review. See the verdict, how it came about, and every gate behind it."
)
with web.plain_errors():
    models = web.choose_models()
if not models:
    st.info("There is no model yet. Train one on the sample corpus, it takes less than a minute.")
    st.page_link("pages/train.py", label="Train a network", icon=":material/model_training:")
    st.stop()

web.start_with(text=EXAMPLES[0].text)
text = st.text_area(
    "Your review",
    key="text",
    height=120,
    bind="query-params",
    help="Any text. It stays on this machine.",
)
with st.container(horizontal=True):
    for example in EXAMPLES:
        st.button(
            example.title,
            key=f"example_{example.title}",
            help=example.shows,
            on_click=use_example,
            args=[example.text],
        )
with st.expander("Model and sequence", icon=":material/tune:"), web.plain_errors():
    name = st.selectbox("Model", list(models), key="model", bind="query-params")
    sequence = sequence_settings(models[name].sequence)

with web.plain_errors():
    predictor = web.predictor(models[name])
    trace = predictor.trace(text, sequence)
    show_verdict(trace.prediction)
    show_curve(trace)
    show_gates(trace, predictor.network)
    show_encoding(trace.reading, predictor.vocabulary)
