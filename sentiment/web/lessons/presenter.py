"""Presenter mode: large type, few controls, dark. One setting, in the link and in the session."""

import streamlit as st

from sentiment import workspace
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
    """The button that starts and ends presenter mode.

    It loads the page again, because Streamlit chooses its theme while a page loads. On a hosted
    server that would delete the visitor's data, so the theme does not change there.
    """
    if workspace.hosted():
        label = "Leave presenter mode" if presenting() else "Present"
        st.button(label, key=PRESENT, on_click=_toggle)
    else:
        present_button(on=presenting(), key=PRESENT)


def _toggle() -> None:
    st.session_state.presenting = not presenting()
    if st.session_state.presenting:
        st.query_params[PRESENT] = "true"
    elif PRESENT in st.query_params:
        del st.query_params[PRESENT]
