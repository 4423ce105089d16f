"""The review of the Home page: verdict, colored words, curve and gates."""

import streamlit as st

from sentiment.charts.gates import strip_values
from sentiment.inspection.examples import EXAMPLES
from sentiment.web import cached, layout
from sentiment.web.components.gates import gate_film
from sentiment.web.inspect import verdict
from sentiment.web.inspect.context import Inspection, marked_word
from sentiment.web.review import KEY, current_review, keep_review, start_box


def show_reading() -> None:
    """Show the prediction for the typed review, at first for an example."""
    with layout.show_errors():
        models = cached.readable_models()
        if not models:
            layout.no_model()
        name, info = next(iter(models.items()))
        review = current_review(EXAMPLES[0].text)
        start_box(" ".join(review.split()))  # the box has one line
        text = st.text_input("Your review", key=KEY)
        keep_review(text, EXAMPLES[0].text)
        trace = cached.trace(info, text, info.sequence)
        inspection = Inspection(
            info, cached.predictor(info), info.sequence, text, trace, marked_word(trace)
        )
        with st.container(gap="xsmall"):
            verdict.show_prediction(trace, verdict.about(name, info))
            verdict.show_strip(trace)
            verdict.show_curve(inspection)
            _show_gates(inspection)
        with st.container(horizontal=True):
            layout.link_to("inspect", "Inspect this review", "search_insights", {"text": text})


def _show_gates(inspection: Inspection) -> None:
    trace = inspection.trace
    gates = [quantity for quantity in trace.quantities if quantity.is_gate]
    if not gates:
        return
    gate_film(
        trace.encoded.kept_tokens,
        gates,
        strip_values(trace.top_layer, gates, "mean"),
        chosen=inspection.word,
        key="film",
    )
    meanings = (f"{gate.name}, {gate.meaning[0].lower()}{gate.meaning[1:-1]}" for gate in gates)
    st.caption(f"Gates, averaged over the units: {'; '.join(meanings)}.")
