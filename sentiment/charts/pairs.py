"""Two traces on one axis of words: probability curves, states, and their difference."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sentiment.charts import palette
from sentiment.charts.gates import TITLE_HEIGHT, widest
from sentiment.charts.probability import probability_axis
from sentiment.charts.words import layout, probability_of, word_axis, word_labels
from sentiment.networks.trace import Quantity

PANEL_HEIGHT = 170  # pixels of one heatmap
MOST_CELLS = 20_000  # per heatmap, to limit what is sent to the browser


def probability_curves(
    labels: Sequence[str], curves: Mapping[str, np.ndarray], of: str, *, dark: bool = False
) -> go.Figure:
    """Probability of the class `of` after each word, one line per trace.

    curves: name -> (columns,), nan where a text has no word.
    """
    figure = go.Figure()
    looks = zip(palette.distinct_colors(len(curves), dark), ("solid", "dash"), strict=False)
    for (name, curve), (color, dash) in zip(curves.items(), looks, strict=True):
        figure.add_trace(
            go.Scatter(
                x=word_labels(labels),
                y=curve,
                name=name,
                mode="lines+markers",
                connectgaps=True,
                line={"color": color, "width": 2, "dash": dash},
                marker={"size": 6 if len(labels) <= 120 else 3},
                hovertemplate=f"{name}, after “%{{x}}”: %{{y:.1%}}<extra></extra>",
            )
        )
    probability_axis(figure, probability_of(of))
    word_axis(figure, labels)
    figure.update_layout(height=320, **layout(top=40))
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    figure.update_layout(showlegend=True, legend=legend)
    return figure


def units_shown(columns: int, units: int) -> int:
    """Number of units that a heatmap with so many columns shows."""
    return min(units, 32, max(4, MOST_CELLS // max(columns, 1)))


def color_range(quantity: Quantity, *values: np.ndarray) -> tuple[float, float]:
    """One color range for all `values` of a quantity."""
    if quantity.bounds:
        return quantity.bounds
    return widest(np.concatenate([part[np.isfinite(part)] for part in values]))


def state_panels(
    labels: Sequence[str],
    panels: Mapping[str, np.ndarray],
    rows: Sequence[str],
    scale: tuple[float, float],
    *,
    difference: np.ndarray | None = None,
    dark: bool = False,
) -> go.Figure:
    """Heatmaps below each other with one color range, and the difference around zero.

    panels: title -> (columns, units), nan in gaps; rows: names of the units.
    """
    low, high = scale
    colors = palette.sequential(dark) if low == 0 else palette.diverging(dark)
    drawn = [(title, values, low, high, colors) for title, values in panels.items()]
    if difference is not None:
        edge = float(np.nanmax(np.abs(difference), initial=0.0)) or 1.0
        drawn.append(("difference", difference, -edge, edge, palette.diverging(dark)))
    count = len(drawn)
    height = min(PANEL_HEIGHT, 60 + 20 * len(rows))
    figure = make_subplots(
        rows=count,
        cols=1,
        shared_xaxes=True,
        vertical_spacing=TITLE_HEIGHT / (height * count) if count > 1 else 0,
        subplot_titles=[title for title, *_ in drawn],
    )
    for number, (title, values, bottom, top, scale_colors) in enumerate(drawn):
        figure.add_trace(
            go.Heatmap(
                x=word_labels(labels),
                y=list(rows),
                z=values.T.astype(np.float32),
                zmin=bottom,
                zmax=top,
                colorscale=scale_colors,
                hoverongaps=False,
                hovertemplate=f"{title}<br>“%{{x}}”, %{{y}}: %{{z:.4f}}<extra></extra>",
                colorbar={
                    "thickness": 10,
                    "len": 0.9 / count,
                    "y": 1 - (number + 0.5) / count,
                    "tickvals": [bottom, (bottom + top) / 2, top],
                    "tickformat": ".2~g",
                    "x": 1.01,
                    "xpad": 2,
                },
            ),
            row=number + 1,
            col=1,
        )
    figure.update_yaxes(showticklabels=False, autorange="reversed", title="units")
    word_axis(figure, labels)
    figure.update_layout(height=height * count + 120, **layout(top=30))
    return figure
