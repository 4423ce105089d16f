"""The box a review is typed into, and its text in the link of the page."""

from urllib.parse import quote

import streamlit as st

from sentiment.errors import SentimentError
from sentiment.inspection.examples import EXAMPLES
from sentiment.inspection.snippets import LONGEST_IN_LINK, keep, kept
from sentiment.web import layout


def review_box() -> str:
    """Box and examples; returns the text. The link brings the text and is brought up to it.

    By hand, and not by binding the widget to the link: a long text would make a link that no
    server takes, so it goes by a name under which it is kept.
    """
    state, link = st.session_state, st.query_params
    told = (link.get("text"), link.get("snippet"))
    if "text" not in state or (told != state.get("text_told") and any(told)):
        state.text = _text_of_link(*told)
    text: str = st.text_area(
        "Your review", key="text", height=120, help="Any text. It stays on this machine."
    )
    with st.container(horizontal=True):
        for example in EXAMPLES:
            st.button(
                example.title,
                key=f"example_{example.title}",
                help=example.shows,
                on_click=_use,
                args=[example.text],
            )
    _tell(text)
    state.text_told = (link.get("text"), link.get("snippet"))
    return text


def _use(text: str) -> None:
    st.session_state.text = text


def _text_of_link(text: str | None, snippet: str | None) -> str:
    if snippet is not None:
        try:
            return kept(snippet)
        except SentimentError as error:
            layout.show_error(str(error))
    return EXAMPLES[0].text if text is None else text


def _tell(text: str) -> None:
    if len(quote(text, errors="surrogatepass")) <= LONGEST_IN_LINK:
        st.query_params.pop("snippet", None)
        st.query_params["text"] = text
        return
    st.query_params.pop("text", None)
    try:
        st.query_params["snippet"] = keep(text)
    except SentimentError:
        st.query_params.pop("snippet", None)
        st.caption("This review is too long for a link, and could not be kept for one.")
    else:
        st.caption(
            "This review is too long for a link, so it is kept on this machine and the link names "
            "it. Elsewhere the link opens without it."
        )
