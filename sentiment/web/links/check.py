"""The check of a link before and after its page is drawn.

Before: parameters with an unknown name or a wrong value are dropped. After: values that a widget
did not accept are found, such as a unit that the model does not have. One line on the page names
what was ignored.
"""

import contextlib
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from sentiment.web.links.parameters import CARRIED, is_known, kind_of

MOST_NAMED = 5
LONGEST_SHOWN = 40  # characters of a name or value
Link = Mapping[str, list[str]]


@contextlib.contextmanager
def checked_link(page: str) -> Iterator[None]:
    """Run the page in this block; `page` is its path."""
    slot = st.container(key="link_check")
    moved = page != st.session_state.get("page_of_link")
    arrived = _arrived(page)
    if moved:
        _carry(page)
    link = {name: st.query_params.get_all(name) for name in st.query_params}
    problems = problems_of(page, link, arrived=arrived)
    _drop(set(problems))
    try:
        yield
    finally:
        _keep_carried()
        rejected = st.session_state.pop("rejected", {})
        if arrived:
            problems |= rejected
            rest = {name: values for name, values in link.items() if name not in problems}
            problems |= _not_taken(page, rest)
        reports = [problems[name] for name in link if problems.get(name)]
        if reports:
            with slot:
                st.text(f"Ignored from the link: {_listed(reports)}.")


def problems_of(page: str, link: Link, *, arrived: bool) -> dict[str, str]:
    """The problems of the parameters of a link, by name; "" if the page does not report it.

    arrived: the visitor followed a link or pressed Back. Otherwise, unknown parameters come from
    the previous page.
    """
    problems = {}
    for name, values in link.items():
        kind = kind_of(page, name)
        if kind is None:
            said = arrived or not is_known(name)
            problems[name] = f"{_shown(name)} (unknown on this page)" if said else ""
        elif not kind.several and len(values) > 1:
            problems[name] = f"{_shown(name)} (given {len(values)} times, expected once)"
        elif kind.several and values == [""]:
            continue
        else:
            for value in values:
                if expected := kind.problem(value):
                    problems[name] = f"{_shown(name)}={_shown(value)} (expected {expected})"
    return problems


def reject(name: str, reason: str) -> None:
    """Drop a parameter that does not fit the content of the page; report it if a link has it."""
    if name in st.query_params:
        shown = _shown(st.query_params[name])
        st.session_state.setdefault("rejected", {})[name] = f"{_shown(name)}={shown} ({reason})"
        _drop({name})


def _not_taken(page: str, link: Link) -> dict[str, str]:
    """The problems of parameters whose widget has another value, by name."""
    problems = {}
    for name, values in link.items():
        kind = kind_of(page, name)
        if kind is None or not kind.compare or name not in st.session_state:
            continue
        shown = st.session_state[name]
        if isinstance(shown, str):
            taken = shown == values[-1]
        elif isinstance(shown, int | float):
            taken = float(shown) == float(values[-1])
        elif shown is None:  # of a select box without a choice
            taken = not values[-1]
        else:
            continue
        if not taken:
            said = "there is none" if shown is None else f"shown: {_shown(str(shown))}"
            problems[name] = f"{_shown(name)}={_shown(values[-1])} ({said})"
    return problems


def _carry(page: str) -> None:
    """Give the widgets the corpus and the model of the link, else of the previous page.

    Streamlit drops a parameter of the link that belongs to a widget of the previous page, too.
    """
    context = get_script_run_ctx()
    if context is None:
        return
    given = parse_qs(context.query_string, keep_blank_values=True)
    carried = {} if is_history_navigation() else st.session_state.get("carried", {})
    carried = carried | {name: given[name][-1] for name in CARRIED if name in given}
    with context.session_state.query_params() as parameters:
        for name, value in carried.items():
            if kind_of(page, name) and not parameters.has_param(name):
                parameters._initial_query_params[name] = [value]
                parameters.set_corrected_value(name, value, "string_value")


def _keep_carried() -> None:
    """Keep the corpus and the model that this page shows; a default one is not carried."""
    carried = st.session_state.setdefault("carried", {})
    for name in CARRIED:
        if name in st.query_params:
            carried[name] = st.query_params[name]
        elif name in st.session_state:
            carried.pop(name, None)


def carry(**parameters: str) -> None:
    """Set the model or corpus that the next page of the visitor shows."""
    st.session_state.setdefault("carried", {}).update(parameters)


def is_history_navigation() -> bool:
    """Whether the visitor pressed Back or Forward."""
    context = get_script_run_ctx()
    return bool(context and context.is_history_navigation)


def _arrived(page: str) -> bool:
    """Whether this run opens a link: the first of a session, or after Back."""
    last = st.session_state.get("page_of_link")
    st.session_state["page_of_link"] = page
    return last is None or is_history_navigation()


def _drop(names: set[str]) -> None:
    """Drop parameters from the link and from what the widgets of this run may read.

    Streamlit has no public function for this: `st.query_params` refuses to delete the parameter
    of a widget, and deleting another one does not keep a widget from reading it.
    """
    context = get_script_run_ctx()
    if not names or context is None:
        return
    with context.session_state.query_params() as parameters:
        for name in names:
            parameters._initial_query_params.pop(name, None)
            parameters.discard_param_no_forward_msg(name)
        parameters._send_query_param_msg()


def _listed(reports: list[str]) -> str:
    shown = "; ".join(reports[:MOST_NAMED])
    more = len(reports) - MOST_NAMED
    return f"{shown}; and {more} more" if more > 0 else shown


def _shown(value: str) -> str:
    """A name or value of a link as short, printable text."""
    short = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
    return short if short.isprintable() and short.strip() == short != "" else repr(short)
