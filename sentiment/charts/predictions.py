"""The predictions for a file: rows per class, and the distribution of each probability."""

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import palette
from sentiment.charts.layered import Layered
from sentiment.corpus.classes import Classes
from sentiment.wording import both_ends

ROW = 30  # pixels per class
HEIGHT = 130  # of a histogram


def label_bars(counts: np.ndarray, classes: Classes, *, dark: bool = False) -> Layered:
    """Rows by predicted class, with their share; counts: (classes,)."""
    total = max(int(counts.sum()), 1)
    data = pd.DataFrame(
        {
            "class": classes.names,
            "rows": counts,
            "share": counts / total,
            "text": [f"{count:,} ({count / total:.1%})" for count in counts.tolist()],
        }
    )
    base = alt.Chart(data).encode(
        y=alt.Y("class:N", title=None, sort=None, axis=alt.Axis(labelLimit=120)),
        x=alt.X("rows:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.35 * counts.max()])),
        tooltip=[
            alt.Tooltip("class:N"),
            alt.Tooltip("rows:Q", format=",d"),
            alt.Tooltip("share:Q", format=".1%"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=3).encode(
        color=alt.Color(
            "class:N",
            legend=None,
            scale=alt.Scale(domain=list(classes.names), range=palette.class_colors(classes, dark)),
        )
    )
    texts = base.mark_text(align="left", dx=6, color=palette.accent(dark)).encode(text="text:N")
    return alt.layer(bars, texts, height=ROW * len(classes) + 10)


def probability_histogram(
    bins: np.ndarray, classes: Classes, code: int, *, dark: bool = False
) -> alt.Chart:
    """Rows by the probability of the class `code`; bins: (bins,) of equal width from 0 to 1.

    Of two classes, the bars have the color of the one that is predicted.
    """
    colors, edges = palette.class_colors(classes, dark), np.linspace(0, 1, len(bins) + 1)
    below = next((other for other in classes.codes if other not in classes.shown), code)
    data = pd.DataFrame(
        {
            "from": edges[:-1],
            "to": edges[1:],
            "rows": bins,
            "color": [colors[below if end <= 0.5 else code] for end in edges[1:]],
        }
    )
    return (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=alt.X(
                "from:Q",
                title=f"probability of {both_ends(classes.name(code))}",
                bin="binned",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="~%", values=[0, 0.25, 0.5, 0.75, 1]),
            ),
            x2="to:Q",
            y=alt.Y("rows:Q", title="rows", axis=alt.Axis(tickCount=3, tickMinStep=1, format="~s")),
            color=alt.Color("color:N", legend=None, scale=None),
            tooltip=[
                alt.Tooltip("from:Q", format=".0%"),
                alt.Tooltip("to:Q", format=".0%"),
                alt.Tooltip("rows:Q", format=",d"),
            ],
        )
        .properties(height=HEIGHT)
    )
