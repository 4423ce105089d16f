"""Heatmaps and strips of gates and states, word by word."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sentiment.charts import palette
from sentiment.charts.words import layout, word_axis, word_labels
from sentiment.networks.trace import LayerTrace, Quantity

GATE_HEIGHT = 150  # pixels of one heatmap
OPEN, CLOSED = 0.9, 0.1  # a gate beyond these is saturated
TITLE_HEIGHT = 32  # pixels between two heatmaps


def gate_heatmaps(
    words: Sequence[str],
    trace: LayerTrace,
    quantities: Sequence[Quantity],
    units: np.ndarray,
    *,
    dark: bool = False,
) -> go.Figure:
    """One heatmap per quantity: words across, `units` (their numbers) from the top."""
    height = GATE_HEIGHT if len(quantities) > 1 else 460
    height = min(height, 60 + 30 * len(units))
    figure = make_subplots(
        rows=len(quantities),
        cols=1,
        shared_xaxes=True,
        vertical_spacing=TITLE_HEIGHT / (height * len(quantities)) if len(quantities) > 1 else 0,
        subplot_titles=[f"{quantity.name} ({quantity.symbol})" for quantity in quantities],
    )
    columns, rows = word_labels(words), [f"unit {unit}" for unit in units]
    for row, quantity in enumerate(quantities, start=1):
        low, high = quantity.bounds or widest(trace.values[quantity.symbol][:, units])
        figure.add_trace(
            go.Heatmap(
                x=columns,
                y=rows,
                z=trace.values[quantity.symbol][:, units].T,
                zmin=low,
                zmax=high,
                colorscale=palette.sequential(dark) if low == 0 else palette.diverging(dark),
                hovertemplate=f"“%{{x}}”, %{{y}}<br>{quantity.symbol} = %{{z:.4f}}<extra></extra>",
                colorbar={
                    "thickness": 10,
                    "len": 0.9 / len(quantities),
                    "y": 1 - (row - 0.5) / len(quantities),
                    "tickvals": [low, (low + high) / 2, high],
                    "tickformat": ".3~g",
                    "x": 1.01,
                    "xpad": 2,
                },
            ),
            row=row,
            col=1,
        )
    figure.update_yaxes(showticklabels=False, autorange="reversed", title="units")
    word_axis(figure, words)
    figure.update_layout(height=height * len(quantities) + 110, **layout(top=30))
    return figure


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
) -> go.Figure:
    """`strip_values` as a heatmap, one row per gate."""
    figure = go.Figure(
        go.Heatmap(
            x=word_labels(words),
            y=[f"{gate.name} ({gate.symbol})" for gate in gates],
            z=values,
            zmin=0,
            zmax=1,
            colorscale=palette.sequential(dark),
            hovertemplate="“%{x}”<br>%{y}: %{z:.3f}<extra></extra>",
            colorbar={"thickness": 10, "tickvals": [0, 0.5, 1], "x": 1.01, "xpad": 2},
        )
    )
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_yaxes(tickfont_size=12)  # the names fit into the margin in presenter mode, too
    word_axis(figure, words)
    figure.update_layout(height=90 + 32 * len(gates), **layout())
    return figure
