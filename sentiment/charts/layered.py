"""Parts of Altair charts: the type of layered charts, colors with a legend, a dashed line.

A module of its own: the Home page draws with Plotly alone, and Altair takes long to load.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from sentiment.charts import palette

Layered = alt.LayerChart | alt.FacetChart
LEGEND_CHARACTERS, SYMBOL = 42, 4  # of a line on a phone; what a symbol takes of it


def series_color(field: str, colors: Mapping[str, str], **legend: Any) -> alt.Color:
    """The colors of series by their names, with a legend above the chart."""
    return alt.Color(
        field,
        title=None,
        scale=alt.Scale(domain=list(colors), range=list(colors.values())),
        legend=alt.Legend(orient="top", **legend),
    )


def dashed_line(field: str, value: float, *, dash: Sequence[int] = (4, 3)) -> alt.Chart:
    """A gray dashed line across a chart at a `value` of its vertical axis."""
    return (
        alt.Chart(pd.DataFrame({field: [value]}))
        .mark_rule(color=palette.GREY, strokeDash=list(dash))
        .encode(y=f"{field}:Q")
    )


def legend_of(names: Sequence[str]) -> alt.Legend:
    """A legend above a chart, in as many columns as fit on a phone."""
    columns = LEGEND_CHARACTERS // (max(map(len, names)) + SYMBOL)
    fits = sum(map(len, names)) + SYMBOL * len(names) <= LEGEND_CHARACTERS
    return alt.Legend(
        orient="top", labelLimit=260, columns=alt.Undefined if fits else max(columns, 1)
    )
