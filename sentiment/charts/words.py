"""Axis of the words of a review: labels, margins and marks that all charts over words share."""

from collections import Counter
from collections.abc import Sequence

import plotly.graph_objects as go

from sentiment.charts import palette
from sentiment.wording import both_ends

# Margins of the plotted area in pixels, the same for all charts, so that words are aligned.
MARGIN_LEFT, MARGIN_RIGHT = 110, 70


def mark_word(figure: go.Figure, place: int, first: int = 0, *, dark: bool = False) -> go.Figure:
    """Frame the column of a word in every panel of a chart over words, if it has that column.

    place: position of the word; first: position of the first word of the chart.
    """
    low, high = figure.layout.xaxis.range
    if low < place - first < high:
        figure.add_vrect(
            x0=place - first - 0.5,
            x1=place - first + 0.5,
            fillcolor="rgba(0, 0, 0, 0)",
            line={"color": palette.accent(dark), "width": 1.5},
        )
    return figure


def word_labels(words: Sequence[str]) -> list[str]:
    """Unique labels of the words, so that a repeated word has several columns.

    Repeated words are numbered with invisible characters, which the tokenizer leaves in no word.
    (Labels on the axis, rather than one per cell, reduce the data sent to the browser tenfold.)
    """
    seen: Counter[str] = Counter()
    labels = []
    for word in words:
        number = f"{seen[word]:b}" if seen[word] else ""
        labels.append(escaped(word) + number.replace("0", "\u200b").replace("1", "\u200c"))
        seen[word] += 1
    return labels


def word_axis(figure: go.Figure, words: Sequence[str]) -> None:
    """A horizontal axis of words; Plotly labels as many as fit."""
    columns = word_labels(words)
    figure.update_xaxes(
        type="category",
        range=[-0.5, len(words) - 0.5],
        labelalias={
            column: shortened(word)
            for column, word in zip(columns, words, strict=True)
            if column != shortened(word)
        },
        tickangle=-60,
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(automargin=False)  # otherwise labels change the margins


def shortened(word: str) -> str:
    """A word for an axis or a name on a curve: at most 14 characters, escaped."""
    return escaped(word if len(word) <= 14 else word[:13] + "…")


def escaped(word: str) -> str:
    """A word for a label of Plotly, which would read `<url>` as a tag."""
    return word.replace("<", "&lt;").replace(">", "&gt;")


def probability_of(name: str) -> str:
    """The title of an axis with the probability of a class, escaped."""
    return f"P({escaped(both_ends(name))})"


def layout(top: int = 10, *, legend: bool = False) -> dict[str, object]:
    """Common margins of all charts over words; a legend is above the chart."""
    margin = {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": top, "b": 80}
    above = {"legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"}} if legend else {}
    return {"margin": margin, "showlegend": legend, **above}


def color_bar(**more: object) -> dict[str, object]:
    """The bar of colors beside a heatmap over words."""
    return {"thickness": 10, "x": 1.01, "xpad": 2, **more}
