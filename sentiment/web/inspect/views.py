"""The views of the Inspect page: what each is given, and their list."""

import importlib
from dataclasses import dataclass

import streamlit as st

from sentiment.web import layout
from sentiment.web.inspect.context import Inspection


@dataclass(frozen=True)
class View:
    """An entry of the list. `module` has a function `show(inspection: Inspection) -> None`."""

    module: str
    explains: str  # one sentence, shown above it


# By the name that the page and its links use.
VIEWS = {
    "Gates": View("gates", "What each gate let through at every word, and what that left behind."),
    "Step by step": View(
        "step_by_step",
        "One word after the other through the cell: what it keeps, what it writes, what it shows.",
    ),
    "Memory": View(
        "ledger", "What each word wrote into memory, what is left of it, and what that pushed."
    ),
    "Why": View(
        "attribution",
        "Which words made the verdict, by several methods, and how far each can be believed.",
    ),
    "What if": View(
        "what_if",
        "Edit a word and see what changes; find the smallest edit that flips the verdict.",
    ),
    "Interventions": View(
        "interventions",
        "Hold a gate, freeze a unit or empty the memory, and see whether it mattered.",
    ),
    "Units": View(
        "units",
        "One unit of a layer: what it does with these words, and what drives it in other reviews.",
    ),
    "Side by side": View(
        "side_by_side", "The same review under two models, or two reviews under one."
    ),
    "Encoding": View(
        "encoding",
        "From what you typed to the row of integers that enters the network, and what its padding "
        "would do.",
    ),
    "Export": View("export", "Take it with you: figures, numbers, a report, a check."),
}


@st.fragment
def show(name: str, inspection: Inspection) -> None:
    """The view `name` of VIEWS, in a fragment: its controls do not rerun the page."""
    view = VIEWS[name]
    st.caption(view.explains)
    with layout.show_errors():
        importlib.import_module(f"sentiment.web.inspect.{view.module}").show(inspection)
