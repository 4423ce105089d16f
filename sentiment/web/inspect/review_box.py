"""Text box for the review; the link of the page contains its text."""

from urllib.parse import quote

import streamlit as st

from sentiment.errors import SentimentError
from sentiment.inspection.examples import EXAMPLES
from sentiment.inspection.snippets import LONGEST_IN_LINK, load_snippet, save_snippet
from sentiment.web import layout

LOWEST = 68  # pixels, the lowest box that Streamlit draws


def offer_examples() -> None:
    """Draw the menu of the examples."""
    st.menu_button(
        "Examples",
        list(EXAMPLES),
        format_func=lambda example: example.title,
        key="example",
        on_click=_use_example,
        icon=":material/format_quote:",
        help="  \n".join(f"**{example.title}**: {example.shows}" for example in EXAMPLES),
    )


def review_box() -> str:
    """Show the box; return its text and keep it in the link.

    The widget is not bound to the link: servers refuse the link of a long text. Such a text is
    stored on this machine, and the link contains its name.
    """
    state, link = st.session_state, st.query_params
    linked = (link.get("text"), link.get("snippet"))
    if "text" not in state or (linked != state.get("text_linked") and any(linked)):
        state.text = _text_of_link(*linked)
    text: str = st.text_area(
        "Your review",
        key="text",
        height=LOWEST,
        placeholder="Type a movie review",
        label_visibility="collapsed",
    )
    _update_link(text)
    state.text_linked = (link.get("text"), link.get("snippet"))
    return text


def _use_example() -> None:
    st.session_state.text = st.session_state.example.text


def _text_of_link(text: str | None, snippet: str | None) -> str:
    if snippet is not None:
        try:
            return load_snippet(snippet)
        except SentimentError as error:
            layout.show_error(str(error))
    return EXAMPLES[0].text if text is None else text


def _update_link(text: str) -> None:
    if len(text) <= LONGEST_IN_LINK >= len(quote(text, errors="surrogatepass")):
        st.query_params.pop("snippet", None)
        st.query_params["text"] = text
        return
    st.query_params.pop("text", None)
    try:
        st.query_params["snippet"] = save_snippet(text)
    except SentimentError:
        st.query_params.pop("snippet", None)
        st.caption("This review is too long for a link and could not be stored.")
    else:
        st.caption(
            "This review is too long for a link. It is stored on this machine, so the link works "
            "only here."
        )
