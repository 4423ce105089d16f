"""The type of charts that `alt.layer` returns, and the legend of series with names of any length.

A module of its own: the Home page draws with Plotly alone, and Altair takes long to load.
"""

from collections.abc import Sequence

import altair as alt

Layered = alt.LayerChart | alt.FacetChart
LEGEND_CHARACTERS, SYMBOL = 42, 4  # of a line on a phone; what a symbol takes of it


def legend_of(names: Sequence[str]) -> alt.Legend:
    """A legend above a chart, in as many columns as fit on a phone."""
    columns = LEGEND_CHARACTERS // (max(map(len, names)) + SYMBOL)
    fits = sum(map(len, names)) + SYMBOL * len(names) <= LEGEND_CHARACTERS
    return alt.Legend(
        orient="top", labelLimit=260, columns=alt.Undefined if fits else max(columns, 1)
    )
