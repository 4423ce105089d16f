"""What-if view: search for the smallest edit that flips the verdict."""

from collections.abc import Callable

import streamlit as st

from sentiment.inspection.edits import Kind, apply_edits
from sentiment.inspection.flips import MAX_EDITS, WORDS_BUDGET, FlipSearch, smallest_flip
from sentiment.web.inspect.cached_result import cached_result, has_cached_result
from sentiment.web.inspect.context import Inspection

KINDS: dict[Kind, str] = {
    "delete": "delete a word",
    "negate": "insert “not”",
    "swap": "replace with a neighbor",
}


def find_flip(inspection: Inspection, use: Callable[[list[str]], None]) -> None:
    """Search at a click on the button; `use` is called with the words of the edited review."""
    has_vectors = hasattr(inspection.predictor.network, "embedding")
    options = [kind for kind in KINDS if has_vectors or kind != "swap"]
    kinds = st.pills(
        "Allowed edits",
        options,
        selection_mode="multi",
        default=options,
        format_func=KINDS.__getitem__,
        key="whatif_allowed",
        bind="query-params",
    )
    name = "flip by " + ", ".join(kinds)
    clicked = st.button(
        "Find edit",
        key="whatif_find",
        icon=":material/search:",
        disabled=not kinds,
        help=f"Searches for at most {MAX_EDITS} edits that together flip the verdict of the "
        f"original review. The search ends after {WORDS_BUDGET:,} words that the network has read.",
    )
    if kinds and (clicked or has_cached_result(inspection, name)):
        search = cached_result(
            inspection,
            name,
            lambda progress: smallest_flip(inspection.predictor, inspection.trace, kinds, progress),
        )
        show_flip(inspection, search, use)


def show_flip(inspection: Inspection, search: FlipSearch, use: Callable[[list[str]], None]) -> None:
    st.text(search.finding(inspection.trace))
    if search.found:
        words = inspection.trace.encoded.kept_tokens
        st.button(
            "Show edit",
            key="whatif_show",
            icon=":material/visibility:",
            on_click=use,
            args=[apply_edits(words, search.found.edits)],
        )
    st.caption(search.coverage)
