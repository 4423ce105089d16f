"""Heatmaps and strips of gates and states, word by word."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sentiment.charts import palette
from sentiment.charts.words import Figure, axis_of, color_bar, word_figure, word_labels
from sentiment.networks.trace import LayerTrace, Quantity

GATE_HEIGHT = 150  # pixels of one heatmap
OPEN, CLOSED = 0.9, 0.1  # a gate beyond these is saturated
TITLE_HEIGHT = 32  # pixels between two heatmaps


class Panel(NamedTuple):
    """A heatmap of `values`, (words, units), with a color range; `hover` is a template."""

    title: str
    values: np.ndarray
    low: float
    high: float
    hover: str


def stacked_heatmaps(
    words: Sequence[str], rows: Sequence[str], shown: Sequence[Panel], height: int, dark: bool
) -> Figure:
    """Heatmaps below each other, with one axis of words; `height` of one is in pixels.

    rows: names of the units. A range that starts at 0 has the sequential colors.
    """
    count, columns = len(shown), word_labels(words)
    traces = [
        {
            "type": "heatmap",
            "x": columns,
            "y": list(rows),
            "z": panel.values.T.astype(np.float32),
            "yaxis": axis_of(number),
            "zmin": panel.low,
            "zmax": panel.high,
            "colorscale": palette.sequential(dark) if panel.low == 0 else palette.diverging(dark),
            "hoverongaps": False,
            "hovertemplate": f"{panel.hover}<extra></extra>",
            "colorbar": color_bar(
                len=0.9 / count,
                y=1 - (number + 0.5) / count,
                tickvals=[panel.low, (panel.low + panel.high) / 2, panel.high],
                tickformat=".2~g",
            ),
        }
        for number, panel in enumerate(shown)
    ]
    titles = [
        {
            "text": panel.title,
            "font": {"size": 16},
            "x": 0.5,
            "xref": "paper",
            "y": 1,
            "yref": f"{axis_of(number)} domain",
            "yanchor": "bottom",
            "showarrow": False,
        }
        for number, panel in enumerate(shown)
    ]
    axis = {"showticklabels": False, "autorange": "reversed", "title": {"text": "units"}}
    return word_figure(
        words,
        traces,
        [axis] * count,
        height=height * count + 110,
        top=30,
        gap=TITLE_HEIGHT / (height * count),
        names=titles,
    )


def gate_heatmaps(
    words: Sequence[str],
    trace: LayerTrace,
    quantities: Sequence[Quantity],
    units: np.ndarray,
    *,
    dark: bool = False,
) -> Figure:
    """One heatmap per quantity: words across, `units` (their numbers) from the top."""
    height = GATE_HEIGHT if len(quantities) > 1 else 460
    shown = []
    for quantity in quantities:
        values = trace.values[quantity.symbol][:, units]
        low, high = quantity.bounds or widest(values)
        hover = f"“%{{x}}”, %{{y}}<br>{quantity.symbol} = %{{z:.4f}}"
        shown.append(Panel(f"{quantity.name} ({quantity.symbol})", values, low, high, hover))
    rows = [f"unit {unit}" for unit in units]
    return stacked_heatmaps(words, rows, shown, min(height, 60 + 30 * len(units)), dark)


def widest(values: np.ndarray) -> tuple[float, float]:
    """A color range around zero that covers 95% of the values.

    A full range would let one extreme unit, such as a counter, make all others pale.
    """
    largest = np.abs(values)
    edge = float(np.quantile(largest, 0.95) or largest.max()) or 1.0
    return -edge, edge


def strip_values(trace: LayerTrace, gates: Sequence[Quantity], kind: str) -> np.ndarray:
    """One number per gate and word, (gates, words): the mean over units, or the share of units
    whose gate is "open" (above 0.9) or "closed" (below 0.1)."""
    rows = [trace.values[gate.symbol] for gate in gates]
    if kind == "open":
        rows = [row > OPEN for row in rows]
    elif kind == "closed":
        rows = [row < CLOSED for row in rows]
    return np.stack([row.mean(axis=1) for row in rows])


def gate_strip(
    words: Sequence[str], gates: Sequence[Quantity], values: np.ndarray, *, dark: bool = False
) -> Figure:
    """`strip_values` as a heatmap, one row per gate."""
    heatmap = {
        "type": "heatmap",
        "x": word_labels(words),
        "y": [f"{gate.name} ({gate.symbol})" for gate in gates],
        "z": values,
        "zmin": 0,
        "zmax": 1,
        "colorscale": palette.sequential(dark),
        "hovertemplate": "“%{x}”<br>%{y}: %{z:.3f}<extra></extra>",
        "colorbar": color_bar(tickvals=[0, 0.5, 1]),
    }
    # The names fit into the margin in presenter mode, too.
    axis = {"autorange": "reversed", "fixedrange": True, "tickfont": {"size": 12}}
    return word_figure(words, [heatmap], [axis], height=90 + 32 * len(gates))
