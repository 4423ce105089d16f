"""The reader's review, which several steps use."""

import streamlit as st

from sentiment.lessons.article import EXAMPLE

LONGEST = 1_000  # characters


def current_review() -> str:
    """The review that the reader typed in this session, else that of the link, else an example."""
    text = st.session_state.get("learn_review") or st.query_params.get("text") or EXAMPLE
    return str(text)[:LONGEST]


def review_box() -> str:
    """A box for the review; its text stays in the session and in the link."""
    if "learn_text" not in st.session_state:
        st.session_state.learn_text = current_review()
    text: str = st.text_area(
        "Your review",
        key="learn_text",
        max_chars=LONGEST,
        height="content",
        help="Type any review; Ctrl+Enter applies it. The text stays on this machine.",
    )
    text = text if text.strip() else EXAMPLE
    st.session_state.learn_review = text
    if st.query_params.get("text", EXAMPLE) != text:
        st.query_params["text"] = text
    return text
