"""Presenter mode: large type, few controls, dark. One setting, in the link and in the session."""

import streamlit as st

from sentiment.web.components import HERE
from sentiment.web.components.guide import present_button

PRESENT = "present"


def presenting() -> bool:
    """Whether this visitor presents; the setting survives a change of the page."""
    if PRESENT in st.query_params:
        st.session_state.presenting = st.query_params[PRESENT] == "true"
    return bool(st.session_state.get("presenting"))


def apply_presenter() -> None:
    """Apply the style of presenter mode to the page, and keep it in the link."""
    if presenting():
        st.html(HERE / "presenter.css")
        if PRESENT not in st.query_params:
            st.query_params[PRESENT] = "true"


def show_button() -> None:
    """The button that starts and ends presenter mode."""
    present_button(on=presenting(), key="present")
