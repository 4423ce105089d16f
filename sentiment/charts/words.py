"""Charts over the words of a review: the axis, labels, margins and marks that all of them share."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sentiment.charts import palette
from sentiment.wording import both_ends

# Margins of the plotted area in pixels, the same for all charts, so that words are aligned.
MARGIN_LEFT, MARGIN_RIGHT = 110, 70

Part = Mapping[str, Any]  # of a figure: a trace, an axis, a line, a name
# A figure as Plotly's JavaScript takes it, with NumPy arrays. Plotly's Python objects check each
# part, which takes ten times as long as all the rest; the tests do that with every chart.
Figure = dict[str, Any]


def word_figure(
    words: Sequence[str],
    traces: Iterable[Part],
    axes: Sequence[Part],
    *,
    height: int,
    top: int = 10,
    gap: float = 0.0,
    legend: bool = False,
    words_named: bool = True,
    lines: Sequence[Part] = (),
    names: Sequence[Part] = (),
    **more: Any,
) -> Figure:
    """A chart over words; its horizontal axis names them, as many as fit, if `words_named`.

    axes: the vertical axis of each panel, from the top; a trace is in a panel by `axis_of`.
    height, top: pixels of the chart and of the margin above it. gap: between panels, a share of the
    plotted height. A legend is above the chart. more: of the layout.
    """
    size = (1 - gap * (len(axes) - 1)) / len(axes)
    panels = {}
    for number, axis in enumerate(axes):
        start = (len(axes) - 1 - number) * (size + gap)
        panels[f"yaxis{number + 1 if number else ''}"] = {
            "automargin": False,  # otherwise labels change the margins
            "domain": [start, min(start + size, 1)],
            **axis,
        }
    above = {"legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"}} if legend else {}
    layout = {
        "xaxis": {
            **_word_axis(words),
            "anchor": axis_of(len(axes) - 1),
            **({} if words_named else {"showticklabels": False}),
        },
        **panels,
        "height": height,
        "margin": {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": top, "b": 80 if words_named else 10},
        "showlegend": legend,
        "shapes": list(lines),
        "annotations": list(names),
        **above,
        **more,
    }
    return {"data": list(traces), "layout": layout}


def axis_of(panel: int) -> str:
    """The name of the vertical axis of a panel, as traces refer to it."""
    return f"y{panel + 1}" if panel else "y"


def level(value: float, **line: Any) -> Part:
    """A gray horizontal line at a value of the first vertical axis."""
    across = {"x0": 0, "x1": 1, "xref": "x domain", "y0": value, "y1": value, "yref": "y"}
    return {"type": "line", **across, "line": {"color": palette.GREY, "width": 1, **line}}


def mark_word(figure: Figure, place: int, first: int = 0, *, dark: bool = False) -> Figure:
    """`figure` with a frame around the column of a word in every panel, if it has that column.

    place: position of the word; first: position of the first word of the chart.
    """
    layout, column = figure["layout"], place - first
    low, high = layout["xaxis"]["range"]
    if not low < column < high:
        return figure
    frame = {
        "type": "rect",
        "xref": "x",
        "x0": column - 0.5,
        "x1": column + 0.5,
        "y0": 0,
        "y1": 1,
        "fillcolor": "rgba(0, 0, 0, 0)",
        "line": {"color": palette.accent(dark), "width": 1.5},
    }
    axes = [name.replace("axis", "") for name in layout if name.startswith("yaxis")]
    frames = [{**frame, "yref": f"{axis} domain"} for axis in axes]
    return {**figure, "layout": {**layout, "shapes": [*layout["shapes"], *frames]}}


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


def _word_axis(words: Sequence[str]) -> dict[str, Any]:
    columns = word_labels(words)
    return {
        "type": "category",
        "range": [-0.5, len(words) - 0.5],
        # Otherwise the first trace determines the order and number of the columns.
        "categoryorder": "array",
        "categoryarray": columns,
        "labelalias": {
            column: shortened(word)
            for column, word in zip(columns, words, strict=True)
            if column != shortened(word)
        },
        "tickangle": -60,
        "showgrid": False,
        "zeroline": False,
    }


def shortened(word: str) -> str:
    """A word for an axis or a name on a curve: at most 14 characters, escaped."""
    return escaped(word if len(word) <= 14 else word[:13] + "…")


def escaped(word: str) -> str:
    """A word for a label of Plotly, which would read `<url>` as a tag."""
    return word.replace("<", "&lt;").replace(">", "&gt;")


def probability_of(name: str) -> str:
    """The title of an axis with the probability of a class, escaped."""
    return f"P({escaped(both_ends(name))})"


def color_bar(**more: object) -> dict[str, object]:
    """The bar of colors beside a heatmap over words."""
    return {"thickness": 10, "x": 1.01, "xpad": 2, **more}
