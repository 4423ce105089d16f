"""Several models over the words of one review, on the axis of `charts.words`."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from sentiment.charts import palette
from sentiment.charts.probability import probability_axis
from sentiment.charts.words import (
    color_bar,
    escaped,
    layout,
    probability_of,
    word_axis,
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
) -> go.Figure:
    """P(`of`), a class, after each word, one line per model; probabilities (models, words)."""
    figure = go.Figure()
    for name, architecture, line in zip(names, architectures, probabilities, strict=True):
        _add_line(figure, words, name, architecture, line, "after “%{x}”: %{y:.1%}", dark)
    probability_axis(figure, probability_of(of))
    word_axis(figure, words)
    figure.update_layout(height=360, **layout(top=60, legend=True))
    return figure


def model_rows(
    words: Sequence[str],
    names: Sequence[str],
    values: np.ndarray,
    what: str,
    *,
    around_half: bool,
    dark: bool = False,
) -> go.Figure:
    """One row per model, one cell per word; values (models, words) from 0 to 1.

    around_half: whether the color scale diverges at one half or begins at 0.
    """
    scale = palette.diverging(dark) if around_half else palette.sequential(dark)
    figure = go.Figure(
        go.Heatmap(
            x=word_labels(words),
            y=list(names),
            z=values,
            zmin=0,
            zmax=1,
            colorscale=scale,
            ygap=2,
            hovertemplate=f"%{{y}}, “%{{x}}”<br>{escaped(what)} %{{z:.1%}}<extra></extra>",
            colorbar=color_bar(
                tickvals=[0, 0.5, 1],
                tickformat=".0%",
                y=1,
                yanchor="top",
                lenmode="pixels",
                len=max(ROW_HEIGHT * len(names), SHORTEST_BAR),
            ),
        )
    )
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    word_axis(figure, words)
    figure.update_layout(height=90 + ROW_HEIGHT * len(names), **layout())
    return figure


def gradient_curves(
    words: Sequence[str],
    curves: Mapping[str, np.ndarray],
    architectures: Sequence[str],
    *,
    dark: bool = False,
) -> go.Figure:
    """Norms of gradients at each word on a logarithmic axis, one line per curve.

    curves: name -> (words,); architectures: of each curve, for its color.
    """
    floor = 1e-12  # smaller gradients are drawn here
    figure = go.Figure()
    for (name, norms), architecture in zip(curves.items(), architectures, strict=True):
        _add_line(
            figure, words, name, architecture, np.maximum(norms, floor), "“%{x}”: %{y:.2e}", dark
        )
    figure.update_yaxes(type="log", title="norm of the gradient", exponentformat="power")
    word_axis(figure, words)
    figure.update_layout(height=380, **layout(top=60, legend=True))
    return figure


def _add_line(
    figure: go.Figure,
    words: Sequence[str],
    name: str,
    architecture: str,
    values: np.ndarray,
    hover: str,
    dark: bool,
) -> None:
    """One model's values over the words, in the color and dash of its architecture."""
    figure.add_scatter(
        x=word_labels(words),
        y=values,
        name=name,
        mode="lines" if len(words) > 1 else "markers",
        line={
            "color": palette.architecture(architecture, dark),
            "dash": palette.dash(architecture),
            "width": 2,
        },
        hovertemplate=f"{name}, {hover}<extra></extra>",
    )
