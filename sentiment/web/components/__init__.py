"""Browser components for what Streamlit and the chart libraries cannot do.

Input: numbers and words as data. Output: the chosen word or step. The browser inserts all words as
text, never as markup.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from sentiment.charts import palette
from sentiment.encoding.vocabulary import UNK
from sentiment.web import layout

if TYPE_CHECKING:
    from sentiment.charts.cells import Cell
    from sentiment.inspection.steps import Steps
    from sentiment.inspection.trace import Trace

HERE = Path(__file__).parent
DIGITS = 4  # after the point, of every number that is sent


def component(name: str, file: str, **options: Any) -> Any:
    """The component of the files `file`.css and `file`.js of this folder."""
    css, js = ((HERE / f"{file}.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    return st.components.v2.component(name, css=css, js=js, **options)


_PLAYER = component("step_player", "player")
_STRIP = component("word_strip", "strip")


def step_player(
    steps: "Steps",
    cell: "Cell",
    step: int,
    *,
    on_step: Callable[[int], None],
    key: str,
) -> None:
    """Step through a cell in the browser; `on_step` is called with the step where it rests.

    All numbers are sent at once, so a step needs no request to the server. `step` counts from 0 in
    the order in which the layer reads.
    """
    dark = layout.is_dark()
    order = slice(None, None, -1) if steps.backward else slice(None)
    _PLAYER(
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
        on_step_change=lambda: on_step(st.session_state[key]["step"]),
    )


def word_strip(
    trace: "Trace",
    *,
    words_of_gap: int,
    chosen: int | None = None,
    on_word: Callable[[int], None] | None = None,
    key: str,
) -> None:
    """The review as running text, each word colored by how much it changes the probability.

    words_of_gap: most words shown of a truncated part. chosen: position of the framed word.
    on_word: called with the position of a clicked word; without it, words cannot be clicked.
    """
    encoded, dark = trace.encoded, layout.is_dark()
    gaps = encoded.gaps(words_of_gap)
    _STRIP(
        key=key,
        data={
            "words": encoded.kept_tokens,
            "moves": np.round(trace.moves, DIGITS).tolist(),
            # The largest move has the strongest color, unless all moves are small.
            "strongest": max(0.1, float(np.abs(trace.moves).max())),
            "before": round(trace.curve_before, DIGITS),
            "sides": (trace.rest, trace.name),
            "unknown": np.flatnonzero(encoded.kept_ids == UNK).tolist(),
            "gaps": {str(place): text for place, text in gaps.items()},
            "chosen": chosen,
            "linked": on_word is not None,
            "positive": palette.positive(dark),
            "negative": palette.negative(dark),
        },
        on_word_change=lambda: on_word and on_word(st.session_state[key]["word"]),
    )
