"""Settings that the visitor changed in the form: kept in the session and in the link.

A link may not name files of this machine, so such a source is kept in the session only.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from sentiment.runs.links import LINK_PREFIX, LINKED_SETTINGS, as_text, link_problem, read_setting
from sentiment.web.links.check import is_history_navigation

_EDITS, _LINKED, _FORM = "train_edits", "train_linked", "train_form"  # in the session


def current() -> dict[str, str]:
    """The changed settings as parameters of a link.

    A new link adds its settings to those changed before. After Back and Forward, only those of the
    link apply.
    """
    state = st.session_state
    linked = _in_link()
    edits: dict[str, str] = state.setdefault(_EDITS, {})
    if linked != state.get(_LINKED, {}):
        edits = linked if is_history_navigation() else edits | linked
        _replace(edits)
    return edits


def not_linkable() -> dict[str, Any]:
    """The changed settings that a link must not contain."""
    bare = {name.removeprefix(LINK_PREFIX): text for name, text in st.session_state[_EDITS].items()}
    return {
        name: read_setting(name, text) for name, text in bare.items() if link_problem(name, text)
    }


def remember(settings: Mapping[str, Any]) -> None:
    """Keep only these changed settings; write them to the link."""
    kept = {LINK_PREFIX + name: as_text(value) for name, value in settings.items()}
    st.session_state[_EDITS] = kept
    linked = {
        name: text
        for name, text in kept.items()
        if link_problem(name.removeprefix(LINK_PREFIX), text) is None
    }
    for name in _in_link().keys() - linked.keys():
        del st.query_params[name]
    for name, text in linked.items():
        if st.query_params.get(name) != text:
            st.query_params[name] = text
    st.session_state[_LINKED] = linked


def discard() -> None:
    """Forget all changes."""
    remember({})
    _replace({})


def key_of(name: str, start: Any) -> str:
    """The key of a setting's widget.

    It is new for another `start` and after a link changed the settings, so that the widget shows
    their values.
    """
    return f"{name} {st.session_state.get(_FORM, 0)} {hash(start)}"


def keep(name: str, key: str) -> None:
    """Keep the value of a setting's widget; called when the visitor changes it."""
    value = st.session_state[key]
    if name == "pinned":
        value = lines_of(value)
    elif isinstance(value, list):
        value = ", ".join(value)
    elif value is None:
        value = ""
    st.session_state[_EDITS][LINK_PREFIX + name] = as_text(value)


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text area that are not empty."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _replace(edits: dict[str, str]) -> None:
    st.session_state[_EDITS] = edits
    st.session_state[_FORM] = st.session_state.get(_FORM, 0) + 1


def _in_link() -> dict[str, str]:
    names = (LINK_PREFIX + name for name in LINKED_SETTINGS)
    return {name: st.query_params[name] for name in names if name in st.query_params}
