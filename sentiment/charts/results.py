"""Charts of an evaluation: confusion matrix, threshold curves, calibration."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import Layered, palette
from sentiment.corpus.classes import Classes
from sentiment.evaluation.metrics import CalibrationBin

HEIGHT = 260  # pixels


def confusion_matrix(figures: dict[str, Any], classes: Classes, *, dark: bool = False) -> Layered:
    """Reviews by label and prediction; figures: an Evaluation as a dictionary."""
    data = pd.DataFrame(
        [
            (label, predicted, reviews, "right" if label == predicted else "wrong")
            for label, row in zip(classes.names, figures["confusion"], strict=True)
            for predicted, reviews in zip(classes.names, row, strict=True)
        ],
        columns=["is", "predicted", "reviews", "verdict"],
    )
    base = alt.Chart(data).encode(
        x=alt.X("predicted:N", title="predicted label", sort=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("is:N", title="label", sort=None),
    )
    # Not the colors of Positive and Negative: a correct cell is of either class.
    green, amber = palette.named("green", dark), palette.named("amber", dark)
    cells = base.mark_rect(opacity=0.35).encode(
        color=alt.Color(
            "verdict:N",
            legend=None,
            scale=alt.Scale(domain=["right", "wrong"], range=[green, amber]),
        ),
        tooltip=[
            alt.Tooltip("is:N", title="label"),
            alt.Tooltip("predicted:N", title="predicted"),
            alt.Tooltip("reviews:Q", format=",d"),
        ],
    )
    numbers = base.mark_text(fontSize=18, fontWeight="bold", color=palette.accent(dark)).encode(
        text=alt.Text("reviews:Q", format=",d")
    )
    return alt.layer(cells, numbers).properties(height=HEIGHT)


def threshold_curve(
    points: np.ndarray, x: str, y: str, *, chance: bool, dark: bool = False
) -> Layered:
    """A curve over thresholds, (points, 2), in shares; chance: add the line of random guessing."""
    shares = alt.Scale(domain=[0, 1])
    curve = (
        alt.Chart(pd.DataFrame(points, columns=["x", "y"]).assign(order=range(len(points))))
        .mark_line(color=palette.positive(dark), strokeWidth=2)
        .encode(
            x=alt.X("x:Q", title=x, scale=shares, axis=alt.Axis(format="%", tickCount=5)),
            y=alt.Y("y:Q", title=y, scale=shares, axis=alt.Axis(format="%", tickCount=5)),
            order="order:Q",
            tooltip=[
                alt.Tooltip("x:Q", title=x, format=".1%"),
                alt.Tooltip("y:Q", title=y, format=".1%"),
            ],
        )
    )
    layers: list[alt.Chart] = [_diagonal(), curve] if chance else [curve]
    return alt.layer(*layers).properties(height=HEIGHT)


def calibration_plot(bins: Sequence[CalibrationBin], *, dark: bool = False) -> Layered:
    """Share of Positive reviews by predicted probability; the diagonal is perfect calibration."""
    data = pd.DataFrame([vars(entry) for entry in bins])
    base = alt.Chart(data).encode(
        x=alt.X(
            "predicted:Q",
            title="predicted probability",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=5),
        ),
        tooltip=[
            alt.Tooltip("predicted:Q", title="predicted probability", format=".1%"),
            alt.Tooltip("observed:Q", title="observed share of Positive", format=".1%"),
            alt.Tooltip("reviews:Q", format=",d"),
        ],
    )
    spread = base.mark_rule(color=palette.positive(dark), opacity=0.5).encode(
        y=alt.Y("low:Q", title=None), y2="high:Q"
    )
    points = base.mark_point(filled=True, opacity=1, color=palette.positive(dark)).encode(
        y=alt.Y(
            "observed:Q",
            title="observed share of Positive",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=5),
        ),
        size=alt.Size("reviews:Q", legend=None, scale=alt.Scale(range=[30, 250])),
    )
    return alt.layer(_diagonal(), spread, points).properties(height=HEIGHT)


def _diagonal() -> alt.Chart:
    ends = pd.DataFrame({"x": [0, 1], "y": [0, 1]})
    return (
        alt.Chart(ends)
        .mark_line(color=palette.GREY, strokeDash=[4, 4], strokeWidth=1)
        .encode(x="x:Q", y="y:Q")
    )
