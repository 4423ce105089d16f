"""Costs of a sequence length: truncated reviews, lost words, padding, time; word positions."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from sentiment.analysis.positions import BINS, SIDES, PositionProfile
from sentiment.charts import palette
from sentiment.charts.layered import Layered, dashed_line, series_color
from sentiment.corpus.classes import Classes
from sentiment.encoding.buckets import EpochCells
from sentiment.evaluation.epoch_cost import EpochCost

TRUNCATED, LOST, PADDING = "reviews truncated", "words lost", "padding"
FIXED, SHUFFLED, BUCKETED = "fixed width", "shuffled", "length buckets"


def sequence_length_curves(
    costs: Sequence[EpochCost], chosen: int, sufficient: int | None, *, dark: bool = False
) -> Layered:
    """Truncated reviews, lost words and padding (fixed width) by sequence length.

    sufficient: the shortest sufficient length, marked.
    """
    rows = [
        {"length": cost.sequence_length, "share": share, "what": what}
        for cost in costs
        for what, share in (
            (TRUNCATED, cost.effect.truncated_share),
            (LOST, cost.effect.lost_words_share),
            (PADDING, cost.effect.padding_share),
        )
    ]
    colors = {
        TRUNCATED: palette.negative(dark),
        LOST: palette.GREEN,
        PADDING: palette.positive(dark),
    }
    return _curves(rows, colors, "share", "share", "~%", ".1%", chosen, sufficient, dark, top=1.0)


def epoch_time_curves(
    costs: Sequence[EpochCost], chosen: int, sufficient: int | None, *, dark: bool = False
) -> Layered:
    """Seconds per epoch by sequence length and batching."""
    rows = [
        {"length": cost.sequence_length, "seconds": seconds, "what": what}
        for cost in costs
        for what, seconds in (
            (FIXED, cost.seconds_fixed),
            (SHUFFLED, cost.seconds_shuffled),
            (BUCKETED, cost.seconds_bucketed),
        )
    ]
    colors = dict(zip((FIXED, SHUFFLED, BUCKETED), _ways(dark), strict=True))
    return _curves(
        rows, colors, "seconds", "seconds per epoch", ",~f", ",.2~f", chosen, sufficient, dark
    )


def distinctive_words_lost(
    profile: PositionProfile, chosen: int, words_lost: float, *, dark: bool = False
) -> alt.Chart:
    """What truncation to `chosen` words cuts off, a bar for each side it can keep.

    words_lost: the share of all words that is lost, whichever side is kept.
    """
    bars = [
        (f"distinctive words, {name} kept", 1 - profile.kept_share(side, chosen))
        for side, name in zip(SIDES, ("head", "tail", "both ends"), strict=True)
    ]
    rows = [{"what": what, "share": share} for what, share in [*bars, ("any words", words_lost)]]
    best = min(bars, key=lambda bar: bar[1])[0]
    longest = max(0.05, words_lost, *(share for _, share in bars))  # an axis also for no loss
    return (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar(height={"band": 0.7})
        .encode(
            y=alt.Y("what:N", title=None, sort=None, axis=alt.Axis(labelLimit=220)),
            x=alt.X(
                "share:Q",
                title="lost",
                axis=alt.Axis(format="~%", grid=False, tickCount=6),
                scale=alt.Scale(domain=[0, longest]),
            ),
            color=alt.ColorValue(
                palette.GREY,
                condition={"test": alt.datum.what == best, "value": palette.positive(dark)},
            ),
            tooltip=[
                alt.Tooltip("what:N", title=" "),
                alt.Tooltip("share:Q", title="lost", format=".1%"),
            ],
        )
        .properties(height=230)
    )


def position_profile(profile: PositionProfile, classes: Classes, *, dark: bool = False) -> Layered:
    """Positions of the distinctive words of each class, relative to all words."""
    groups = palette.class_groups(classes)
    rows = [
        {"place": (place + 0.5) / BINS, "times": times, "what": f"distinctive {name}"}
        for name, codes in groups.items()
        for place, times in enumerate(profile.density(profile.by_class[codes].sum(0)).tolist())
    ]
    of_class = palette.class_colors(classes, dark)
    colors = {f"distinctive {name}": of_class[codes[0]] for name, codes in groups.items()}
    lines = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X(
                "place:Q",
                title="position in the review, from the first word to the last",
                scale=alt.Scale(domain=[0, 1], nice=False),
                axis=alt.Axis(format="~%", grid=False),
            ),
            y=alt.Y(
                "times:Q", title="frequency relative to all words", scale=alt.Scale(zero=False)
            ),
            color=series_color("what:N", colors, labelLimit=300),
            tooltip=[
                alt.Tooltip("what:N", title=" "),
                alt.Tooltip("place:Q", format=".0%"),
                alt.Tooltip("times:Q", title="relative frequency", format=".2f"),
            ],
        )
    )
    return alt.layer(dashed_line("times", 1.0), lines, height=300)


def epoch_cells(cells: EpochCells, *, dark: bool = False) -> alt.Chart:
    """Words and padding in all batches of an epoch, one bar per kind of batching."""
    rows = [
        {"way": way, "what": what, "cells": count, "share": count / max(total, 1)}
        for way, total in (
            (FIXED, cells.fixed),
            (SHUFFLED, cells.shuffled),
            (BUCKETED, cells.bucketed),
        )
        for what, count in (("words", cells.words), ("padding", max(total - cells.words, 0)))
    ]
    return (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar(height={"band": 0.7})
        .encode(
            y=alt.Y(
                "way:N", title=None, sort=[FIXED, SHUFFLED, BUCKETED], axis=alt.Axis(labelLimit=200)
            ),
            x=alt.X(
                "cells:Q",
                title="cells per epoch",
                axis=alt.Axis(format="~s", grid=False, tickCount=8, tickMinStep=1),
            ),
            color=series_color(
                "what:N", {"words": palette.positive(dark), "padding": palette.GREY}
            ),
            order=alt.Order("what:N", sort="descending"),
            tooltip=[
                alt.Tooltip("way:N", title="batching"),
                alt.Tooltip("what:N", title="cells"),
                alt.Tooltip("cells:Q", format=",.0f"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(height=220)
    )


def _ways(dark: bool) -> tuple[str, str, str]:
    return palette.negative(dark), palette.AMBER, palette.positive(dark)


def _curves(
    rows: list[dict[str, Any]],
    colors: dict[str, str],
    value: str,
    title: str,
    axis_format: str,
    number_format: str,
    chosen: int,
    sufficient: int | None,
    dark: bool,
    top: float | None = None,
) -> Layered:
    data = pd.DataFrame(rows)
    longest = int(data["length"].max())
    limits: Any = alt.Scale(domain=[0, top]) if top else alt.Scale(zero=True)
    base = alt.Chart(data).encode(
        x=alt.X(
            "length:Q",
            title="sequence length (words)",
            scale=alt.Scale(domain=[0, longest], nice=False),
            axis=alt.Axis(grid=False),
        ),
        y=alt.Y(f"{value}:Q", title=title, axis=alt.Axis(format=axis_format), scale=limits),
        color=series_color("what:N", colors, symbolType="stroke", symbolStrokeWidth=3),
        tooltip=[
            alt.Tooltip("length:Q", title="sequence length"),
            alt.Tooltip("what:N", title=" "),
            alt.Tooltip(f"{value}:Q", title=title, format=number_format),
        ],
    )
    here = base.transform_filter(alt.datum.length == chosen).mark_point(size=80, filled=True)
    marked = [{"length": chosen, "is": "chosen", "label": ""}]
    if sufficient is not None and sufficient <= longest:
        marked.append({"length": sufficient, "is": "sufficient", "label": "★ sufficient"})
    marks = alt.Chart(pd.DataFrame(marked)).encode(
        x=alt.X("length:Q"),
        color=alt.ColorValue(palette.accent(dark)),
        tooltip=[alt.Tooltip("is:N", title=" "), alt.Tooltip("length:Q", title="words")],
    )
    dashes = alt.Scale(domain=["chosen", "sufficient"], range=[[4, 3], [1, 0]])
    rules = marks.mark_rule().encode(strokeDash=alt.StrokeDash("is:N", scale=dashes, legend=None))
    names = marks.mark_text(align="left", dx=5, dy=10, baseline="top").encode(
        text=alt.Text("label:N"), y=alt.YValue(0)
    )
    return alt.layer(base.mark_line(), rules, names, here, height=320)
