"""Training, as it happens."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from sentiment.charts import Layered, palette

MAX_POINTS = 600  # of the training curve; more cannot be told apart on a screen


def training_curve(
    steps: Sequence[dict[str, Any]],
    epochs: Sequence[dict[str, Any]],
    measure: str,
    *,
    dark: bool = False,
) -> Layered:
    """Training `measure` ("loss" or "accuracy") over steps, and validation after each epoch.

    steps, epochs: StepEvent and EpochEvent as dictionaries, in order.
    """
    every = max(1, len(steps) // MAX_POINTS)
    train = [
        {"step": event["step"], "value": event[measure], "part": "train"}
        for event in steps[::every]
    ]
    valid = [
        {"step": event["step"], "value": event[f"valid_{measure}"], "part": "valid"}
        for event in epochs
    ]
    data = pd.DataFrame(train + valid, columns=["step", "value", "part"])
    share = measure == "accuracy"
    base = alt.Chart(data).encode(
        x=alt.X("step:Q", title="step", axis=alt.Axis(grid=False, tickMinStep=1, format=",d")),
        y=alt.Y(
            "value:Q",
            title=measure,
            scale=alt.Scale(zero=False, domainMax=1) if share else alt.Scale(zero=True),
            axis=alt.Axis(format="%" if share else ".2f"),
        ),
        color=alt.Color(
            "part:N",
            title=None,
            scale=alt.Scale(
                domain=["train", "valid"], range=[palette.positive(dark), palette.negative(dark)]
            ),
            legend=alt.Legend(orient="top"),
        ),
        tooltip=[
            alt.Tooltip("part:N"),
            alt.Tooltip("step:Q", format=",d"),
            alt.Tooltip("value:Q", title=measure, format=".2%" if share else ".4f"),
        ],
    )
    line = base.transform_filter(alt.datum.part == "train").mark_line(strokeWidth=1.5)
    validation = base.transform_filter(alt.datum.part == "valid")
    points = validation.mark_point(size=70, filled=True, opacity=1)
    return alt.layer(line, validation.mark_line(strokeDash=[5, 3]), points).properties(height=260)


def confusion_matrix(figures: dict[str, Any], *, dark: bool = False) -> Layered:
    """Reviews by what they are and what the model said; figures: an Evaluation as a dictionary."""
    data = pd.DataFrame(
        [
            ("Negative", "Negative", figures["true_negatives"], "right"),
            ("Negative", "Positive", figures["false_positives"], "wrong"),
            ("Positive", "Negative", figures["false_negatives"], "wrong"),
            ("Positive", "Positive", figures["true_positives"], "right"),
        ],
        columns=["is", "said", "reviews", "verdict"],
    )
    base = alt.Chart(data).encode(
        x=alt.X("said:N", title="the model said", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("is:N", title="the review is"),
    )
    cells = base.mark_rect(opacity=0.75).encode(
        color=alt.Color(
            "verdict:N",
            legend=None,
            scale=alt.Scale(
                domain=["right", "wrong"], range=[palette.positive(dark), palette.negative(dark)]
            ),
        ),
        tooltip=["is:N", "said:N", alt.Tooltip("reviews:Q", format=",d")],
    )
    colour = "#0E1116" if dark else "#FFFFFF"
    numbers = base.mark_text(fontSize=18, fontWeight="bold", color=colour).encode(
        text=alt.Text("reviews:Q", format=",d")
    )
    return alt.layer(cells, numbers).properties(height=260)
