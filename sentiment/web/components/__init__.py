"""Small browser components, for what neither Streamlit nor a chart can do.

What a person typed reaches them as data and is put into the page as text nodes, never as markup.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from sentiment.charts import palette

if TYPE_CHECKING:
    from sentiment.charts.cells import Cell
    from sentiment.inspection.steps import Steps

HERE = Path(__file__).parent
DIGITS = 4  # after the point, of every number that is sent


def _source(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


_PLAYER = st.components.v2.component(
    "step_player", css=_source("player.css"), js=_source("player.js")
)
_STRIP = st.components.v2.component("word_strip", css=_source("strip.css"), js=_source("strip.js"))


def step_player(steps: "Steps", cell: "Cell", step: int, *, dark: bool, key: str) -> int:
    """Walk through a cell word by word, in the browser; returns the step it stands at.

    All numbers are sent at once, so that a step costs no way to the server. `step` counts in the
    order of reading, from 0.
    """
    order = slice(None, None, -1) if steps.backward else slice(None)
    result = _PLAYER(
        key=key,
        data={
            "words": steps.words[order],
            "numbers": {
                name: np.round(values[order], DIGITS).tolist()
                for name, values in steps.numbers.items()
            },
            "cell": cell.drawn(),
            "step": step,
            "mean": steps.unit is None,
            "backward": steps.backward,
            "positive": palette.positive(dark),
            "negative": palette.negative(dark),
        },
        on_step_change=lambda: None,
    )
    return step if result.step is None else min(int(result.step), len(steps.words) - 1)


def word_strip(
    words: Sequence[str],
    moves: np.ndarray,
    unknown: np.ndarray,
    *,
    gaps: dict[int, str],
    chosen: int | None,
    dark: bool,
    key: str,
) -> int | None:
    """The review as running text, each word on the color of its move; returns a clicked word.

    moves: (words,) changes of a probability; unknown: (words,) bool; gaps: what was cut out, by
    the place of the word it stood before.
    """
    result = _STRIP(
        key=key,
        data={
            "words": list(words),
            "moves": np.round(moves, DIGITS).tolist(),
            # The strongest word has the strongest color, unless none did much.
            "strongest": max(0.1, float(np.abs(moves).max())),
            "unknown": np.flatnonzero(unknown).tolist(),
            "gaps": {str(place): text for place, text in gaps.items()},
            "chosen": chosen,
            "positive": palette.positive(dark),
            "negative": palette.negative(dark),
        },
        on_word_change=lambda: None,
    )
    clicked: int | None = result.word
    return clicked
