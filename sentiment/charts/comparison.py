"""Comparison of models: accuracy with intervals, by length, by distance."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from sentiment.charts import palette
from sentiment.charts.layered import Layered
from sentiment.evaluation.shipped_tables import MemoryResult


def accuracy_intervals(
    rows: Sequence[dict[str, Any]],
    seeds: Mapping[str, Sequence[dict[str, Any]]],
    *,
    dark: bool = False,
) -> Layered:
    """Test accuracy of each model with its 95% confidence interval; rings: other seeds.

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
    color = alt.Color("architecture:N", legend=None, scale=_colors(data["architecture"], dark))
    y = alt.Y("model:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    x = alt.X(
        "accuracy:Q",
        title="accuracy",
        scale=alt.Scale(zero=False),
        axis=alt.Axis(format=".1%", tickCount=8),
    )
    base = alt.Chart(data).encode(y=y)
    bars = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("accuracy_low:Q", scale=alt.Scale(zero=False)), x2="accuracy_high:Q", color=color
    )
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=x,
        color=color,
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
    # An empty layer would be an image without a name for screen readers.
    layers = [bars, points] if rings.empty else [bars, points, others]
    return alt.layer(*layers).properties(height=60 + 34 * len(order))


def table_frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The rows of `comparison.table_row`, with shares in percent."""
    frame = pd.DataFrame(rows).drop(columns="architecture")
    for share in ("accuracy", "accuracy_low", "accuracy_high", "calibration_error"):
        frame[share] = 100 * frame[share].astype(float)
    for score in ("macro_f1", "auc"):
        frame[score] = frame[score].astype(float)  # None as NaN, which is shown as an empty cell
    return frame


def accuracy_by_length(
    bins: Mapping[str, Sequence[Any]], architectures: Mapping[str, str], *, dark: bool = False
) -> Layered:
    """Accuracy by review length, one line per model, with 95% bands.

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
    color = _model_colors(bins, architectures, dark)
    base = alt.Chart(data)
    bands = base.mark_area(opacity=0.08).encode(
        x=x,
        y=alt.Y("low:Q", title="accuracy"),
        y2="high:Q",
        color=_model_colors(bins, architectures, dark, legend=False),
    )
    lines = base.mark_line(strokeWidth=2, point=True).encode(
        x=x,
        y=alt.Y(
            "accuracy:Q",
            title="accuracy",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(format=".0%"),
        ),
        color=color,
        strokeDash=_model_dashes(bins, architectures),
        tooltip=[
            "model:N",
            "words:N",
            alt.Tooltip("reviews:Q", format=",d"),
            alt.Tooltip("accuracy:Q", format=".2%"),
        ],
    )
    # Independent color scales, or the legend would have the opacity of the bands.
    return (
        alt.layer(bands, lines)
        .resolve_scale(color="independent", strokeDash="independent")
        .properties(height=380)
    )


def memory_grid(results: Sequence[MemoryResult], *, dark: bool = False) -> Layered:
    """The memory task: one row per architecture, one column per number of distractors.

    Colors show the mean accuracy over seeds.
    """
    data = pd.DataFrame(results)
    cells = data.groupby(["contender", "distractors"], sort=False, as_index=False).agg(
        accuracy=("accuracy", "mean"),
        worst=("accuracy", "min"),
        best=("accuracy", "max"),
        steps=("steps", "mean"),
    )
    cells["strong"] = cells["accuracy"] > 0.8
    base = alt.Chart(cells).encode(
        x=alt.X(
            "distractors:O",
            title="distractors between the token and the prediction",
            axis=alt.Axis(labelAngle=0, format=",d", orient="top"),
        ),
        y=alt.Y(
            "contender:N",
            title=None,
            # Variants with a note, such as open gates, first.
            sort=sorted(dict.fromkeys(data["contender"]), key=lambda name: not name.endswith(")")),
            axis=alt.Axis(labelLimit=220),
        ),
    )
    colors = [str(color) for _, color in palette.sequential(dark)]
    grid = base.mark_rect(stroke="white", strokeOpacity=0.15).encode(
        color=alt.Color(
            "accuracy:Q",
            legend=None,
            scale=alt.Scale(domain=[0.5, 0.67, 0.84, 1], range=colors, clamp=True),
        ),
        tooltip=[
            alt.Tooltip("contender:N"),
            alt.Tooltip("distractors:Q", format=",d"),
            alt.Tooltip("accuracy:Q", title="mean accuracy", format=".1%"),
            alt.Tooltip("worst:Q", title="worst seed", format=".1%"),
            alt.Tooltip("best:Q", title="best seed", format=".1%"),
            alt.Tooltip("steps:Q", title="training steps", format=",.0f"),
        ],
    )
    light, deep = ("#0E1116", "#E6EBF1") if dark else ("#FFFFFF", "#1F2430")
    numbers = base.mark_text(fontSize=13).encode(
        text=alt.Text("accuracy:Q", format=".0%"),
        color=alt.Color(
            "strong:N", legend=None, scale=alt.Scale(domain=[True, False], range=[light, deep])
        ),
    )
    rows = cells["contender"].nunique()
    layers = alt.layer(grid, numbers).resolve_scale(color="independent")
    return layers.properties(height=40 + 34 * rows)


def _colors(architectures: Any, dark: bool) -> alt.Scale:
    names = list(dict.fromkeys(architectures))
    return alt.Scale(domain=names, range=[palette.architecture(name, dark) for name in names])


def _model_colors(
    models: Any, architectures: Mapping[str, str], dark: bool, *, legend: bool = True
) -> alt.Color:
    names = list(models)
    colors = [palette.architecture(architectures[name], dark) for name in names]
    return alt.Color(
        "model:N",
        title=None,
        scale=alt.Scale(domain=names, range=colors),
        legend=alt.Legend(
            orient="top", columns=2, labelLimit=220, symbolType="stroke", symbolOpacity=1
        )
        if legend
        else None,
    )


def _model_dashes(models: Any, architectures: Mapping[str, str]) -> alt.StrokeDash:
    names = list(models)
    strokes: list[Any] = [palette.stroke(architectures[name]) for name in names]
    return alt.StrokeDash("model:N", title=None, scale=alt.Scale(domain=names, range=strokes))
