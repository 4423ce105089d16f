"""Figures of many models: accuracy with intervals, by length, by distance."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from sentiment.charts import Layered, palette


def accuracy_intervals(
    rows: Sequence[dict[str, Any]],
    seeds: Mapping[str, Sequence[dict[str, Any]]],
    *,
    dark: bool = False,
) -> Layered:
    """Test accuracy of each model with its 95 % interval, and its other seeds as rings.

    rows: of `comparison.table_row`; seeds: model -> figures with "accuracy" and "seed".
    """
    order = [row["model"] for row in sorted(rows, key=lambda row: -row["accuracy"])]
    data = pd.DataFrame(rows)
    rings = pd.DataFrame(
        [
            {"model": model, "accuracy": figure["accuracy"], "seed": figure["seed"]}
            for model, figures in seeds.items()
            for figure in figures
        ],
        columns=["model", "accuracy", "seed"],
    )
    colour = alt.Color("architecture:N", legend=None, scale=_colours(data["architecture"], dark))
    y = alt.Y("model:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    x = alt.X(
        "accuracy:Q",
        title="accuracy on the test part",
        scale=alt.Scale(zero=False),
        axis=alt.Axis(format=".0%"),
    )
    base = alt.Chart(data).encode(y=y)
    bars = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("accuracy_low:Q", scale=alt.Scale(zero=False)), x2="accuracy_high:Q", color=colour
    )
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=x,
        color=colour,
        tooltip=[
            "model:N",
            alt.Tooltip("accuracy:Q", format=".2%"),
            alt.Tooltip("accuracy_low:Q", title="from", format=".2%"),
            alt.Tooltip("accuracy_high:Q", title="to", format=".2%"),
        ],
    )
    others = (
        alt.Chart(rings)
        .mark_point(size=70, filled=False, strokeWidth=1.5, color=palette.accent(dark))
        .encode(
            x=x,
            y=y,
            tooltip=["model:N", "seed:Q", alt.Tooltip("accuracy:Q", format=".2%")],
        )
    )
    return alt.layer(bars, points, others).properties(height=60 + 34 * len(order))


def accuracy_by_length(
    bins: Mapping[str, Sequence[Any]], architectures: Mapping[str, str], *, dark: bool = False
) -> Layered:
    """A line a model over bins of review length, with 95 % bands.

    bins: model -> its LengthBins; architectures: model -> architecture.
    """
    data = pd.DataFrame(
        [
            {
                "model": model,
                "architecture": architectures[model],
                "words": part.title,
                "from": part.low,
                "reviews": part.reviews,
                "accuracy": part.accuracy,
                "low": part.accuracy_low,
                "high": part.accuracy_high,
            }
            for model, parts in bins.items()
            for part in parts
        ]
    )
    titles = list(dict.fromkeys(data.sort_values("from")["words"]))
    x = alt.X("words:O", sort=titles, title="words in the review", axis=alt.Axis(labelAngle=0))
    colour = _model_colours(bins, architectures, dark)
    base = alt.Chart(data)
    bands = base.mark_area(opacity=0.08).encode(
        x=x, y=alt.Y("low:Q", title="accuracy"), y2="high:Q", color=colour
    )
    lines = base.mark_line(strokeWidth=2, point=True).encode(
        x=x,
        y=alt.Y(
            "accuracy:Q",
            title="accuracy",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(format=".0%"),
        ),
        color=colour,
        strokeDash=_model_dashes(bins, architectures),
        tooltip=[
            "model:N",
            "words:N",
            alt.Tooltip("reviews:Q", format=",d"),
            alt.Tooltip("accuracy:Q", format=".2%"),
        ],
    )
    return alt.layer(bands, lines).properties(height=380)


def memory_curves(results: Sequence[dict[str, Any]], *, dark: bool = False) -> Layered:
    """Accuracy of the memory task over the number of distractors, a line a contender.

    results: of `MemoryResult`; where there are several seeds, their mean and each as a point.
    """
    data = pd.DataFrame(results)
    data["architecture"] = data["contender"].str.split(" ").str[0]
    contenders = list(dict.fromkeys(data["contender"]))
    architectures = dict(zip(data["contender"], data["architecture"], strict=True))
    x = alt.X(
        "distractors:Q",
        title="distractors between the token and the verdict",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(values=sorted(set(data["distractors"])), format=",d", grid=False),
    )
    y = alt.Y(
        "accuracy:Q",
        title="accuracy on fresh sequences",
        scale=alt.Scale(domain=[0.4, 1.02]),
        axis=alt.Axis(format=".0%"),
    )
    colour = _model_colours(contenders, architectures, dark, "contender")
    dashes = _model_dashes(contenders, architectures, "contender")
    base = alt.Chart(data)
    lines = base.mark_line(strokeWidth=2).encode(
        x=x,
        y=alt.Y("mean(accuracy):Q", title="accuracy on fresh sequences"),
        color=colour,
        strokeDash=dashes,
    )
    points = base.mark_point(size=50, filled=True, opacity=0.9).encode(
        x=x,
        y=y,
        color=colour,
        tooltip=[
            "contender:N",
            "distractors:Q",
            "seed:Q",
            alt.Tooltip("accuracy:Q", format=".1%"),
            alt.Tooltip("steps:Q", title="training steps", format=",d"),
        ],
    )
    guessing = (
        alt.Chart(pd.DataFrame({"accuracy": [0.5]}))
        .mark_rule(strokeDash=[4, 4], color=palette.GREY)
        .encode(y=y)
    )
    return alt.layer(guessing, lines, points).properties(height=380)


def _colours(architectures: Any, dark: bool) -> alt.Scale:
    names = list(dict.fromkeys(architectures))
    return alt.Scale(domain=names, range=[palette.architecture(name, dark) for name in names])


def _model_colours(
    models: Any, architectures: Mapping[str, str], dark: bool, field: str = "model"
) -> alt.Color:
    names = list(models)
    colours = [palette.architecture(architectures[name], dark) for name in names]
    return alt.Color(
        f"{field}:N",
        title=None,
        scale=alt.Scale(domain=names, range=colours),
        legend=alt.Legend(orient="top", columns=4, labelLimit=220),
    )


def _model_dashes(
    models: Any, architectures: Mapping[str, str], field: str = "model"
) -> alt.StrokeDash:
    names = list(models)
    strokes: list[Any] = [
        [1, 2] if "(" in name else palette.stroke(architectures[name]) for name in names
    ]
    return alt.StrokeDash(f"{field}:N", title=None, scale=alt.Scale(domain=names, range=strokes))
