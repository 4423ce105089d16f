"""Diagram of a batch: one row per review, one cell per word or padding."""

import numpy as np
import plotly.graph_objects as go

from sentiment.charts import palette
from sentiment.charts.words import escaped
from sentiment.corpus.classes import Classes
from sentiment.dataset.example_batches import ExampleBatch
from sentiment.encoding.vocabulary import UNK
from sentiment.wording import both_ends

PADDING, UNKNOWN, FIRST_CLASS = range(3)  # kinds of cells; then those of the other classes
ROW_HEIGHT, MARGINS = 9, 100  # pixels
LONGEST_IN_LEGEND = 28  # characters of the name of a class: the legend of a phone


def batch_picture(
    batch: ExampleBatch, classes: Classes, *, columns: int | None = None, dark: bool = False
) -> go.Figure:
    """columns: width of the axis in cells, to compare two batches."""
    kinds = (FIRST_CLASS + batch.labels)[:, None]
    kinds = np.where(batch.filled, kinds, PADDING).astype(np.uint8)
    class_colors = palette.class_colors(classes, dark)
    padding = "#262B33" if dark else "#E9EDF2"
    colors = [padding, palette.accent(dark), *class_colors]
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
            zmax=len(colors) - 0.5,
            colorscale=_steps(colors),
            showscale=False,
            ygap=1,
            hovertemplate=f"{hover}<extra></extra>",
            **more,
        )
    )
    groups = palette.class_groups(classes).items()
    legend = [(name, class_colors[codes[0]]) for name, codes in groups] + [("padding", padding)]
    if batch.ids is not None:
        legend.append(("unknown word", palette.accent(dark)))
    for name, color in legend:
        marker = {"symbol": "square", "size": 10, "color": color}
        shown = escaped(both_ends(name, LONGEST_IN_LEGEND))
        figure.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=shown)
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
        margin={"l": 40, "r": 10, "t": 40, "b": 50},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom"},
    )
    return figure


def _steps(colors: list[str]) -> list[list[float | str]]:
    """A discrete color scale: one color per integer."""
    count = len(colors)
    return [[(place + end) / count, color] for place, color in enumerate(colors) for end in (0, 1)]
