"""Browser parts of a lesson: links to views, a frame around a control, presenter mode."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st

from sentiment.web.components import source

_GUIDE = st.components.v2.component(
    "lesson_guide", css=source("guide.css"), js=source("guide.js"), isolate_styles=False
)
_PRESENT = st.components.v2.component("present", css=source("present.css"), js=source("present.js"))
_JUMP = st.components.v2.component("jump", css=source("jump.css"), js=source("jump.js"))


def address(page: str, params: Mapping[str, str]) -> str:
    """The relative address of a page with parameters."""
    return f"{'./' if page == 'home' else page}?{urlencode(params)}"


def jump(links: Sequence[tuple[str, str, bool]], *, key: str) -> None:
    """Links as (label, address, whether it is the primary one); they open views of any page.

    `st.page_link` and `st.switch_page` keep the values of controls if the page is the same.
    """
    _JUMP(
        key=key,
        data={
            "links": [
                {"label": label, "href": href, "primary": primary} for label, href, primary in links
            ]
        },
    )


def guide(label: str, *, key: str) -> None:
    """Draw a frame around the control with this label or key; "" for none."""
    _GUIDE(key=key, data={"label": label})


def present_button(*, on: bool, key: str) -> None:
    """A button that starts presenter mode for this page, or ends it."""
    _PRESENT(key=key, data={"on": on})
