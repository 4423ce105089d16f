"""Several models over the words of one review, on the axis of `charts.words`."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from sentiment.charts import palette
from sentiment.charts.words import distinct, layout, word_axis

ROW_HEIGHT = 30  # pixels of a model in a heatmap


def model_lines(
    words: Sequence[str],
    names: Sequence[str],
    architectures: Sequence[str],
    probabilities: np.ndarray,
    *,
    dark: bool = False,
) -> go.Figure:
    """Probability of Positive after each word, a line a model; probabilities (models, words)."""
    figure = go.Figure()
    for name, architecture, line in zip(names, architectures, probabilities, strict=True):
        figure.add_trace(
            go.Scatter(
                x=distinct(words),
                y=line,
                name=name,
                mode="lines" if len(words) > 1 else "markers",
                line={
                    "color": palette.architecture(architecture, dark),
                    "dash": palette.dash(architecture),
                    "width": 2,
                },
                hovertemplate=f"{name}, after “%{{x}}”: %{{y:.1%}}<extra></extra>",
            )
        )
    figure.add_hline(y=0.5, line={"color": palette.GREY, "width": 1, "dash": "dash"})
    figure.update_yaxes(
        range=[-0.03, 1.03],
        tickformat=".0%",
        tickvals=[0, 0.25, 0.5, 0.75, 1],
        title="P(Positive)",
        fixedrange=True,
    )
    word_axis(figure, words)
    figure.update_layout(height=360, **layout(top=60))
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    )
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
    """A row a model, a cell a word; values (models, words) from 0 to 1.

    around_half: whether one half is the middle between two verdicts, or 0 is nothing.
    """
    scale = palette.diverging(dark) if around_half else palette.sequential(dark)
    figure = go.Figure(
        go.Heatmap(
            x=distinct(words),
            y=list(names),
            z=values,
            zmin=0,
            zmax=1,
            colorscale=scale,
            ygap=2,
            hovertemplate=f"%{{y}}, “%{{x}}”<br>{what} %{{z:.1%}}<extra></extra>",
            colorbar={
                "thickness": 10,
                "tickvals": [0, 0.5, 1],
                "tickformat": ".0%",
                "x": 1.01,
                "xpad": 2,
            },
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
    """Norms of gradients at each word on a logarithmic axis, a line a curve.

    curves: name -> (words,); architectures: of each curve, for its colour.
    """
    floor = 1e-12  # a gradient below is zero for float32
    figure = go.Figure()
    for (name, norms), architecture in zip(curves.items(), architectures, strict=True):
        figure.add_trace(
            go.Scatter(
                x=distinct(words),
                y=np.maximum(norms, floor),
                name=name,
                mode="lines" if len(words) > 1 else "markers",
                line={
                    "color": palette.architecture(architecture, dark),
                    "dash": palette.dash(architecture),
                    "width": 2,
                },
                hovertemplate=f"{name}, “%{{x}}”: %{{y:.2e}}<extra></extra>",
            )
        )
    figure.update_yaxes(type="log", title="norm of the gradient", exponentformat="power")
    word_axis(figure, words)
    figure.update_layout(height=380, **layout(top=60))
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    )
    return figure
