"""The review of a visitor: one text for all pages, kept in the session and in the link."""

from urllib.parse import quote

import streamlit as st

from sentiment.errors import SentimentError
from sentiment.inspection.examples import EXAMPLES
from sentiment.inspection.snippets import LONGEST_IN_LINK, load_snippet, save_snippet
from sentiment.web import layout
from sentiment.web.links.check import is_history_navigation

LOWEST = 68  # pixels, the smallest height that Streamlit accepts
KEY = "text"  # of the box, and in the link


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


def current_review(default: str) -> str:
    """The review of a new link, else the one typed last on any page, else `default`."""
    state, linked = st.session_state, _linked()
    if any(linked) and linked != state.get("review_linked"):
        state.review = _text_of_link(*linked, default)
        state.pop(KEY, None)
    elif is_history_navigation() and not any(linked):  # Back to where no review was typed
        state.pop("review", None)
        state.pop(KEY, None)
    state.review_linked = linked
    text: str = state.get("review", default)
    return text


def review_box(
    default: str = EXAMPLES[0].text, *, height: int = LOWEST, longest: int | None = None
) -> str:
    """Show the box, keep its text unless it is the default, and return it.

    The widget is not bound to the link: servers refuse the link of a long text. Such a text is
    stored on this machine, and the link contains its name.
    """
    start_box(current_review(default)[:longest])
    text: str = st.text_area(
        "Your review",
        key=KEY,
        height=height,
        max_chars=longest,
        placeholder="Type a movie review",
        label_visibility="collapsed",
    )
    keep_review(text, default)
    return text


def start_box(text: str) -> None:
    """Set the text of the box when the visitor opens this page. Call it before the box is drawn.

    The box of the previous page, which may be another widget, leaves its state for one run.
    """
    state = st.session_state
    if KEY not in state or state.get("review_page") != state.get("page_of_link"):
        state[KEY] = text
    state.review_page = state.get("page_of_link")


def keep_review(text: str, default: str) -> None:
    """Keep a typed review for all pages and put it into the link."""
    if text == default:
        st.session_state.pop("review", None)
        for name in (KEY, "snippet"):
            st.query_params.pop(name, None)
    else:
        st.session_state.review = text
        _update_link(text)
    st.session_state.review_linked = _linked()


def _linked() -> tuple[str | None, str | None]:
    return st.query_params.get(KEY), st.query_params.get("snippet")


def _use_example() -> None:
    st.session_state[KEY] = st.session_state.example.text


def _text_of_link(text: str | None, snippet: str | None, default: str) -> str:
    if snippet is not None:
        try:
            return load_snippet(snippet)
        except SentimentError as error:
            layout.show_error(str(error))
    return default if text is None else text


def _update_link(text: str) -> None:
    link = st.query_params
    if len(text) <= LONGEST_IN_LINK >= len(quote(text, errors="surrogatepass")):
        link.pop("snippet", None)
        if link.get(KEY) != text:
            link[KEY] = text
        return
    link.pop(KEY, None)
    try:
        name = save_snippet(text)
    except SentimentError:
        link.pop("snippet", None)
        st.caption("This review is too long for a link and could not be stored.")
        return
    if link.get("snippet") != name:
        link["snippet"] = name
    st.caption(
        "This review is too long for a link, so it is stored on this machine. The link works only "
        "here."
    )
