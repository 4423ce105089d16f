"""What takes seconds: worked out once under a progress bar, and kept for everybody."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from sentiment.encoding.settings import SequenceConfig
from sentiment.progress import StageProgress
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection

Result = TypeVar("Result")


# An empty place for each result and not the work itself, which may not draw its progress bar from
# inside a cached function.
@st.cache_resource(max_entries=100, show_spinner=False)
def _place(what: str, checksum: str, words: str, row: SequenceConfig) -> dict[str, Any]:
    return {}


def _place_of(inspection: Inspection, what: str) -> dict[str, Any]:
    row = replace(inspection.sequence, padding="before")  # it is masked; the side says nothing
    return _place(
        what, inspection.info.checksum, " ".join(inspection.trace.encoded.kept_tokens), row
    )


def has_cached_result(inspection: Inspection, what: str) -> bool:
    return "result" in _place_of(inspection, what)


def cached_result(
    inspection: Inspection, what: str, work: Callable[[StageProgress], Result]
) -> Result:
    """The result of `work` for this review and model; `what` names it among their results."""
    place = _place_of(inspection, what)
    if "result" not in place:
        with layout.progress_bar() as progress:
            place["result"] = work(progress)
    result: Result = place["result"]
    return result
