"""Inspect: type a review and see what the network does with every word."""

from typing import TYPE_CHECKING, get_args

import streamlit as st

from sentiment.charts.words import probability_curve
from sentiment.encoding.settings import Keep, PaddingSide, SequenceConfig
from sentiment.encoding.vocabulary import UNK
from sentiment.web import cached, layout
from sentiment.web.components import word_strip
from sentiment.web.inspect import context, views
from sentiment.web.inspect.review_box import review_box

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Prediction, Trace


WORDS_OF_A_GAP = 60  # told of what was cut off


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
    color = "blue" if prediction.label == "Positive" else "orange"
    with st.container(border=True):
        verdict, probability, words = st.columns([2, 1, 1])
        verdict.markdown(f"## :{color}[{prediction.label}]")
        if prediction.uncertain:
            verdict.markdown(":gray-badge[uncertain] The probability is near one half.")
        probability.metric("Probability of Positive", f"{prediction.probability:.1%}")
        words.metric("Words read", prediction.words)
        for note in prediction.notes:
            st.caption(note)


def show_strip(trace: "Trace", dark: bool) -> None:
    reading, moves = trace.encoded, trace.moves
    clicked = word_strip(
        reading.kept_tokens,
        moves,
        reading.kept_ids == UNK,
        gaps=reading.gaps(WORDS_OF_A_GAP),
        chosen=context.chosen_word(trace) if "word" in st.query_params else None,
        dark=dark,
        key="strip",
    )
    if clicked is not None:
        st.query_params["word"] = str(clicked + 1)


def show_curve(trace: "Trace", dark: bool) -> None:
    words = trace.encoded.kept_tokens
    finding = trace.finding
    st.caption(
        "The probability of Positive before any word, and after each word as if the review "
        f"ended there. Above the dashed line it leans to Positive, below to Negative. {finding}"
        + (
            f" A review this long is judged after {len(trace.verdict_positions)} of its words."
            if len(trace.verdict_positions) < len(words)
            else ""
        )
    )
    st.plotly_chart(
        probability_curve(
            words, trace.probabilities, trace.probability_before, trace.verdict_positions, dark=dark
        ),
        key="curve",
        config=layout.figure_config(),
        alt=f"Probability of Positive after each word; it ends at "
        f"{trace.prediction.probability:.0%}. {finding}",
    )


layout.header(
    "Inspect", "Type a review. See the verdict, how it came about, and every gate behind it."
)
with layout.show_errors():
    models = cached.choose_models()
if not models:
    st.info("There is no model yet. Train one on the sample corpus, it takes less than a minute.")
    st.page_link("pages/train.py", label="Train a network", icon=":material/model_training:")
    st.stop()

text = review_box()
with st.expander("Model and sequence", icon=":material/tune:"), layout.show_errors():
    name = st.selectbox("Model", list(models), key="model", bind="query-params")
    sequence = sequence_settings(models[name].sequence)

with layout.show_errors():
    trace = cached.trace(models[name], text, sequence)
    show_verdict(trace.prediction)
    show_strip(trace, layout.is_dark())
    show_curve(trace, layout.is_dark())
    view = st.segmented_control(
        "View",
        list(views.VIEWS),
        default=next(iter(views.VIEWS)),
        key="view",
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )
    predictor = cached.predictor(models[name])
    views.show(view, context.Inspection(models[name], predictor, sequence, text, trace))
