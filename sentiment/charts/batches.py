"""Diagram of a batch: one row per review, one cell per word or padding."""

import numpy as np
import plotly.graph_objects as go

from sentiment.charts import palette
from sentiment.corpus.review import POSITIVE
from sentiment.dataset.example_batches import ExampleBatch
from sentiment.encoding.vocabulary import UNK

PADDING, OF_NEGATIVE, OF_POSITIVE, UNKNOWN = range(4)  # kinds of cells
ROW_HEIGHT, MARGINS = 9, 70  # pixels


def batch_picture(
    batch: ExampleBatch, *, columns: int | None = None, dark: bool = False
) -> go.Figure:
    """columns: width of the axis in cells, to compare two batches."""
    kinds = np.where((batch.labels == POSITIVE)[:, None], OF_POSITIVE, OF_NEGATIVE)
    kinds = np.where(batch.filled, kinds, PADDING).astype(np.uint8)
    hover, more = "review %{y}, cell %{x}", {}
    if batch.ids is not None:
        kinds[batch.filled & (batch.ids == UNK)] = UNKNOWN
        hover, more = f"{hover}<br>id %{{customdata}}", {"customdata": batch.ids}
    figure = go.Figure(
        go.Heatmap(
            z=kinds,
            x0=1,
            y0=1,
            zmin=-0.5,
            zmax=UNKNOWN + 0.5,
            colorscale=_steps(_colors(dark)),
            showscale=False,
            ygap=1,
            hovertemplate=f"{hover}<extra></extra>",
            **more,
        )
    )
    figure.update_xaxes(
        title="cell of the row", range=[0.5, (columns or batch.width) + 0.5], showgrid=False
    )
    figure.update_yaxes(
        title="reviews",
        autorange="reversed",
        showticklabels=False,
        showgrid=False,
        fixedrange=True,
    )
    figure.update_layout(
        height=MARGINS + ROW_HEIGHT * len(batch.items),
        margin={"l": 40, "r": 10, "t": 10, "b": 50},
    )
    return figure


def _colors(dark: bool) -> list[str]:
    return [
        "#262B33" if dark else "#E9EDF2",
        palette.negative(dark),
        palette.positive(dark),
        palette.accent(dark),
    ]


def _steps(colors: list[str]) -> list[list[float | str]]:
    """A discrete color scale: one color per integer."""
    count = len(colors)
    return [[(place + end) / count, color] for place, color in enumerate(colors) for end in (0, 1)]
