"""The padded row that enters the network, and what padding would do unmasked."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from sentiment.charts import palette
from sentiment.encoding.vocabulary import PAD, UNK

COLUMNS = 50  # cells in a line of the picture
SIDE = 19  # pixels of a cell


def row_picture(row: np.ndarray, words: Sequence[str], *, dark: bool = False) -> go.Figure:
    """Every cell of a row, line by line: padding, unknown words, and words by their frequency.

    row: (cells,) ids; words: (cells,) the word of each cell.
    """
    lines = -(-len(row) // COLUMNS)
    shape = lines, COLUMNS
    shades = np.full(shape[0] * shape[1], np.nan)
    # Rank 2 is the most frequent word. Padding and unknown words have colors of their own.
    ranks = np.log2(np.maximum(row, 2)) / max(1.0, math.log2(max(int(row.max()), 4)))
    shades[: len(row)] = np.select([row == PAD, row == UNK], [-0.5, 1.5], 1 - 0.8 * ranks)
    told = np.full(len(shades), "", dtype=object)
    told[: len(row)] = [
        f"cell {cell + 1}: padding (0)" if index == PAD else f"cell {cell + 1}: “{word}” ({index})"
        for cell, (index, word) in enumerate(zip(row.tolist(), words, strict=True))
    ]
    low, high = palette.sequential(dark)[1][1], palette.sequential(dark)[3][1]
    ground = "#2A3038" if dark else "#E4E7EB"
    figure = go.Figure(
        go.Heatmap(
            z=shades.reshape(shape),
            customdata=told.reshape(shape),
            zmin=-0.5,
            zmax=1.5,
            colorscale=[
                [0, ground],
                [0.24, ground],
                [0.25, low],
                [0.75, high],
                [0.76, palette.negative(dark)],
                [1, palette.negative(dark)],
            ],
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True, autorange="reversed")
    figure.update_layout(height=SIDE * lines + 16, margin={"l": 0, "r": 0, "t": 8, "b": 8})
    return figure


def padding_drift(
    drifts: Mapping[str, tuple[np.ndarray, np.ndarray]], *, dark: bool = False
) -> go.Figure:
    """How far unmasked padding carries the state away: side -> (padding (cells,) bool, drift).

    Cells that hold padding are drawn thick.
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
    figure.update_yaxes(title="drift of the state", rangemode="tozero", fixedrange=True)
    figure.update_layout(
        height=260,
        margin={"l": 60, "r": 20, "t": 30, "b": 45},
        legend={"orientation": "h", "y": 1.15},
    )
    return figure
