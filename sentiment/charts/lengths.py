"""How long reviews are, with the cutoffs drawn in."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import Layered, palette
from sentiment.encoding.lengths import LengthHistogram

BRUSH = "cut"


def length_histogram(
    series: Mapping[str, LengthHistogram],
    *,
    low: int,
    high: int,
    upto: int,
    bin_width: int,
    log_scale: bool = False,
    dark: bool = False,
) -> Layered:
    """Reviews by number of words, one colour a series, bars outside the cutoffs faded.

    Dragging across the chart selects new cutoffs (the parameter named by BRUSH).
    low, high: shortest and longest length kept, words; upto: right end of the axis, words.
    """
    frames = []
    for name, histogram in series.items():
        edges, counts = histogram.binned(bin_width, upto)
        frames.append(pd.DataFrame({"from": edges, "reviews": counts, "series": name}))
    data = pd.concat(frames)
    data = data[data["reviews"] > 0]
    data["to"] = data["from"] + bin_width
    data["last"] = data["to"] - 1
    data["kept"] = (data["last"] >= low) & (data["from"] <= high)

    # A logarithm has no zero, so the bars of a log scale start at half a review.
    scale: Any = alt.Scale(type="log", domainMin=0.5) if log_scale else alt.Undefined
    bars = (
        alt.Chart(data)
        .mark_bar(binSpacing=0)
        .encode(
            x=alt.X(
                "from:Q",
                bin="binned",
                title="words in the review",
                scale=alt.Scale(domain=[0, upto], nice=False),
                axis=alt.Axis(format=",d", grid=False, tickCount=10),
            ),
            x2="to:Q",
            y=alt.Y("reviews:Q", title="reviews", stack=None if log_scale else "zero", scale=scale),
            color=alt.Color(
                "series:N",
                title=None,
                scale=alt.Scale(domain=list(series), range=_colours(list(series), dark)),
                legend=alt.Legend(orient="top") if len(series) > 1 else None,
            ),
            opacity=alt.condition("datum.kept", alt.value(0.9), alt.value(0.2)),
            tooltip=[
                alt.Tooltip("series:N", title="reviews that are"),
                alt.Tooltip("from:Q", title="from (words)", format=",d"),
                alt.Tooltip("last:Q", title="to (words)", format=",d"),
                alt.Tooltip("reviews:Q", title="reviews", format=",d"),
            ],
        )
        .add_params(alt.selection_interval(name=BRUSH, encodings=["x"]))
    )
    marks = pd.DataFrame(
        [(at, name) for at, name in ((low, "shortest kept"), (high, "longest kept")) if at <= upto],
        columns=["at", "what"],
    )
    rules = (
        alt.Chart(marks)
        .mark_rule(color=palette.accent(dark), strokeWidth=1.5, strokeDash=[4, 3])
        .encode(
            x="at:Q",
            tooltip=[alt.Tooltip("what:N", title="cutoff"), alt.Tooltip("at:Q", title="words")],
        )
    )
    return alt.layer(bars, rules).properties(height=320)


def sequence_length_curves(
    lengths: LengthHistogram, chosen: int, upto: int, *, dark: bool = False
) -> Layered:
    """What a sequence length costs: reviews truncated, words lost, padding; against the length."""
    candidates = np.unique(np.append(np.linspace(10, upto, 80).astype(int), chosen))
    names = {
        "truncated_share": "reviews truncated",
        "lost_words_share": "words lost",
        "padding_share": "padding",
    }
    rows = [
        {"length": length, "share": getattr(effect, field), "what": what}
        for length, effect in ((int(n), lengths.fitted_to(int(n))) for n in candidates)
        for field, what in names.items()
    ]
    data = pd.DataFrame(rows)
    colours = [palette.negative(dark), palette.GREEN, palette.positive(dark)]
    base = alt.Chart(data).encode(
        x=alt.X(
            "length:Q",
            title="sequence length (words)",
            scale=alt.Scale(domain=[0, upto], nice=False),
            axis=alt.Axis(grid=False),
        ),
        y=alt.Y(
            "share:Q", title="share", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])
        ),
        color=alt.Color(
            "what:N",
            title=None,
            scale=alt.Scale(domain=list(names.values()), range=colours),
            legend=alt.Legend(orient="top", symbolType="stroke", symbolStrokeWidth=3),
        ),
        tooltip=[
            alt.Tooltip("length:Q", title="sequence length"),
            alt.Tooltip("what:N", title="share of"),
            alt.Tooltip("share:Q", format=".1%"),
        ],
    )
    here = base.transform_filter(alt.datum.length == chosen).mark_point(size=80, filled=True)
    rule = (
        alt.Chart(pd.DataFrame({"length": [chosen]}))
        .mark_rule(color=palette.accent(dark), strokeDash=[4, 3])
        .encode(x="length:Q")
    )
    return alt.layer(base.mark_line(), rule, here).properties(height=260)


def _colours(series: Sequence[str], dark: bool) -> list[str]:
    by_name = {"Positive": palette.positive(dark), "Negative": palette.negative(dark)}
    others = iter([palette.GREEN, palette.PURPLE, palette.AMBER, palette.GREY])
    return [
        palette.GREY if name == "unlabelled" else by_name.get(name) or next(others)
        for name in series
    ]
