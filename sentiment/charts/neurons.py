"""Units of a layer: a scatter plot of all units, and one unit over the words of a review."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import palette
from sentiment.charts.words import Figure, axis_of, word_figure, word_labels
from sentiment.networks.trace import LayerTrace, Quantity

PICK = "pick"  # name of the selection
LONGEST = 1_000.0  # words; longer half-lives are drawn here
SHORTEST = 0.1
ROW_HEIGHT = 170  # pixels


def unit_overview(
    half_lives: np.ndarray, heights: np.ndarray, title: str, unit: int, *, dark: bool = False
) -> alt.Chart:
    """One clickable point per unit: half-lives horizontally, `heights` vertically, both (units,).

    title: of `heights`. unit: the chosen unit, drawn larger.
    """
    data = pd.DataFrame(
        {
            "unit": np.arange(len(heights)),
            "half-life": np.clip(half_lives, SHORTEST, LONGEST),
            "height": heights,
        }
    )
    chosen = alt.datum.unit == unit
    return (
        alt.Chart(data)
        .mark_circle(opacity=0.75)
        .encode(
            x=alt.X(
                "half-life:Q",
                scale=alt.Scale(type="log", nice=False),
                title="half-life (words)",
                axis=alt.Axis(format="~g", tickCount=6, grid=False),
            ),
            y=alt.Y("height:Q", title=title, axis=alt.Axis(format=".2~g")),
            color=alt.condition(
                alt.datum.height > 0,
                alt.value(palette.positive(dark)),
                alt.value(palette.negative(dark)),
            ),
            size=alt.condition(chosen, alt.value(320), alt.value(60)),
            stroke=alt.condition(chosen, alt.value(palette.accent(dark)), alt.value("transparent")),
            strokeWidth=alt.value(2.5),
            order=alt.condition(chosen, alt.value(1), alt.value(0)),
            tooltip=[
                "unit:Q",
                alt.Tooltip("half-life:Q", format=".3~g"),
                alt.Tooltip("height:Q", title=title, format="+.3f"),
            ],
        )
        .add_params(alt.selection_point(name=PICK, fields=["unit"], on="click"))
        .properties(height=300)
    )


def unit_values(
    words: Sequence[str],
    layer: LayerTrace,
    quantities: Sequence[Quantity],
    unit: int,
    *,
    dark: bool = False,
) -> Figure:
    """All quantities of one unit over the words: gates above, candidate and states below."""
    rows = [
        [quantity for quantity in quantities if quantity.is_gate],
        [quantity for quantity in quantities if not quantity.is_gate],
    ]
    rows = [row for row in rows if row]
    labels, colors = word_labels(words), palette.distinct_colors(len(quantities), dark)
    traces = [
        {
            "type": "scatter",
            "x": labels,
            "y": layer.values[quantity.symbol][:, unit],
            "yaxis": axis_of(number),
            "name": f"{quantity.name} ({quantity.symbol})",
            "mode": "lines+markers" if len(words) <= 60 else "lines",
            "line": {
                "color": colors[list(quantities).index(quantity)],
                "width": 2.5 if quantity.symbol in ("c", "h") else 1.5,
                "dash": "dot" if quantity.symbol in ("g", "n", "s") else "solid",
            },
            "marker": {"size": 5},
            "hovertemplate": f"{quantity.symbol} at “%{{x}}” = %{{y:.4f}}<extra></extra>",
        }
        for number, row in enumerate(rows)
        for quantity in row
    ]
    gates = {"title": {"text": "gates"}, "range": [-0.03, 1.03], "zeroline": False}
    states = {"title": {"text": "state"}, "zeroline": True}
    return word_figure(
        words,
        traces,
        [{**(gates if row[0].is_gate else states), "fixedrange": True} for row in rows],
        height=ROW_HEIGHT * len(rows) + 140,
        top=50,
        gap=0.06,
        legend=True,
    )
