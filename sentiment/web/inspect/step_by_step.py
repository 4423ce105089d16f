"""Inspect, step by step: one word after the other through the cell."""

import streamlit as st

from sentiment.charts.cells import cell_of
from sentiment.web import layout
from sentiment.web.components import step_player
from sentiment.web.inspect.context import Inspection, choose_layer, choose_unit, chosen_word


def show(inspection: Inspection) -> None:
    from sentiment.inspection.steps import has_steps, steps

    trace, predictor = inspection.trace, inspection.predictor
    architecture = inspection.info.network.architecture
    if not has_steps(predictor):
        st.info(
            "This model has no cell that is run from word to word. Choose a recurrent one above, "
            "such as imdb-lstm, or look at what it does have under Gates."
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer = choose_layer(trace)
        unit = choose_unit(trace, layer)
    walked = steps(predictor, trace, layer, unit)
    last = len(walked.words) - 1
    word = chosen_word(trace)
    now = step_player(
        walked,
        cell_of(architecture),
        last - word if walked.backward else word,
        dark=layout.is_dark(),
        key="player",
    )
    st.query_params["word"] = str(1 + (last - now if walked.backward else now))
    with st.expander("Read more", icon=":material/school:"):
        st.markdown(
            "A wire is blue for a positive number, orange for a negative one, and the wider the "
            "larger the number. **σ** squashes any number to between 0 and 1, which makes it a "
            "gate: a share. **tanh** squashes to between −1 and 1. **×** multiplies unit by unit: "
            "a gate of 0 lets nothing through, a gate of 1 everything. Beside the picture stand "
            "the equations with the numbers of this step: what the word adds through its weights, "
            "what the state before adds through its own, and the bias, the same at every word."
        )
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe({"word": walked.words} | walked.numbers, height=300)
