"""Curve of the probability after each word, with the words that change it most named."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sentiment.charts import palette
from sentiment.charts.words import (
    Figure,
    Part,
    level,
    probability_of,
    shortened,
    word_figure,
    word_labels,
)
from sentiment.corpus.classes import Classes, predicted_labels
from sentiment.wording import percentage_points

WORDS_NAMED, MIN_MOVE = 4, 0.05  # on the curve; smallest change that is named
LABEL_WIDTH = 0.15  # share of the width for each name
LETTER, LABEL_PIXELS, MARK = 6.5, 18, 5  # pixels: a letter, the height of a name, a point
PHONE = 210  # pixels: width of the plot on a screen of 420
PLOT_WIDTHS, RIGHT_OF_PLOT = (PHONE, 640), 60  # on a wide screen, too; space beside it
PLOT_PIXELS = (120, 220)  # height of curves without and with words
HALF = level(0.5, dash="dash")
STARTS = {"center": 0.5, "left": 0.0, "right": 1.0}  # anchor: share of the name left of its point


def probability_curve(
    words: Sequence[str],
    probabilities: np.ndarray,
    before: np.ndarray,
    classes: Classes,
    verdict_positions: np.ndarray | None = None,
    *,
    labels: bool = True,
    dark: bool = False,
) -> Figure:
    """Probability of the first shown class before any word and after each word, with the words
    that change it most named. Its points have the color of the prediction.

    probabilities: (words, classes); before: (classes,), drawn at the left edge.
    verdict_positions: positions of the words after which it was computed, if not after all.
    labels: whether the axis names the words.
    """
    verdict_positions = np.arange(len(words)) if verdict_positions is None else verdict_positions
    columns = word_labels(words)
    label, of_class = classes.shown[0], palette.class_colors(classes, dark)
    start, points = float(before[label]), probabilities[verdict_positions, label]
    predicted = predicted_labels(probabilities[verdict_positions])
    line = {
        "type": "scatter",
        "x": [columns[place] for place in verdict_positions],
        "y": points,
        "mode": "lines+markers",
        "line": {"color": palette.GREY, "width": 1.5},
        "marker": {
            "color": [of_class[code] for code in predicted.tolist()],
            "size": 8 if len(words) <= 120 else 4,
        },
        "customdata": 100 * np.diff(points, prepend=start),
        "hovertemplate": "after “%{x}”: %{y:.1%}<br>change %{customdata:+.1f} pp<extra></extra>",
    }
    first = int(verdict_positions[0]), float(points[0])
    return word_figure(
        words,
        [line, _start(start, of_class[int(predicted_labels(before))], first)],
        [probability_axis(probability_of(classes.name(label)))],
        height=280 if labels else 170,
        words_named=labels,
        lines=[HALF],
        names=names_of_changes(words, points, start, verdict_positions, dark),
        xaxis2=columns_as_numbers(len(words)),
    )


def _start(before: float, color: str, first: tuple[int, float]) -> Part:
    """The point before any word, at the left edge, joined to the first point of the curve.

    first: column and probability of that point.
    """
    return {
        "type": "scatter",
        "x": [-0.5, first[0]],
        "y": [before, first[1]],
        "xaxis": "x2",
        "mode": "lines+markers",
        "line": {"color": palette.GREY, "width": 1.5},
        "marker": {"color": color, "symbol": "circle-open", "size": [8, 0]},
        "cliponaxis": False,
        "hovertemplate": ["before any word: %{y:.1%}<extra></extra>", "<extra></extra>"],
    }


def columns_as_numbers(words: int) -> Part:
    """A second axis for points between the columns of words: on the axis of words, each would be
    a column and shift the others."""
    return {"overlaying": "x", "range": [-0.5, words - 0.5], "visible": False}


def names_of_changes(
    words: Sequence[str],
    probabilities: np.ndarray,
    before: float,
    verdict_positions: np.ndarray,
    dark: bool,
) -> list[Part]:
    """Names of the words that change a curve most; probabilities: (points,) at
    `verdict_positions`."""
    change = np.diff(probabilities, prepend=before)
    columns = np.append(-0.5, verdict_positions)
    curve = _Curve(columns, np.append(before, probabilities), len(words))
    placed: list[_Name] = []
    for place in _named_points(change, verdict_positions, len(words)):
        column, height = int(verdict_positions[place]), float(probabilities[place])
        text = f"{shortened(words[column])} {percentage_points(change[place], 0)}"
        name = _placed(column, height, text, placed, curve)
        if name is not None:
            placed.append(name)
    return [
        {
            "x": name.column,
            "y": name.height,
            "text": name.text,
            "arrowwidth": 1,
            "arrowcolor": palette.GREY,
            "bgcolor": palette.background(dark),
            "borderpad": 0,
            "xanchor": name.anchor,
            "ax": 0,
            "ay": name.shift,
            # The line ends at the edge of the name, not behind it.
            "yanchor": "bottom" if name.shift < 0 else "top",
        }
        for name in placed
    ]


class _Name(NamedTuple):
    """A name on a curve."""

    column: int
    height: float  # of its point, 0 to 1
    text: str
    shift: int  # pixels below the point
    anchor: str  # the side of the name that is at its point

    def span(self, plot: int, words: int) -> tuple[float, float]:
        """Its left and right end in a plot of this width, pixels."""
        width = LETTER * len(self.text)
        start = (self.column + 0.5) * plot / words - STARTS[self.anchor] * width
        return start, start + width

    def side(self, pixels: int) -> tuple[float, float]:
        """Its upper and lower end in a plot of this height, pixels below 100%."""
        end = (1 - self.height) * pixels + self.shift
        return (end - LABEL_PIXELS, end) if self.shift < 0 else (end, end + LABEL_PIXELS)


class _Curve(NamedTuple):
    columns: np.ndarray
    heights: np.ndarray  # 0 to 1
    words: int

    def within(self, span: tuple[float, float], plot: int) -> np.ndarray:
        """The heights between two ends, pixels in a plot of this width."""
        ends = np.array(span) / plot * self.words - 0.5
        inside = (self.columns >= ends[0]) & (self.columns <= ends[1])
        edges = np.interp(ends, self.columns, self.heights)
        return np.concatenate([self.heights[inside], edges])


def _placed(
    column: int, height: float, text: str, placed: Sequence[_Name], curve: _Curve
) -> _Name | None:
    """The name where it covers no other name on a phone, nor the curve there, or at least on a wide
    screen; None if there is no place beside the others. placed: the others."""
    side = -1 if height < 0.75 else 1
    places = [
        _Name(column, height, text, shift, anchor)
        for shift in (28 * side, -28 * side, 50 * side, -50 * side)
        for anchor in STARTS
    ]
    free = [name for name in places if _beside(name, placed, curve.words)]
    clear = (name for plot in PLOT_WIDTHS for name in free if _is_clear(name, curve, plot))
    return next(clear, free[0] if free else None)


def _beside(name: _Name, placed: Sequence[_Name], words: int) -> bool:
    """Whether a name is within a plot on a phone, and beside the others."""
    (start, end), ends = name.span(PHONE, words), [name.side(pixels) for pixels in PLOT_PIXELS]
    if start < 0 or end > PHONE + RIGHT_OF_PLOT:
        return False
    if any(
        top < -LABEL_PIXELS or end > of for (top, end), of in zip(ends, PLOT_PIXELS, strict=True)
    ):
        return False
    near = [other for other in placed if _overlap((start, end), other.span(PHONE, words))]
    return not any(
        _overlap(name.side(pixels), other.side(pixels)) for other in near for pixels in PLOT_PIXELS
    )


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _is_clear(name: _Name, curve: _Curve, plot: int) -> bool:
    """Whether a name covers nothing of the curve in a plot of this width."""
    heights = 1 - curve.within(name.span(plot, curve.words), plot)
    return not any(
        _overlap((heights.min() * pixels - MARK, heights.max() * pixels + MARK), name.side(pixels))
        for pixels in PLOT_PIXELS
    )


def _named_points(change: np.ndarray, verdict_positions: np.ndarray, words: int) -> list[int]:
    """Points with the largest changes, far enough apart for their names."""
    named: list[int] = []
    for place in np.argsort(-np.abs(change), kind="stable").tolist():
        if len(named) == WORDS_NAMED or abs(change[place]) <= MIN_MOVE:
            break
        if all(
            abs(verdict_positions[place] - verdict_positions[other]) >= LABEL_WIDTH * words
            for other in named
        ):
            named.append(place)
    return named


def probability_axis(title: str) -> Part:
    """A vertical axis from 0 to 1."""
    return {
        "range": [-0.03, 1.03],
        "tickformat": ".0%",
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
        "title": {"text": title},
        "fixedrange": True,
    }
