"""Several models over the words of one review, on the axis of `charts.words`."""

from collections.abc import Mapping, Sequence

import numpy as np

from sentiment.charts import palette
from sentiment.charts.probability import HALF, probability_axis
from sentiment.charts.words import (
    Figure,
    Part,
    color_bar,
    escaped,
    probability_of,
    word_figure,
    word_labels,
)

ROW_HEIGHT, SHORTEST_BAR = 30, 70  # pixels; the bar of colors has three labels


def model_lines(
    words: Sequence[str],
    names: Sequence[str],
    architectures: Sequence[str],
    probabilities: np.ndarray,
    of: str,
    *,
    dark: bool = False,
) -> Figure:
    """P(`of`), a class, after each word, one line per model; probabilities (models, words)."""
    hover = "after “%{x}”: %{y:.1%}"
    traces = [
        _line(words, name, architecture, line, hover, dark)
        for name, architecture, line in zip(names, architectures, probabilities, strict=True)
    ]
    axis = probability_axis(probability_of(of))
    return word_figure(words, traces, [axis], height=360, top=60, legend=True, lines=[HALF])


def model_rows(
    words: Sequence[str],
    names: Sequence[str],
    values: np.ndarray,
    what: str,
    *,
    around_half: bool,
    dark: bool = False,
) -> Figure:
    """One row per model, one cell per word; values (models, words) from 0 to 1.

    around_half: whether the color scale diverges at one half or begins at 0.
    """
    scale = palette.diverging(dark) if around_half else palette.sequential(dark)
    bar = color_bar(
        tickvals=[0, 0.5, 1],
        tickformat=".0%",
        y=1,
        yanchor="top",
        lenmode="pixels",
        len=max(ROW_HEIGHT * len(names), SHORTEST_BAR),
    )
    heatmap = {
        "type": "heatmap",
        "x": word_labels(words),
        "y": list(names),
        "z": values,
        "zmin": 0,
        "zmax": 1,
        "colorscale": scale,
        "ygap": 2,
        "hovertemplate": f"%{{y}}, “%{{x}}”<br>{escaped(what)} %{{z:.1%}}<extra></extra>",
        "colorbar": bar,
    }
    axis = {"autorange": "reversed", "fixedrange": True}
    return word_figure(words, [heatmap], [axis], height=90 + ROW_HEIGHT * len(names))


def gradient_curves(
    words: Sequence[str],
    curves: Mapping[str, np.ndarray],
    architectures: Sequence[str],
    *,
    dark: bool = False,
) -> Figure:
    """Norms of gradients at each word on a logarithmic axis, one line per curve.

    curves: name -> (words,); architectures: of each curve, for its color.
    """
    floor = 1e-12  # smaller gradients are drawn here
    traces = [
        _line(words, name, architecture, np.maximum(norms, floor), "“%{x}”: %{y:.2e}", dark)
        for (name, norms), architecture in zip(curves.items(), architectures, strict=True)
    ]
    title = {"text": "norm of the gradient"}
    axis = {"type": "log", "title": title, "exponentformat": "power"}
    return word_figure(words, traces, [axis], height=380, top=60, legend=True)


def _line(
    words: Sequence[str],
    name: str,
    architecture: str,
    values: np.ndarray,
    hover: str,
    dark: bool,
) -> Part:
    """One model's values over the words, in the color and dash of its architecture."""
    return {
        "type": "scatter",
        "x": word_labels(words),
        "y": values,
        "name": name,
        "mode": "lines" if len(words) > 1 else "markers",
        "line": {
            "color": palette.architecture(architecture, dark),
            "dash": palette.dash(architecture),
            "width": 2,
        },
        "hovertemplate": f"{name}, {hover}<extra></extra>",
    }
