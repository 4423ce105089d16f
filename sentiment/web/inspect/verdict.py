"""The verdict, the colored words, and the probability curve at the top of the Inspect page."""

from typing import TYPE_CHECKING

import streamlit as st

from sentiment.charts import palette
from sentiment.charts.class_curves import class_curves, drawn_classes
from sentiment.corpus.classes import span
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import layout
from sentiment.web.components import word_strip
from sentiment.web.inspect.context import Inspection, choose_word, marked_word
from sentiment.web.inspect.word_chart import word_chart
from sentiment.web.shared_chart import shared

if TYPE_CHECKING:
    from sentiment.inspection.trace import Trace

WORDS_OF_GAP = 60  # shown of a truncated part


def about(name: str, info: ModelInfo) -> str:
    """The classes of a model, and the texts for which it is made, in sentences. name: as listed."""
    return (
        f"{layout.escaped(name)} predicts {layout.escaped(span(info.classes))}. It was trained on "
        f"{info.training.corpus} and may be wrong on other kinds of texts."
    )


def show_prediction(trace: "Trace", note: str = "") -> None:
    """The verdict with the probabilities of the classes, and a note beside it."""
    prediction, classes = trace.prediction, trace.classes
    color = palette.class_text_colors(classes)[prediction.label]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="verdict"):
        st.markdown(f"## :{color}[{layout.escaped(prediction.name)}]", width="content")
        if len(classes.shown) == 1:
            shown = f"Probability of {layout.escaped(trace.name)}", f"{trace.probability:.1%}"
            st.metric(*shown, width="content")
        st.metric("Words read", prediction.words, width="content")
        if prediction.uncertain:
            st.badge("uncertain", color="gray", help=" ".join(prediction.doubts))
        if note:
            st.caption(note)
    if len(classes.shown) > 1:
        st.markdown(all_probabilities(trace))


def all_probabilities(trace: "Trace") -> str:
    """The probability of every class in one line of Markdown, the verdict in bold."""
    drawn = drawn_classes(
        trace.classes, trace.probabilities[-1:], trace.prediction.label, dark=False
    )
    colors = palette.class_text_colors(trace.classes)
    parts = []
    for line in drawn:
        part = f"{layout.escaped(line.name)} {line.values[0]:.1%}"
        part = f":{colors[line.code] if line.code >= 0 else 'gray'}[{part}]"
        parts.append(f"**{part}**" if line.code == trace.prediction.label else part)
    return " · ".join(parts)


def show_strip(trace: "Trace") -> None:
    """The colored words of the review, with their legend, and the notes on the prediction."""
    word_strip(
        trace,
        words_of_gap=WORDS_OF_GAP,
        chosen=marked_word(trace),
        on_word=choose_word,
        key="strip",
    )
    for note in trace.prediction.notes:
        st.caption(note)


def show_curve(inspection: Inspection) -> None:
    """The probability after each word; the words themselves are in the strip above."""
    trace = inspection.trace
    words, points = trace.encoded.kept_tokens, len(trace.verdict_positions)
    what = "the verdict" if len(trace.classes.shown) == 1 else "the probability of each class"
    sparse = f" Computed after {points} of {len(words)} words." if points < len(words) else ""
    word_chart(
        inspection,
        shared(class_curves)(
            words,
            trace.probabilities,
            trace.probabilities_before,
            trace.classes,
            trace.explained,
            trace.verdict_positions,
            labels=False,
        ),
        key="curve",
        alt=f"Probability of {trace.name} after each word; it ends at {trace.probability:.0%}. "
        f"{trace.finding}",
    )
    st.caption(
        f"At each word: {what} if the review ended there, so all words before it count too. "
        f"{layout.escaped(trace.finding)}{sparse}"
    )
