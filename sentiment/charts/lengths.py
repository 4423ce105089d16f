"""Review lengths with cutoffs: histogram, ECDF, box plots."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import altair as alt
import numpy as np
import pandas as pd

from sentiment.charts import palette
from sentiment.charts.layered import Layered, legend_of
from sentiment.corpus.classes import UNLABELLED, Classes
from sentiment.corpus.review import Split
from sentiment.encoding.lengths import LengthHistogram

Scale = Literal["linear", "log reviews", "log words"]
SCALES: tuple[Scale, ...] = get_args(Scale)
Series = Mapping[str, LengthHistogram]

BRUSH = "cut"
HEIGHT = 320  # pixels
BIN_WIDTHS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1_000)  # words
MOST_BINS = 90
MOST_STEPS = 250  # of a line
LONG_TAIL = 99.5  # percentile of the lengths at which a linear axis ends, unless
SHORT_TAIL = 1.5  # all reviews are at most this many times as long


def right_edge(lengths: LengthHistogram, scale: Scale) -> int:
    """Upper end of the axis for these lengths, in words."""
    end = lengths.percentile(LONG_TAIL)
    if scale == "log words" or lengths.longest <= SHORT_TAIL * end:
        end = lengths.longest
    return max(end + 1, 20)  # the last bar includes a review of this length


def bin_edges(upto: int, scale: Scale) -> np.ndarray:
    """Edges of the bars up to `upto`, in words, evenly spaced on the scale."""
    if scale == "log words":
        return np.unique(np.geomspace(1, upto, MOST_BINS // 2).round().astype(np.int64))
    width = next((width for width in BIN_WIDTHS if upto / width <= MOST_BINS), BIN_WIDTHS[-1])
    return np.arange(0, upto + width, width)


def length_histogram(
    series: Series,
    *,
    low: int,
    high: int,
    classes: Classes | None = None,
    scale: Scale = "linear",
    brush: bool = True,
    dark: bool = False,
    height: int = HEIGHT,
) -> Layered:
    """Reviews by number of words, one color per series, bars outside the cutoffs faded.

    Dragging across the chart selects new cutoffs (the parameter named by BRUSH).
    low, high: shortest and longest length kept, words. classes: of which the series are.
    """
    series = _drawn(series, classes)
    upto = right_edge(LengthHistogram.merged(series.values()), scale)
    edges = bin_edges(upto, scale)
    frames = [
        pd.DataFrame(
            {"from": edges[:-1], "to": edges[1:], "reviews": lengths.binned(edges), "series": name}
        )
        for name, lengths in series.items()
    ]
    data = pd.concat(frames)
    data = data[data["reviews"] > 0]
    data["last"] = data["to"] - 1
    data["kept"] = (data["last"] >= low) & (data["from"] <= high)

    # A logarithmic axis has no zero, so its bars start at half a review.
    log = scale == "log reviews"
    y_scale: Any = alt.Scale(type="log", domainMin=0.5) if log else alt.Undefined
    bars = (
        alt.Chart(data)
        .mark_bar(binSpacing=0)
        .encode(
            x=_words_axis("from:Q", edges, scale, bin="binned"),
            x2=alt.X2("to"),
            y=alt.Y(
                "reviews:Q",
                title="reviews",
                stack=None if log else "zero",
                scale=y_scale,
                axis=alt.Axis(tickMinStep=alt.Undefined if log else 1, format=",~f"),
            ),
            color=_series_color(series, classes, dark),
            opacity=alt.OpacityValue(0.2, condition={"test": "datum.kept", "value": 0.9}),
            tooltip=[
                alt.Tooltip("series:N", title="reviews"),
                alt.Tooltip("from:Q", title="from (words)", format=",d"),
                alt.Tooltip("last:Q", title="to (words)", format=",d"),
                alt.Tooltip("reviews:Q", title="reviews", format=",d"),
            ],
        )
    )
    return _cut([bars], low, high, edges, brush, dark, height)


def length_shares(
    series: Series,
    *,
    low: int,
    high: int,
    classes: Classes | None = None,
    scale: Scale = "linear",
    brush: bool = True,
    dark: bool = False,
) -> Layered:
    """Cumulative share of the reviews by length (ECDF), one line per series."""
    edges = bin_edges(right_edge(LengthHistogram.merged(series.values()), scale), scale)
    frames = []
    for name, lengths in series.items():
        at, shares = lengths.cumulative(int(edges[-1]))
        kept = np.unique(np.linspace(0, len(at) - 1, min(len(at), MOST_STEPS)).astype(int))
        frames.append(pd.DataFrame({"words": at[kept], "share": shares[kept], "series": name}))
    lines = (
        alt.Chart(pd.concat(frames).query("words > 0"))
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=_words_axis("words:Q", edges, scale),
            y=alt.Y(
                "share:Q",
                title="share of reviews up to this length",
                axis=alt.Axis(format="~%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            color=_series_color(series, classes, dark),
            tooltip=[
                alt.Tooltip("series:N", title="reviews"),
                alt.Tooltip("words:Q", title="at most (words)", format=",d"),
                alt.Tooltip("share:Q", title="share of reviews", format=".1%"),
            ],
        )
    )
    return _cut([lines], low, high, edges, brush, dark)


def length_boxes(
    series: Series,
    *,
    low: int,
    high: int,
    classes: Classes | None = None,
    scale: Scale = "linear",
    brush: bool = True,
    dark: bool = False,
) -> Layered:
    """Box plots: quartiles, median (line), mean (ring), and whiskers after Tukey's rule."""
    series = _drawn(series, classes)
    longest = LengthHistogram.merged(series.values())
    edges = bin_edges(right_edge(longest, "log words"), scale)  # the axis includes the longest
    rows = []
    for name, lengths in series.items():
        lower, upper = lengths.percentile(25), lengths.percentile(75)
        reach = 1.5 * (upper - lower)
        inside = lengths.between(int(np.ceil(lower - reach)), int(upper + reach))
        rows.append(
            {
                "series": name,
                "shortest": max(lengths.shortest, 1),
                "whisker from": max(inside.shortest, 1),
                "lower quartile": max(lower, 1),
                "median": lengths.percentile(50),
                "mean": lengths.mean,
                "upper quartile": upper,
                "whisker to": inside.longest,
                "longest": lengths.longest,
            }
        )
    figures = [name for name in rows[0] if name != "series"] if rows else []
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("series:N", title=None, sort=list(series)),
        color=_series_color(series, classes, dark, legend=False),
        tooltip=[alt.Tooltip("series:N", title="reviews")]
        + [alt.Tooltip(f"{name}:Q", format=",.0f") for name in figures],
    )

    def across(begin: str, end: str, mark: alt.Chart) -> alt.Chart:
        x, x2 = _words_axis(f"{begin}:Q", edges, scale), alt.X2(end)
        encoded: alt.Chart = mark.encode(x=x, x2=x2)
        return encoded

    def at(name: str, mark: alt.Chart) -> alt.Chart:
        encoded: alt.Chart = mark.encode(x=_words_axis(f"{name}:Q", edges, scale))
        return encoded

    on_box = alt.ColorValue(palette.background(dark))
    boxes = [
        across("whisker from", "whisker to", base.mark_rule(strokeWidth=1.5)),
        across("lower quartile", "upper quartile", base.mark_bar(size=26, opacity=0.85)),
        at("median", base.mark_tick(size=26, thickness=2.5)).encode(color=on_box),
        at("mean", base.mark_point(size=60, strokeWidth=2)).encode(color=on_box),
        at("shortest", base.mark_point(size=30, filled=True)),
        at("longest", base.mark_point(size=30, filled=True)),
    ]
    return _cut(boxes, low, high, edges, brush, dark, height=70 + 60 * len(series))


SHAPES = {"Histogram": length_histogram, "ECDF": length_shares, "Box": length_boxes}


def _words_axis(field: str, edges: np.ndarray, scale: Scale, **more: Any) -> alt.X:
    log = scale == "log words"
    return alt.X(
        field,
        title="words in the review",
        scale=alt.Scale(
            type="log" if log else "linear",
            domain=[max(int(edges[0]), 1) if log else 0, int(edges[-1])],
            nice=False,
            clamp=True,
        ),
        axis=alt.Axis(
            format=",d",
            grid=False,
            tickCount=6 if log else 10,
            tickMinStep=alt.Undefined if log else 1,
        ),
        **more,
    )


def _cut(
    marks: list[alt.Chart],
    low: int,
    high: int,
    edges: np.ndarray,
    brush: bool,
    dark: bool,
    height: int = HEIGHT,
) -> Layered:
    """`marks` with the two cutoffs as lines and the brush that sets them."""
    if brush:
        marks[0] = marks[0].add_params(alt.selection_interval(name=BRUSH, encodings=["x"]))
    ends = [(low, "shortest kept"), (high, "longest kept")]
    inside = [(at, what) for at, what in ends if edges[0] <= at <= edges[-1]]
    rules = (
        alt.Chart(pd.DataFrame(inside, columns=["at", "what"]))
        .mark_rule(color=palette.accent(dark), strokeWidth=1.5, strokeDash=[4, 3])
        .encode(
            x=alt.X("at:Q"),
            tooltip=[alt.Tooltip("what:N", title="cutoff"), alt.Tooltip("at:Q", title="words")],
        )
    )
    # Drawn on a canvas: in SVG, the brush would be an image without a name for screen readers.
    return alt.layer(
        *marks, rules, height=height, usermeta={"embedOptions": {"renderer": "canvas"}}
    )


def _drawn(series: Series, classes: Classes | None) -> Series:
    """The series with those of classes that share a group merged."""
    groups = palette.class_groups(classes) if classes else {}
    if classes is None or len(groups) == len(classes):
        return series
    group_of = {classes.name(code): name for name, codes in groups.items() for code in codes}
    merged: dict[str, list[LengthHistogram]] = {}
    for name, lengths in series.items():
        merged.setdefault(group_of.get(name, name), []).append(lengths)
    return {name: LengthHistogram.merged(lengths) for name, lengths in merged.items()}


def _series_color(
    series: Series, classes: Classes | None, dark: bool, *, legend: bool = True
) -> alt.Color:
    return alt.Color(
        "series:N",
        title=None,
        scale=alt.Scale(domain=list(series), range=_colors(list(series), classes, dark)),
        legend=legend_of(list(series)) if legend and len(series) > 1 else None,
    )


def _colors(series: Sequence[str], classes: Classes | None, dark: bool) -> list[str]:
    by_name = {}
    if classes:
        of_class = palette.class_colors(classes, dark)
        by_name = {name: of_class[run[0]] for name, run in palette.class_groups(classes).items()}
    others = iter([palette.GREEN, palette.PURPLE, palette.AMBER, palette.GREY] * len(series))
    unlabelled = classes.name(UNLABELLED) if classes else Split.UNLABELLED.title
    return [
        palette.GREY if name == unlabelled else by_name.get(name) or next(others) for name in series
    ]
