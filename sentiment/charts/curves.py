"""Training curves."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import palette
from sentiment.charts.class_curves import drawn_classes
from sentiment.charts.layered import Layered, legend_of, series_color
from sentiment.corpus.classes import Classes
from sentiment.wording import both_ends

MAX_POINTS = 600  # of the training curve
MACRO_F1 = "valid, macro-F1"


def thinned(events: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Evenly spaced events, as many as a curve draws. A page thins events before it looks for a
    chart that is drawn already, since it compares their content."""
    return events[:: max(1, len(events) // MAX_POINTS)]


def _rows(events: Sequence[dict[str, Any]], measure: str, **more: str) -> list[dict[str, Any]]:
    """`measure` of the events that have it, thinned, with `more` columns."""
    return [
        {"step": event["step"], "value": event[measure], **more}
        for event in thinned(events)
        if measure in event
    ]


def _step_axis() -> alt.X:
    axis = alt.Axis(grid=False, tickMinStep=1, format=",d")
    return alt.X("step:Q", title="step", axis=axis)


def _measure_axis(measure: str) -> alt.Y:
    return alt.Y(
        "value:Q",
        title=_title(measure),
        scale=alt.Scale(zero=True) if measure == "loss" else alt.Scale(zero=False, domainMax=1),
        axis=alt.Axis(format="~%" if measure == "accuracy" else ".2f"),
    )


def _measure_tooltip(measure: str) -> alt.Tooltip:
    digits = ".2%" if measure == "accuracy" else ".4f"
    return alt.Tooltip("value:Q", title=_title(measure), format=digits)


def _title(measure: str) -> str:
    return measure.replace("_f1", "-F1")


def training_curve(
    steps: Sequence[dict[str, Any]],
    epochs: Sequence[dict[str, Any]],
    measure: str,
    *,
    macro_f1: bool = False,
    dark: bool = False,
) -> Layered:
    """Training `measure` ("loss" or "accuracy") over steps, and validation after each epoch.

    steps, epochs: StepEvent and EpochEvent as dictionaries, in order. macro_f1: also draw that of
    the validation.
    """
    train = _rows(steps, measure, part="train")
    valid = _rows(epochs, f"valid_{measure}", part="valid")
    colors = {"train": palette.positive(dark), "valid": palette.negative(dark)}
    if macro_f1:
        colors[MACRO_F1] = palette.named("green", dark)
        valid += _rows(epochs, "valid_macro_f1", part=MACRO_F1)
    data = pd.DataFrame(train + valid, columns=["step", "value", "part"])
    base = alt.Chart(data).encode(
        x=_step_axis(),
        y=_measure_axis(measure),
        color=series_color("part:N", colors),
        tooltip=[
            alt.Tooltip("part:N"),
            alt.Tooltip("step:Q", format=",d"),
            _measure_tooltip(measure),
        ],
    )
    line = base.transform_filter(alt.datum.part == "train").mark_line(strokeWidth=1.5)
    validation = base.transform_filter(alt.datum.part != "train")
    points = validation.mark_point(size=70, filled=True, opacity=1)
    return alt.layer(line, validation.mark_line(strokeDash=[5, 3]), points, height=260)


def step_curve(
    steps: Sequence[dict[str, Any]], measure: str, title: str, *, log: bool = False
) -> alt.Chart:
    """One measure of the StepEvents over steps, such as the gradient norm."""
    # A logarithmic axis has no zero.
    rows = [row for row in _rows(steps, measure) if row["value"] > 0 or not log]
    data = pd.DataFrame(rows, columns=["step", "value"])
    return (
        alt.Chart(data)
        .mark_line(strokeWidth=1.5, color=palette.GREY)
        .encode(
            x=_step_axis(),
            y=alt.Y(
                "value:Q",
                title=title,
                scale=alt.Scale(type="log") if log else alt.Scale(zero=True),
                axis=alt.Axis(format=".2~g", tickCount=4),
            ),
            tooltip=[
                alt.Tooltip("step:Q", format=",d"),
                alt.Tooltip("value:Q", title=title, format=".4~g"),
            ],
        )
        .properties(height=150)
    )


def overlaid_curves(
    runs: Mapping[str, Mapping[str, Sequence[dict[str, Any]]]], measure: str, *, dark: bool = False
) -> Layered:
    """`measure` ("loss", "accuracy" or "macro_f1") of several runs over steps, one color per run.

    runs: events by kind, by the name shown. Thin lines are training, which has no macro-F1; points
    are validation.
    """
    train, valid = [], []
    for name, events in runs.items():
        train += _rows(events.get("StepEvent", []), measure, run=name)
        valid += _rows(events.get("EpochEvent", []), f"valid_{measure}", run=name)

    def chart(rows: list[dict[str, Any]]) -> alt.Chart:
        return alt.Chart(pd.DataFrame(rows, columns=["step", "value", "run"])).encode(
            x=_step_axis(),
            y=_measure_axis(measure),
            color=alt.Color(
                "run:N",
                title=None,
                sort=list(runs),
                scale=alt.Scale(domain=list(runs), range=palette.distinct_colors(len(runs), dark)),
                legend=alt.Legend(orient="top", columns=2, labelLimit=420),
            ),
            tooltip=["run:N", alt.Tooltip("step:Q", format=",d"), _measure_tooltip(measure)],
        )

    lines = chart(train).mark_line(strokeWidth=1, opacity=0.45)
    validation = chart(valid)
    return alt.layer(
        lines,
        validation.mark_line(strokeWidth=2),
        validation.mark_point(size=60, filled=True, opacity=1),
        height=380,
    )


def probability_over_training(
    steps: Sequence[int],
    probabilities: np.ndarray,
    classes: Classes,
    label: int,
    step: int,
    *,
    dark: bool = False,
) -> Layered:
    """Probability of each shown class of a pinned review over steps, with `step` marked.

    The line of the class `label` is strong. probabilities: (steps, classes).
    """
    lines = [
        line
        for line in drawn_classes(classes, probabilities, label, dark=dark)
        if line.code in classes.shown or line.code < 0
    ]
    names = [line.name for line in lines]
    data = pd.DataFrame(
        [
            {"step": at, "class": line.name, "probability": value, "strong": line.code == label}
            for line in lines
            for at, value in zip(steps, line.values.tolist(), strict=True)
        ]
    )
    several = len(names) > 1
    base = alt.Chart(data).encode(
        x=_step_axis(),
        y=alt.Y(
            "probability:Q",
            title="probability" if several else f"P({both_ends(names[0])})",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="~%", values=[0, 0.5, 1]),
        ),
        color=alt.Color(
            "class:N",
            title=None,
            scale=alt.Scale(domain=names, range=[line.color for line in lines]),
            legend=legend_of(names) if several else None,
        ),
        tooltip=[
            "class:N",
            alt.Tooltip("step:Q", format=",d"),
            alt.Tooltip("probability:Q", format=".1%"),
        ],
    )
    now = base.transform_filter(alt.datum.step == step)
    return alt.layer(
        base.mark_line(point=True).encode(
            strokeWidth=alt.StrokeWidthValue(1.5, condition={"test": "datum.strong", "value": 3})
        ),
        now.mark_point(filled=True, opacity=1).encode(
            size=alt.SizeValue(60, condition={"test": "datum.strong", "value": 160})
        ),
    ).properties(height=260 if several else 170)
