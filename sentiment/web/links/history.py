"""Entries of the browser's history: one per page, view, review, model and corpus."""

from pathlib import Path

import streamlit as st

# Parameters whose change by the visitor is an entry of its own.
PLACES = (
    "view",
    "explore_view",
    "reviews_view",
    "compare_view",
    "part",
    "step",
    "text",
    "snippet",
    "model",
    "corpus",
    "run",
    "prediction",
)
_HISTORY = st.components.v2.component(
    "history", js=(Path(__file__).parent / "history.js").read_text(encoding="utf-8")
)


def keep_history() -> None:
    """Add an entry to the history when one of PLACES changes."""
    with st.container(key="history"):
        _HISTORY(key="history_policy", data={"places": list(PLACES)})
