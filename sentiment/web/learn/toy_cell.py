"""The toy cell: one unit with sliders for its weights, on a sentence of four words."""

from functools import partial

import pandas as pd
import streamlit as st

from sentiment.charts.cells import cell_of
from sentiment.encoding.tokenize import tokenize
from sentiment.web import cached, layout
from sentiment.web.components import step_player
from sentiment.web.components.path import tokens
from sentiment.wording import signed

SENTENCE, MOST_WORDS = "great film awful end", 4
PRESET = "toy"  # key and parameter
NAMES = {"f": "Forget gate", "i": "Input gate", "g": "Candidate", "o": "Output gate"}
TERMS = ("word", "state", "bias")
LIMIT = 8.0  # of a weight
SIGNED = partial(signed, spec=".2f")


def show_toy_cell() -> None:
    """The sentence, a preset, twelve sliders, and the cell with its numbers."""
    from sentiment.inspection.toy_cell import PRESETS, Weights, toy_steps, word_numbers

    st.markdown(
        "One LSTM unit, and you set its weights. Each word is one number: how much more often it "
        "occurs in positive reviews of IMDB than in negative ones."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layout.set_defaults(toy_text=SENTENCE)
        typed = st.text_input(
            "Sentence of four words", SENTENCE, key="toy_text", max_chars=80, bind="query-params"
        )
        chosen = st.selectbox(
            "Start from", list(PRESETS), key=PRESET, bind="query-params", on_change=_reset
        )
    words = tokenize(typed)[:MOST_WORDS] or SENTENCE.split()
    inputs = word_numbers(words, cached.imdb_statistics().words)
    weights = {}
    for column, (gate, name) in zip(st.columns(len(NAMES)), NAMES.items(), strict=True):
        with column.container(border=True):
            st.markdown(f"**{name}** *{gate}*")
            values = [
                st.slider(
                    f"{name}: weight of the {term}" if term != "bias" else f"{name}: bias",
                    -LIMIT,
                    LIMIT,
                    float(start),
                    0.5,
                    key=f"toy_{gate}_{term}",
                    format=f"{term} %.1f",
                    label_visibility="collapsed",
                    bind="query-params",
                )
                for term, start in zip(TERMS, PRESETS[chosen][gate], strict=True)
            ]
            weights[gate] = Weights(*values)
    steps = toy_steps(words, inputs, weights)
    cells, hidden = steps.numbers["c"], steps.numbers["h"]
    tokens(
        "Words with their numbers",
        [(word, SIGNED(number), False) for word, number in zip(words, inputs, strict=True)],
        key="toy_words",
    )
    step_player(
        steps,
        cell_of("lstm"),
        0,
        on_step=lambda step: None,
        key="toy_player",
    )
    numbers = {
        "number": inputs,
        **{name.lower(): steps.numbers[gate] for gate, name in NAMES.items()},
        "cell state": cells,
        "hidden state": hidden,
    }
    shares = {NAMES[gate].lower() for gate in "fio"}
    st.dataframe(
        pd.DataFrame({"word": words} | numbers).style.format(
            {name: "{:.2f}".format if name in shares else SIGNED for name in numbers}
        ),
        hide_index=True,
    )


def _reset() -> None:
    """Set the sliders to the chosen preset."""
    from sentiment.inspection.toy_cell import PRESETS

    for gate, values in PRESETS[st.session_state[PRESET]].items():
        for term, value in zip(TERMS, values, strict=True):
            st.session_state[f"toy_{gate}_{term}"] = float(value)
