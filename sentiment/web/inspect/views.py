"""List of the views of the Inspect page, and the choice of one."""

import importlib
from dataclasses import dataclass

import streamlit as st

from sentiment.web import layout
from sentiment.web.inspect.context import Inspection


@dataclass(frozen=True)
class View:
    """A view. `module` has a function `show(inspection: Inspection) -> None`."""

    module: str
    caption: str
    rare: bool = False  # listed in the menu "More"


# By the name on the page and in its links, those of the first questions first.
VIEWS = {
    "Gates": View("gates", "The value of every gate and state at every word."),
    "Step by step": View(
        "step_by_step",
        "The computation of the cell, word by word: what it keeps, writes and outputs.",
    ),
    "Which words": View(
        "attribution",
        "How much each word contributes to the final verdict, by several methods, each with a "
        "test. The curve above shows the change at each word instead, so the words may differ.",
    ),
    "What if": View(
        "what_if",
        "Edit a word and see the effect; search for the smallest edit that flips the verdict.",
    ),
    "Interventions": View(
        "interventions",
        "Set a gate, freeze a unit or clear the memory, and see the effect on the verdict.",
    ),
    "Memory": View(
        "ledger",
        "What each word wrote into memory, and how much of it reaches the verdict. Effects on the "
        "gates at other words do not count.",
    ),
    "Units": View(
        "units",
        "One unit of a layer: its values in this review, and the words and reviews of a corpus "
        "where its state is highest and lowest.",
    ),
    "Compare two": View(
        "side_by_side", "The same review under two models, or two reviews under one.", rare=True
    ),
    "Encoding": View(
        "encoding",
        "From text to tokens, token ids and the padded row; the effect of padding.",
        rare=True,
    ),
    "Export": View(
        "export",
        "Figures, a report, the model, arrays, and a trace with a script that checks it.",
        rare=True,
    ),
}
KEY = "view"  # of the control, and in the link


def choose_view() -> str:
    """Draw the tabs, a menu of the rare views, and the caption of the chosen view.

    A rare view has a tab while it is chosen.
    """
    state, linked = st.session_state, st.query_params.get(KEY)
    if KEY not in state and linked not in VIEWS:
        state[KEY] = next(iter(VIEWS))
    chosen = state.get(KEY, linked)
    rare = [name for name, view in VIEWS.items() if view.rare and name != chosen]
    with st.container(horizontal=True, vertical_alignment="center", key="tabs"):
        name = st.segmented_control(
            "View",
            [name for name in VIEWS if name not in rare],
            key=KEY,
            required=True,
            bind="query-params",
            label_visibility="collapsed",
            width="content",
            wrap=True,
        )
        st.menu_button("More", rare, key="more_views", on_click=_open_rare, type="tertiary")
        if name is None:  # the browser went back to a link without a view
            del state[KEY]
            st.rerun()
        st.caption(VIEWS[name].caption)
    return name


def _open_rare() -> None:
    st.session_state[KEY] = st.session_state.more_views


@st.fragment
def show(name: str, inspection: Inspection) -> None:
    """Show the view `name` of VIEWS as a fragment: its controls do not rerun the page."""
    with layout.show_errors():
        importlib.import_module(f"sentiment.web.inspect.{VIEWS[name].module}").show(inspection)
