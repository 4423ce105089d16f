"""A path of numbered steps, and tokens as chips."""

from collections.abc import Callable, Collection, Sequence

import streamlit as st

from sentiment.charts import palette
from sentiment.web.components import component

_PATH = component("step_path", "path")
_TOKENS = component("tokens", "tokens")


def step_path(
    label: str,
    steps: Sequence[tuple[str, str]],
    current: int,
    done: Collection[int],
    *,
    on_step: Callable[[int], None],
    key: str,
) -> None:
    """The steps as (title, short title); `on_step` gets the number of a chosen one, from 1."""
    _PATH(
        key=key,
        data={
            "label": label,
            "steps": [{"title": title, "short": short} for title, short in steps],
            "current": current,
            "done": sorted(done),
        },
        on_step_change=lambda: on_step(st.session_state[key]["step"]),
    )


def tokens(label: str, chips: Sequence[tuple[str, int | str | None, bool]], *, key: str) -> None:
    """Chips of (word, text below it, whether it is marked)."""
    _TOKENS(
        key=key,
        data={
            "label": label,
            "tokens": [list(chip) for chip in chips],
            "color": palette.AMBER,
        },
    )
