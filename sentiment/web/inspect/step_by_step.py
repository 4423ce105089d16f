"""Step-by-step view: the computation of the cell, word by word."""

import streamlit as st

from sentiment.charts.cells import cell_of
from sentiment.web import layout
from sentiment.web.components import step_player
from sentiment.web.inspect.context import (
    Inspection,
    choose_layer,
    choose_unit,
    choose_word,
    chosen_word,
)


def show(inspection: Inspection) -> None:
    from sentiment.inspection.steps import has_steps, steps

    trace, predictor = inspection.trace, inspection.predictor
    architecture = inspection.info.network.architecture
    if not has_steps(predictor):
        st.info(
            "This model has no recurrent cell. Choose a recurrent model, such as imdb-lstm, or "
            "see its values under Gates."
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer = choose_layer(trace)
        unit = choose_unit(trace, layer)
    walked = steps(predictor, trace, layer, unit)
    last = len(walked.words) - 1

    def turned(place: int) -> int:
        """The step at a word, and the word at a step."""
        return last - place if walked.backward else place

    step_player(
        walked,
        cell_of(architecture),
        turned(chosen_word(trace)),
        on_step=lambda step: choose_word(turned(step)),
        key="player",
    )
    with st.expander("Read more", icon=":material/school:"):
        st.markdown(
            "A blue wire is a positive number, an orange wire a negative number; a wider wire is "
            "a larger number. **σ** (sigmoid) maps a number to between 0 and 1: a gate. **tanh** "
            "maps to between −1 and 1. **×** multiplies element by element: a gate of 0 blocks, a "
            "gate of 1 passes everything. The equations contain the numbers of this step: the "
            "input from the word, the input from the previous state, and the bias."
        )
    layout.as_table({"word": walked.words} | walked.numbers, height=300)
