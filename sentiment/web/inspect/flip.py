"""Inspect, what if: the smallest edit that flips the verdict, found on request."""

from collections.abc import Callable

import streamlit as st

from sentiment.inspection.edits import Kind, edited
from sentiment.inspection.flips import MOST_EDITS, WORDS_BUDGET, FlipSearch, smallest_flip
from sentiment.web.inspect.cached_result import cached_result, has_cached_result
from sentiment.web.inspect.context import Inspection

KINDS: dict[Kind, str] = {
    "delete": "delete a word",
    "negate": "put “not” before",
    "swap": "swap for a neighbor",
}


def find_flip(inspection: Inspection, use: Callable[[list[str]], None]) -> None:
    """Search on request; `use` takes the words of the edited review over."""
    has_vectors = hasattr(inspection.predictor.network, "embedding")
    options = [kind for kind in KINDS if has_vectors or kind != "swap"]
    kinds = st.pills(
        "Allowed",
        options,
        selection_mode="multi",
        default=options,
        format_func=KINDS.__getitem__,
        key="whatif_allowed",
        bind="query-params",
    )
    what = "flip by " + ", ".join(kinds)
    asked = st.button(
        "Find it",
        key="whatif_find",
        icon=":material/search:",
        disabled=not kinds,
        help=f"In the review as it was. At most {MOST_EDITS} edits at once, and at most "
        f"{WORDS_BUDGET:,} words are read for it.",
    )
    if kinds and (asked or has_cached_result(inspection, what)):
        search = cached_result(
            inspection,
            what,
            lambda progress: smallest_flip(inspection.predictor, inspection.trace, kinds, progress),
        )
        show_flip(inspection, search, use)


def show_flip(inspection: Inspection, search: FlipSearch, use: Callable[[list[str]], None]) -> None:
    words = inspection.trace.encoded.kept_tokens
    before = inspection.trace.prediction.probability
    tried = f"{search.variants:,} variants were read" + (
        f", among them all with up to {search.all_tried} "
        f"{'edit' if search.all_tried == 1 else 'edits'}."
        if search.all_tried
        else ", those of the words that seemed to count most; a single edit may have been missed."
    )
    if search.found:
        count = len(search.found.edits)
        st.text(
            f"{count} {'edit flips' if count == 1 else 'edits flip'} it, from {before:.0%} to "
            f"{search.found.probability:.0%} for Positive: "
            + "; ".join(edit.title for edit in search.found.edits)
            + "."
        )
        st.button(
            "Show it",
            key="whatif_show",
            icon=":material/visibility:",
            on_click=use,
            args=[edited(words, search.found.edits)],
        )
    else:
        st.text(
            f"None was found within {MOST_EDITS} edits."
            + (
                f" The closest came to {search.closest.probability:.1%}: "
                + "; ".join(edit.title for edit in search.closest.edits)
                + "."
                if search.closest
                else ""
            )
        )
    st.caption(tried)
