"""Weights of the units of a layer."""

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import palette

BINS = 40


def unit_histogram(name: str, values: np.ndarray, *, dark: bool = False) -> alt.Chart:
    """Histogram of one value per unit; values (units,)."""
    counts, edges = np.histogram(values, bins=BINS)
    data = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "units": counts})
    return (
        alt.Chart(data)
        .mark_bar(color=palette.positive(dark))
        .encode(
            x=alt.X(
                "from:Q",
                bin="binned",
                title=name,
                scale=alt.Scale(zero=False, nice=False),
                axis=alt.Axis(tickCount=8),
            ),
            x2="to:Q",
            y=alt.Y("units:Q", title="units", axis=alt.Axis(tickMinStep=1)),
            tooltip=[
                alt.Tooltip("from:Q", format=".3f"),
                alt.Tooltip("to:Q", format=".3f"),
                "units:Q",
            ],
        )
        .properties(height=180)
    )
