"""The verdict, the colored words, and the probability curve at the top of the Inspect page."""

from typing import TYPE_CHECKING

import streamlit as st

from sentiment.charts.words import probability_curve
from sentiment.corpus.review import POSITIVE
from sentiment.encoding.vocabulary import UNK
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import layout
from sentiment.web.components import word_strip
from sentiment.web.inspect.context import Inspection, choose_word, marked_word
from sentiment.web.inspect.word_chart import word_chart
from sentiment.web.shared_chart import shared

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Prediction, Trace

WORDS_OF_GAP = 60  # shown of a truncated part


def about(info: ModelInfo) -> str:
    """What limits every prediction of a model, as a sentence."""
    return f"{info.name}, trained on {info.training.corpus}; other kinds of texts may be misjudged."


def show_prediction(prediction: "Prediction", note: str = "") -> None:
    """The verdict with its probability, and a note beside it."""
    color = "blue" if prediction.label == POSITIVE else "orange"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="verdict"):
        st.markdown(f"## :{color}[{prediction.name}]", width="content")
        st.metric(
            "Probability of Positive", f"{prediction.probabilities[POSITIVE]:.1%}", width="content"
        )
        st.metric("Words read", prediction.words, width="content")
        if prediction.uncertain:
            st.badge("uncertain", color="gray", help=" ".join(prediction.doubts))
        if note:
            st.caption(note)


def show_strip(trace: "Trace") -> None:
    """The colored words of the review, with their legend, and the notes on the prediction."""
    encoded = trace.encoded
    word_strip(
        encoded.kept_tokens,
        trace.moves,
        encoded.kept_ids == UNK,
        before=trace.probability_before,
        gaps=encoded.gaps(WORDS_OF_GAP),
        chosen=marked_word(trace),
        on_word=choose_word,
        dark=layout.is_dark(),
        key="strip",
    )
    for note in trace.prediction.notes:
        st.caption(note)


def show_curve(inspection: Inspection) -> None:
    """The probability after each word; the words themselves are in the strip above."""
    trace = inspection.trace
    words, points = trace.encoded.kept_tokens, len(trace.verdict_positions)
    sparse = f" Computed after {points} words." if points < len(words) else ""
    word_chart(
        inspection,
        shared(probability_curve)(
            words,
            trace.probabilities,
            trace.probability_before,
            trace.verdict_positions,
            labels=False,
            dark=layout.is_dark(),
        ),
        key="curve",
        alt=f"Probability of Positive after each word; it ends at "
        f"{trace.probability:.0%}. {trace.finding}",
    )
    st.caption(
        "The verdict if the review ended after each word; the words before it count too. "
        f"{trace.finding}{sparse}"
    )
