"""Charts of the Learn page."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from sentiment.charts import palette


def split_bars(sizes: Mapping[str, int]) -> alt.Chart:
    """One stacked bar of the reviews of each split."""
    total = max(sum(sizes.values()), 1)
    rows = [
        {"split": name, "reviews": count, "share": count / total, "order": order, "row": "reviews"}
        for order, (name, count) in enumerate(sizes.items())
    ]
    return (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar(height={"band": 0.9})
        .encode(
            x=alt.X(
                "share:Q",
                title="share of the reviews",
                scale=alt.Scale(domain=[0, 1], nice=False),
                axis=alt.Axis(format="~%", grid=False),
            ),
            y=alt.Y("row:N", axis=None),
            color=alt.Color(
                "split:N",
                title=None,
                sort=list(sizes),
                scale=alt.Scale(
                    domain=list(sizes),
                    range=[palette.GREY, palette.AMBER, palette.PURPLE],
                ),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("split:N"),
                alt.Tooltip("reviews:Q", format=",d"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(height=200)
    )
