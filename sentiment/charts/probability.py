"""Curve of the probability after each word, with the words that change it most named."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from sentiment.charts import palette
from sentiment.charts.words import escaped, layout, shortened, word_axis, word_labels
from sentiment.corpus.classes import Classes, predicted_labels
from sentiment.wording import percentage_points

WORDS_NAMED, MIN_MOVE = 4, 0.05  # on the curve; smallest change that is named
LABEL_WIDTH = 0.15  # share of the width for each name
NARROW_PLOT, LETTER = 210, 6.5  # pixels: width of the plot on a screen of 420, and of a letter
LABEL_PIXELS, PLOT_PIXELS = 18, (120, 220)  # height of a name; of curves without and with words


def probability_curve(
    words: Sequence[str],
    probabilities: np.ndarray,
    before: np.ndarray,
    classes: Classes,
    verdict_positions: np.ndarray | None = None,
    *,
    labels: bool = True,
    dark: bool = False,
) -> go.Figure:
    """Probability of the first shown class before any word and after each word, with the words
    that change it most named. Its points have the color of the prediction.

    probabilities: (words, classes); before: (classes,), drawn at the left edge.
    verdict_positions: positions of the words after which it was computed, if not after all.
    labels: whether the axis names the words.
    """
    verdict_positions = np.arange(len(words)) if verdict_positions is None else verdict_positions
    columns = word_labels(words)
    read = [columns[place] for place in verdict_positions]
    label, of_class = classes.shown[0], palette.class_colors(classes, dark)
    start, points = float(before[label]), probabilities[verdict_positions, label]
    change = np.diff(points, prepend=start)
    predicted = predicted_labels(probabilities[verdict_positions])
    colors = [of_class[code] for code in predicted.tolist()]
    figure = go.Figure(
        go.Scatter(
            x=read,
            y=points,
            mode="lines+markers",
            line={"color": palette.GREY, "width": 1.5},
            marker={"color": colors, "size": 8 if len(words) <= 120 else 4},
            customdata=100 * change,
            hovertemplate="after “%{x}”: %{y:.1%}<br>change %{customdata:+.1f} pp<extra></extra>",
        )
    )
    name_changes(figure, words, points, start, verdict_positions, dark)
    probability_axis(figure, f"P({escaped(classes.name(label))})")
    word_axis(figure, words)
    if len(verdict_positions) < len(words):  # else the axis would hold these words alone
        figure.update_xaxes(categoryorder="array", categoryarray=columns)
    first = int(verdict_positions[0]), float(points[0])
    _add_start(figure, start, of_class[int(predicted_labels(before))], first, len(words))
    figure.update_layout(height=280, **layout())
    if not labels:
        figure.update_xaxes(showticklabels=False)
        figure.update_layout(height=170, margin_b=10)
    return figure


def _add_start(
    figure: go.Figure, before: float, color: str, first: tuple[int, float], words: int
) -> None:
    """The point before any word, at the left edge, joined to the first point of the curve.

    first: column and probability of that point.
    A second, numeric axis: on the axis of words it would be a column and shift the others.
    """
    figure.add_trace(
        go.Scatter(
            x=[-0.5, first[0]],
            y=[before, first[1]],
            xaxis="x2",
            mode="lines+markers",
            line={"color": palette.GREY, "width": 1.5},
            marker={
                "color": color,
                "symbol": "circle-open",
                "size": [8, 0],
            },
            cliponaxis=False,
            hovertemplate=["before any word: %{y:.1%}<extra></extra>", "<extra></extra>"],
        )
    )
    figure.update_layout(xaxis2={"overlaying": "x", "range": [-0.5, words - 0.5], "visible": False})


def name_changes(
    figure: go.Figure,
    words: Sequence[str],
    probabilities: np.ndarray,
    before: float,
    verdict_positions: np.ndarray,
    dark: bool,
) -> None:
    """Name the words that change a curve most; probabilities: (points,) at `verdict_positions`."""
    change = np.diff(probabilities, prepend=before)
    placed: list[_Name] = []
    for place in _named_points(change, verdict_positions, len(words)):
        column, height = int(verdict_positions[place]), float(probabilities[place])
        text = f"{shortened(words[column])} {percentage_points(change[place], 0)}"
        shift = _free_shift(column, height, text, placed, len(words))
        if shift is None:
            continue
        placed.append(_Name(column, height, text, shift))
        figure.add_annotation(
            x=column,
            y=height,
            text=text,
            arrowwidth=1,
            arrowcolor=palette.GREY,
            bgcolor=palette.background(dark),
            borderpad=0,
            xanchor="left" if column < LABEL_WIDTH / 2 * len(words) else "auto",
            ax=0,
            ay=shift,
            # The line ends at the edge of the name, not behind it.
            yanchor="bottom" if shift < 0 else "top",
        )


class _Name(NamedTuple):
    """A name on a curve."""

    column: int
    height: float  # of its point, 0 to 1
    text: str
    shift: int  # pixels below the point


def _free_shift(
    column: int, height: float, text: str, placed: Sequence[_Name], words: int
) -> int | None:
    """Pixels by which to draw a name below its point, so that no other is there, on a phone
    either; None if there is no such place. placed: the others."""
    near = [
        other
        for other in placed
        if abs(other.column - column) * NARROW_PLOT / words
        < LETTER * (len(text) + len(other.text)) / 2
    ]
    side = -1 if height < 0.75 else 1
    for shift in (28 * side, -28 * side, 50 * side, -50 * side):
        if all(
            0 <= height - shift / pixels <= 1
            and all(
                abs((height - other.height) * pixels - (shift - other.shift)) >= LABEL_PIXELS
                for other in near
            )
            for pixels in PLOT_PIXELS
        ):
            return shift
    return None


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


def probability_axis(figure: go.Figure, title: str) -> None:
    """A vertical axis from 0 to 1 with a dashed line at one half."""
    figure.add_hline(y=0.5, line={"color": palette.GREY, "width": 1, "dash": "dash"})
    figure.update_yaxes(
        range=[-0.03, 1.03],
        tickformat=".0%",
        tickvals=[0, 0.25, 0.5, 0.75, 1],
        title=title,
        fixedrange=True,
    )
