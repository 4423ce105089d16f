"""Cache for slow results of an inspection."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from sentiment.encoding.settings import SequenceConfig
from sentiment.progress import StageProgress
from sentiment.web import heavy
from sentiment.web.inspect.context import Inspection

Result = TypeVar("Result")


@st.cache_resource(max_entries=100, show_spinner=False)
def _place(
    name: str, checksum: str, words: str, sequence: SequenceConfig, explained: int
) -> dict[str, Any]:
    return {}


def _place_of(inspection: Inspection, name: str) -> dict[str, Any]:
    sequence = replace(inspection.sequence, padding="before")  # masked, so the side is irrelevant
    words = " ".join(inspection.trace.encoded.kept_tokens)
    return _place(name, inspection.info.checksum, words, sequence, inspection.trace.explained)


def has_cached_result(inspection: Inspection, name: str) -> bool:
    return "result" in _place_of(inspection, name)


def cached_result(
    inspection: Inspection, name: str, compute: Callable[[StageProgress], Result]
) -> Result:
    """The result of `compute` for this review and model; `name` identifies the result."""
    return heavy.result_in(_place_of(inspection, name), compute)
