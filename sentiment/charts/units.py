"""What is fixed for each unit of a layer, whatever it reads."""

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import palette

BINS = 40


def unit_histogram(name: str, values: np.ndarray, *, dark: bool = False) -> alt.Chart:
    """How many units have which value; values (units,)."""
    counts, edges = np.histogram(values, bins=BINS)
    data = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "units": counts})
    return (
        alt.Chart(data)
        .mark_bar(color=palette.positive(dark))
        .encode(
            x=alt.X("from:Q", bin="binned", title=name, scale=alt.Scale(zero=False, nice=False)),
            x2="to:Q",
            y=alt.Y("units:Q", title="units"),
            tooltip=[
                alt.Tooltip("from:Q", format=".3f"),
                alt.Tooltip("to:Q", format=".3f"),
                "units:Q",
            ],
        )
        .properties(height=180)
    )
