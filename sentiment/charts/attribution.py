"""Attributions of several methods, and their deletion curves."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import palette
from sentiment.charts.layered import Layered, dashed_line, series_color
from sentiment.charts.words import Figure, color_bar, escaped, word_figure, word_labels
from sentiment.wording import both_ends

ROW_HEIGHT = 38  # pixels per method
RANDOM = "random words"


def attribution_strips(
    words: Sequence[str],
    methods: Mapping[str, np.ndarray],
    against: str,
    toward: str,
    *,
    dark: bool = False,
) -> Figure:
    """One row per method, one cell per word: blue toward one side, vermilion toward the other.

    methods: title -> (words,). Each row is scaled by its largest value; the tooltip has the value.
    """
    values = np.stack(list(methods.values()))
    largest = np.abs(values).max(axis=1, keepdims=True)
    relative = np.divide(values, largest, out=np.zeros_like(values), where=largest > 0)
    ends = [_short(against), "0", _short(toward)]
    heatmap = {
        "type": "heatmap",
        "x": word_labels(words),
        "y": list(methods),
        "z": relative.astype(np.float32),
        "customdata": values.astype(np.float32),
        "zmin": -1,
        "zmax": 1,
        "ygap": 3,
        "colorscale": palette.diverging(dark),
        "hovertemplate": "%{y}<br>“%{x}”: contribution %{customdata:+.4f}<extra></extra>",
        "colorbar": color_bar(tickvals=[-1, 0, 1], ticktext=ends),
    }
    axis = {
        "autorange": "reversed",
        "fixedrange": True,
        "tickvals": list(methods),
        "ticktext": [title.replace(" ", "<br>", 1) for title in methods],  # to fit the margin
    }
    return word_figure(words, [heatmap], [axis], height=100 + ROW_HEIGHT * len(methods))


def _short(name: str) -> str:
    """A name that fits beside the color bar, in two lines if it has two words."""
    lines = name.split(" ", 1)
    return "<br>".join(escaped(line if len(line) <= 10 else line[:9] + "…") for line in lines)


def deletion_curves(
    removed: np.ndarray,
    methods: Mapping[str, np.ndarray],
    draws: np.ndarray,
    label: str,
    *,
    dark: bool = False,
) -> Layered:
    """Probability of `label` while words are removed: a line per method, a band for random words.

    removed: (points,); methods: title -> (points,); draws: (draws, points) of random orders.
    """
    rows = [
        {"removed": count, "probability": value, "method": title}
        for title, curve in [*methods.items(), (RANDOM, draws.mean(axis=0))]
        for count, value in zip(removed.tolist(), curve.tolist(), strict=True)
    ]
    band = pd.DataFrame({"removed": removed, "low": draws.min(axis=0), "high": draws.max(axis=0)})
    title = f"P({both_ends(label)})"
    x = alt.X("removed:Q", title="removed words", axis=alt.Axis(tickMinStep=1, format=",d"))
    chance = (
        alt.Chart(band)
        .mark_area(color=palette.GREY, opacity=0.2)
        .encode(x=x, y=alt.Y("low:Q", title=title), y2="high:Q")
    )
    colors = dict(zip(methods, palette.distinct_colors(len(methods), dark), strict=True))
    colors[RANDOM] = palette.GREY
    lines = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(strokeWidth=2, point={"size": 25})
        .encode(
            x=x,
            y=alt.Y(
                "probability:Q",
                title=title,
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="~%", values=[0, 0.25, 0.5, 0.75, 1]),
            ),
            color=series_color("method:N", colors, columns=2, labelLimit=200),
            tooltip=[
                "method:N",
                alt.Tooltip("removed:Q", title="removed words"),
                alt.Tooltip("probability:Q", title=f"P({label})", format=".1%"),
            ],
        )
    )
    half = dashed_line("half", 0.5, dash=[6, 4])
    return alt.layer(chance, half, lines, height=320)
