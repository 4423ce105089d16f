"""The padded row of token ids, and the effect of unmasked padding."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from sentiment.charts import palette
from sentiment.charts.words import escaped
from sentiment.encoding.vocabulary import PAD, UNK

COLUMNS = 50  # cells per line
SIDE = 19  # pixels of a cell


def row_picture(
    row: np.ndarray, words: Sequence[str], marked: int | None = None, *, dark: bool = False
) -> go.Figure:
    """All cells of a row: padding, unknown words, and words by frequency.

    row: (cells,) ids; words: (cells,) the word of each cell; marked: the cell with a frame.
    """
    lines = -(-len(row) // COLUMNS)
    shape = lines, COLUMNS
    shades = np.full(shape[0] * shape[1], np.nan)
    # Id 2 is the most frequent word. Padding and unknown words have separate colors.
    ranks = np.log2(np.maximum(row, 2)) / max(1.0, math.log2(max(int(row.max()), 4)))
    shades[: len(row)] = np.select([row == PAD, row == UNK], [-0.5, 1.5], 1 - 0.8 * ranks)
    labels = np.full(len(shades), "", dtype=object)
    labels[: len(row)] = [
        f"cell {cell + 1}: " + ("padding (0)" if index == PAD else f"“{escaped(word)}” ({index})")
        for cell, (index, word) in enumerate(zip(row.tolist(), words, strict=True))
    ]
    low, high = palette.sequential(dark)[1][1], palette.sequential(dark)[3][1]
    unknown = palette.named("amber", dark)
    background = "#2A3038" if dark else "#E4E7EB"
    figure = go.Figure(
        go.Heatmap(
            z=shades.reshape(shape),
            customdata=labels.reshape(shape),
            zmin=-0.5,
            zmax=1.5,
            colorscale=[
                [0, background],
                [0.24, background],
                [0.25, low],
                [0.75, high],
                [0.76, unknown],
                [1, unknown],
            ],
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    if marked is not None:
        line, column = divmod(marked, COLUMNS)
        figure.add_shape(
            x0=column - 0.5,
            x1=column + 0.5,
            y0=line - 0.5,
            y1=line + 0.5,
            line={"color": palette.accent(dark), "width": 2},
        )
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True, autorange="reversed")
    figure.update_layout(height=SIDE * lines + 16, margin={"l": 0, "r": 0, "t": 8, "b": 8})
    return figure


def padding_drift(
    drifts: Mapping[str, tuple[np.ndarray, np.ndarray]], *, dark: bool = False
) -> go.Figure:
    """Distance of the state from the masked state: side -> (padding (cells,) bool, drift (cells,)).

    Cells with padding are drawn thick.
    """
    figure = go.Figure()
    colors = dict(zip(drifts, palette.distinct_colors(2, dark), strict=True))
    for side, (padding, drift) in drifts.items():
        for thick in (False, True):
            shown = np.where(padding, drift, np.nan) if thick else drift
            figure.add_scatter(
                x=np.arange(1, len(drift) + 1),
                y=shown,
                mode="lines",
                name=f"padding {side}",
                showlegend=thick,
                line={"color": colors[side], "width": 5 if thick else 1.5},
                hovertemplate="cell %{x}: %{y:.2f}<extra>padding " + side + "</extra>",
            )
    figure.update_xaxes(title="cell of the row", zeroline=False)
    figure.update_yaxes(title="distance from the masked state", rangemode="tozero", fixedrange=True)
    figure.update_layout(
        height=260,
        margin={"l": 60, "r": 20, "t": 30, "b": 45},
        legend={"orientation": "h", "y": 1.15},
    )
    return figure
