"""List of the views of the Inspect page."""

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


# By the name on the page and in its links.
VIEWS = {
    "Gates": View("gates", "The value of every gate and state at every word."),
    "Step by step": View(
        "step_by_step",
        "One word after the other through the cell: what it keeps, writes and outputs.",
    ),
    "Memory": View(
        "ledger",
        "What each word wrote into memory, what is left, and its contribution to the logit.",
    ),
    "Why": View(
        "attribution",
        "The importance of each word by several methods, and how faithful each method is.",
    ),
    "What if": View(
        "what_if",
        "Edit a word and see the effect; search for the smallest edit that flips the verdict.",
    ),
    "Interventions": View(
        "interventions",
        "Set a gate, freeze a unit or clear the memory, and see the effect on the verdict.",
    ),
    "Units": View(
        "units",
        "One unit of a layer: its values in this review, and what drives it in other reviews.",
    ),
    "Side by side": View(
        "side_by_side", "The same review under two models, or two reviews under one."
    ),
    "Encoding": View(
        "encoding", "From text to tokens, token ids and the padded row; the effect of padding."
    ),
    "Export": View("export", "Figures, arrays, a report, and a trace that checks itself."),
}


@st.fragment
def show(name: str, inspection: Inspection) -> None:
    """Show the view `name` of VIEWS as a fragment: its controls do not rerun the page."""
    view = VIEWS[name]
    st.caption(view.caption)
    with layout.show_errors():
        importlib.import_module(f"sentiment.web.inspect.{view.module}").show(inspection)
