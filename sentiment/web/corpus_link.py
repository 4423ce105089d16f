"""Corpus named in a link from another page."""

from collections.abc import Container

import streamlit as st

from sentiment.runs.links import CORPUS


def apply_corpus_link(names: Container[str]) -> None:
    """Select the linked corpus in the widget with the key "corpus", and remove it from the link.

    Call it before the widget is drawn. The page that the link is on may have a widget with the
    same key, so its value is replaced even if the session state has one.
    """
    linked = st.query_params.get(CORPUS)
    if linked in names:
        st.session_state.corpus = linked
        del st.query_params[CORPUS]
