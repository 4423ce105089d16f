"""Inspect, the reading: from text to tokens to integers to the padded row."""

import streamlit as st

from sentiment.web.views import Inspected

WORDS_LISTED = 1_000


def show(inspected: Inspected) -> None:
    reading, vocabulary = inspected.trace.reading, inspected.predictor.vocabulary
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
