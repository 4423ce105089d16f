"""Charts of an evaluation: confusion matrix, threshold curves, calibration."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import palette
from sentiment.charts.layered import Layered, series_color
from sentiment.corpus.classes import Classes
from sentiment.evaluation.metrics import CalibrationBin
from sentiment.wording import both_ends, counted

HEIGHT, LEGEND = 260, 50  # pixels
FEW_CLASSES, MOST_NUMBERED = 3, 8  # with large numbers; with numbers at all
LONGEST_LEVEL = 10  # characters of a name that is not drawn at an angle
MEASURES = ("precision", "recall", "F1")
SHARES: dict[str, Any] = {  # of an axis
    "scale": alt.Scale(domain=[0, 1]),
    "axis": alt.Axis(format="~%", tickCount=5),
}


def confusion_chart(
    confusion: Sequence[Sequence[int]], classes: Classes, *, dark: bool = False
) -> Layered:
    """Reviews by label (rows) and prediction, with their share of the label's reviews.

    Strong colors are large shares; numbers are drawn for at most MOST_NUMBERED classes.
    """
    counts = np.asarray(confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    data = pd.DataFrame(
        [
            {
                "is": label,
                "predicted": predicted,
                "reviews": int(counts[row, column]),
                "share": float(shares[row, column]),
                "verdict": "right" if row == column else "wrong",
            }
            for row, label in enumerate(classes.names)
            for column, predicted in enumerate(classes.names)
        ]
    )
    narrow = len(classes) <= FEW_CLASSES
    level = narrow and max(map(len, classes.names)) <= LONGEST_LEVEL
    base = alt.Chart(data).encode(
        x=alt.X(
            "predicted:N",
            title="predicted label",
            sort=list(classes.names),
            axis=alt.Axis(
                labelAngle=0 if level else -40,
                labelLimit=90,
                labelOverlap=level or len(classes) > MOST_NUMBERED,
            ),
        ),
        y=alt.Y("is:N", title="label", sort=list(classes.names), axis=alt.Axis(labelLimit=90)),
    )
    # Not the colors of the classes: a correct cell is of any class.
    green, amber = palette.named("green", dark), palette.named("amber", dark)
    cells = base.mark_rect().encode(
        color=alt.Color(
            "verdict:N",
            legend=None,
            scale=alt.Scale(domain=["right", "wrong"], range=[green, amber]),
        ),
        opacity=alt.Opacity(
            "share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.06, 0.6])
        ),
        tooltip=[
            alt.Tooltip("is:N", title="label"),
            alt.Tooltip("predicted:N", title="predicted"),
            alt.Tooltip("reviews:Q", format=",d"),
            alt.Tooltip("share:Q", title="share of the label", format=".1%"),
        ],
    )
    layers = [cells]
    if len(classes) <= MOST_NUMBERED:
        large, small = (18, 12) if narrow else (12, 10)
        color = palette.accent(dark)
        layers += [
            base.mark_text(fontSize=large, fontWeight="bold", dy=-small / 2, color=color).encode(
                text=alt.Text("reviews:Q", format=",d")
            ),
            base.mark_text(fontSize=small, dy=large / 2 + 3, color=color).encode(
                text=alt.Text("share:Q", format=".0%")
            ),
        ]
    return alt.layer(*layers).properties(height=max(HEIGHT, 44 * min(len(classes), 12)))


def confusion_finding(confusion: Sequence[Sequence[int]], classes: Classes) -> str:
    """What a confusion matrix shows, in sentences."""
    return " ".join(
        f"Of {counted(sum(row), 'review')} labelled {name}, {row[code]:,} are predicted as {name}."
        for code, (name, row) in enumerate(zip(classes.names, confusion, strict=True))
    )


def threshold_curve(
    points: np.ndarray, x: str, y: str, *, chance: bool, dark: bool = False
) -> Layered:
    """A curve over thresholds, (points, 2), in shares; chance: add the line of random guessing."""
    curve = (
        alt.Chart(pd.DataFrame(points, columns=["x", "y"]).assign(order=range(len(points))))
        .mark_line(color=palette.positive(dark), strokeWidth=2)
        .encode(
            x=alt.X("x:Q", title=x, **SHARES),
            y=alt.Y("y:Q", title=y, **SHARES),
            order="order:Q",
            tooltip=[
                alt.Tooltip("x:Q", title=x, format=".1%"),
                alt.Tooltip("y:Q", title=y, format=".1%"),
            ],
        )
    )
    layers: list[alt.Chart] = [_diagonal(), curve] if chance else [curve]
    return alt.layer(*layers, height=HEIGHT)


def threshold_measures(points: np.ndarray, of: str, *, dark: bool = False) -> Layered:
    """Precision, recall and F1 over thresholds; points: (points, 4), the threshold first."""
    wide = pd.DataFrame(points, columns=["threshold", *MEASURES])
    data = wide.melt("threshold", var_name="measure", value_name="share")
    colors = dict(zip(MEASURES, palette.distinct_colors(len(MEASURES), dark), strict=True))
    return (
        alt.Chart(data)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("threshold:Q", title=f"least probability of {both_ends(of)}", **SHARES),
            y=alt.Y("share:Q", title=None, **SHARES),
            color=series_color("measure:N", colors),
            strokeDash=alt.StrokeDash(
                "measure:N",
                legend=None,
                scale=alt.Scale(domain=list(MEASURES), range=[[1, 0], [6, 4], [2, 3]]),
            ),
            tooltip=[
                "measure:N",
                alt.Tooltip("threshold:Q", title=f"least probability of {of}", format=".1%"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(height=HEIGHT + LEGEND)
    )


def calibration_plot(
    bins: Sequence[CalibrationBin], observed: str, *, dark: bool = False
) -> Layered:
    """The share `observed` by predicted probability; the diagonal is perfect calibration."""
    data = pd.DataFrame([vars(entry) for entry in bins])
    base = alt.Chart(data).encode(
        x=alt.X("predicted:Q", title="predicted probability", **SHARES),
        tooltip=[
            alt.Tooltip("predicted:Q", title="predicted probability", format=".1%"),
            alt.Tooltip("observed:Q", title=observed, format=".1%"),
            alt.Tooltip("reviews:Q", format=",d"),
        ],
    )
    spread = base.mark_rule(color=palette.positive(dark), opacity=0.5).encode(
        y=alt.Y("low:Q", title=None), y2="high:Q"
    )
    points = base.mark_point(filled=True, opacity=1, color=palette.positive(dark)).encode(
        y=alt.Y("observed:Q", title=observed, **SHARES),
        size=alt.Size("reviews:Q", legend=None, scale=alt.Scale(range=[30, 250])),
    )
    return alt.layer(_diagonal(), spread, points, height=HEIGHT)


def _diagonal() -> alt.Chart:
    ends = pd.DataFrame({"x": [0, 1], "y": [0, 1]})
    return (
        alt.Chart(ends)
        .mark_line(color=palette.GREY, strokeDash=[4, 4], strokeWidth=1)
        .encode(x="x:Q", y="y:Q")
    )
