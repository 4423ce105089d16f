"""The glossary as a searchable list."""

import streamlit as st

from sentiment.lessons.glossary import GLOSSARY


def show_glossary() -> None:
    """Show all terms, or those that contain the typed text."""
    typed = st.text_input("Find a term", key="term", max_chars=60, bind="query-params")
    wanted = typed.strip().casefold()
    found = {
        term: text
        for term, text in GLOSSARY.items()
        if wanted in term.casefold() or wanted in text.casefold()
    }
    if not found:
        st.info("No term contains this text.")
    columns = st.columns(2, gap="large")
    half = -(-len(found) // 2)
    for place, (term, text) in enumerate(found.items()):
        columns[place >= half].markdown(f"**{term}**  \n{text}")
