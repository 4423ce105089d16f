"""Two traces on one axis of words: probability curves, states, and their difference."""

from collections.abc import Mapping, Sequence

import numpy as np

from sentiment.charts import palette
from sentiment.charts.gates import Panel, stacked_heatmaps, widest
from sentiment.charts.probability import HALF, probability_axis
from sentiment.charts.words import Figure, probability_of, word_figure, word_labels
from sentiment.networks.trace import Quantity

PANEL_HEIGHT = 170  # pixels of one heatmap
MOST_CELLS = 20_000  # per heatmap, to limit what is sent to the browser


def probability_curves(
    labels: Sequence[str], curves: Mapping[str, np.ndarray], of: str, *, dark: bool = False
) -> Figure:
    """Probability of the class `of` after each word, one line per trace.

    curves: name -> (columns,), nan where a text has no word.
    """
    looks = zip(palette.distinct_colors(len(curves), dark), ("solid", "dash"), strict=False)
    traces = [
        {
            "type": "scatter",
            "x": word_labels(labels),
            "y": curve,
            "name": name,
            "mode": "lines+markers",
            "connectgaps": True,
            "line": {"color": color, "width": 2, "dash": dash},
            "marker": {"size": 6 if len(labels) <= 120 else 3},
            "hovertemplate": f"{name}, after “%{{x}}”: %{{y:.1%}}<extra></extra>",
        }
        for (name, curve), (color, dash) in zip(curves.items(), looks, strict=True)
    ]
    axis = probability_axis(probability_of(of))
    return word_figure(labels, traces, [axis], height=320, top=40, legend=True, lines=[HALF])


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
) -> Figure:
    """Heatmaps below each other with one color range, and the difference around zero.

    panels: title -> (columns, units), nan in gaps; rows: names of the units.
    """
    low, high = scale
    drawn = [Panel(title, values, low, high, _hover(title)) for title, values in panels.items()]
    if difference is not None:
        edge = float(np.nanmax(np.abs(difference), initial=0.0)) or 1.0
        drawn.append(Panel("difference", difference, -edge, edge, _hover("difference")))
    return stacked_heatmaps(labels, rows, drawn, min(PANEL_HEIGHT, 60 + 20 * len(rows)), dark)


def _hover(title: str) -> str:
    return f"{title}<br>“%{{x}}”, %{{y}}: %{{z:.4f}}"
