"""The control that a lesson means: highlighted, while the others are quiet."""

import streamlit as st

from sentiment.web.components import source

_GUIDE = st.components.v2.component(
    "lesson_guide", css=source("guide.css"), js=source("guide.js"), isolate_styles=False
)
_PRESENT = st.components.v2.component(
    "present", css=source("present.css"), js=source("present.js"), isolate_styles=True
)


def guide(label: str, *, key: str) -> None:
    """Highlight the control with this label, or with this key; "" for none."""
    _GUIDE(key=key, data={"label": label})


def present_button(*, on: bool, key: str) -> None:
    """A button that opens this page in presenter mode, or leaves it."""
    _PRESENT(key=key, data={"on": on})
