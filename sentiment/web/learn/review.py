"""The reader's review, which several steps use."""

import streamlit as st

from sentiment.lessons.article import EXAMPLE

LONGEST = 1_000  # characters


def current_review() -> str:
    """The review that the reader typed last, or that of a new link, or an example."""
    state, linked = st.session_state, st.query_params.get("text")
    if linked and linked != state.get("learn_linked"):
        state.learn_review = linked[:LONGEST]
        state.learn_linked = linked
        state.pop("learn_text", None)
    return str(state.get("learn_review", EXAMPLE))


def review_box() -> str:
    """A box for the review; its text stays in the session and in the link."""
    review, state = current_review(), st.session_state
    if "learn_text" not in state:
        state.learn_text = review
    text: str = st.text_area(
        "Your review",
        key="learn_text",
        max_chars=LONGEST,
        height="content",
        help="Type any review; Ctrl+Enter applies it. The text stays on this machine.",
    )
    state.learn_review = text = text if text.strip() else EXAMPLE
    if st.query_params.get("text", EXAMPLE) != text:
        state.learn_linked = st.query_params["text"] = text
    return text
