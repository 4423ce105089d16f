"""The verdict, the colored words, and the probability curve at the top of the Inspect page."""

from typing import TYPE_CHECKING

import streamlit as st

from sentiment.charts.words import probability_curve
from sentiment.corpus.review import CLASS_NAMES, POSITIVE
from sentiment.encoding.vocabulary import UNK
from sentiment.web import layout
from sentiment.web.components import word_strip
from sentiment.web.inspect.context import choose_word, chosen_word

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Prediction, Trace

WORDS_OF_GAP = 60  # shown of a truncated part


def show(trace: "Trace") -> None:
    _show_prediction(trace.prediction)
    _show_strip(trace)
    _show_curve(trace)


def _show_prediction(prediction: "Prediction") -> None:
    color = "blue" if prediction.label == CLASS_NAMES[POSITIVE] else "orange"
    with st.container(border=True):
        verdict, probability, words = st.columns([2, 1, 1])
        verdict.markdown(f"## :{color}[{prediction.label}]")
        if prediction.uncertain:
            verdict.markdown(":gray-badge[uncertain] The probability is near one half.")
        probability.metric("Probability of Positive", f"{prediction.probability:.1%}")
        words.metric("Words read", prediction.words)
        for note in prediction.notes:
            st.caption(note)


def _show_strip(trace: "Trace") -> None:
    encoded = trace.encoded
    word_strip(
        encoded.kept_tokens,
        trace.moves,
        encoded.kept_ids == UNK,
        before=trace.probability_before,
        gaps=encoded.gaps(WORDS_OF_GAP),
        chosen=chosen_word(trace) if "word" in st.query_params else None,
        on_word=choose_word,
        dark=layout.is_dark(),
        key="strip",
    )


def _show_curve(trace: "Trace") -> None:
    words, points = trace.encoded.kept_tokens, len(trace.verdict_positions)
    sparse = f" Computed after {points} words." if points < len(words) else ""
    st.caption(
        f"Probability of Positive if the review ended after each word. {trace.finding}{sparse}"
    )
    st.plotly_chart(
        probability_curve(
            words,
            trace.probabilities,
            trace.probability_before,
            trace.verdict_positions,
            dark=layout.is_dark(),
        ),
        key="curve",
        config=layout.figure_config(),
        alt=f"Probability of Positive after each word; it ends at "
        f"{trace.prediction.probability:.0%}. {trace.finding}",
    )
