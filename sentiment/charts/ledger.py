"""Charts of the memory ledger: contributions, written and remaining amounts, half-lives."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import palette
from sentiment.charts.words import Figure, level, word_figure, word_labels

LONGEST = 512  # words; longer half-lives share a bar


def contribution_bars(
    words: Sequence[str],
    contributions: np.ndarray,
    parts: Mapping[str, np.ndarray],
    *,
    dark: bool = False,
) -> Figure:
    """Contribution of each word to the logit: up toward the class, down against it.

    contributions: (words,). parts: direction -> (words,), which sum to them; shown in the tooltip.
    """
    split = "".join(
        f"<br>{name}: %{{customdata[{number}]:+.4f}}"
        for number, name in enumerate(parts if len(parts) > 1 else ())
    )
    colors = np.where(contributions >= 0, palette.positive(dark), palette.negative(dark))
    bars = {
        "type": "bar",
        "x": word_labels(words),
        "y": contributions,
        "customdata": np.stack(list(parts.values()), axis=1) if split else None,
        "marker": {"color": colors, "line": {"width": 0}},
        "hovertemplate": f"“%{{x}}” contributes %{{y:+.4f}}{split}<extra></extra>",
    }
    return _bars_over_words(words, [bars], "contribution to the logit")


def written_and_remaining(
    words: Sequence[str], written: np.ndarray, left: np.ndarray, *, dark: bool = False
) -> Figure:
    """Pale: what each word wrote. Strong: what remains of it at the end; both (words,)."""
    share = np.divide(left, written, out=np.zeros_like(left), where=written != 0)
    columns = word_labels(words)
    bars = [
        {
            "type": "bar",
            "x": columns,
            "y": written,
            "name": "written",
            "marker": {"color": palette.GREY, "opacity": 0.45, "line": {"width": 0}},
            "hovertemplate": "“%{x}” wrote %{y:.4f}<extra></extra>",
        },
        {
            "type": "bar",
            "x": columns,
            "y": left,
            "name": "remains at the end",
            "customdata": share,
            "marker": {"color": palette.positive(dark), "line": {"width": 0}},
            "hovertemplate": "“%{x}”: %{y:.4f} remains, %{customdata:.1%}<extra></extra>",
        },
    ]
    return _bars_over_words(words, bars, "amount", top=40, legend=True, barmode="overlay")


def half_life_histogram(half_lives: np.ndarray, *, dark: bool = False) -> alt.Chart:
    """Histogram of the half-lives of units; half_lives (units,), in words."""
    powers = [2**power for power in range(int(np.log2(LONGEST)) + 1)]
    edges = np.array([0.0, *powers, np.inf])
    titles = ["<1", *(f"{power}–{2 * power}" for power in powers[:-1]), f">{LONGEST}"]
    places = np.clip(np.searchsorted(edges, half_lives, side="right") - 1, 0, len(titles) - 1)
    data = pd.DataFrame({"words": titles, "units": np.bincount(places, minlength=len(titles))})
    return (
        alt.Chart(data)
        .mark_bar(color=palette.positive(dark))
        .encode(
            x=alt.X("words:O", sort=titles, title="half-life (words)", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("units:Q", title="units", axis=alt.Axis(tickMinStep=1)),
            tooltip=[alt.Tooltip("words:O", title="half-life (words)"), "units:Q"],
        )
        .properties(height=180)
    )


def _bars_over_words(
    words: Sequence[str], bars: Sequence[dict[str, Any]], title: str, **more: Any
) -> Figure:
    axis = {"title": {"text": title}, "fixedrange": True}
    return word_figure(words, bars, [axis], height=260, lines=[level(0)], bargap=0.15, **more)
