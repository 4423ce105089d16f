"""A review before and after an intervention, on the axis of `charts.words`."""

from collections.abc import Sequence

import numpy as np

from sentiment.charts import palette
from sentiment.charts.gates import gate_heatmaps
from sentiment.charts.probability import HALF, probability_axis
from sentiment.charts.words import Figure, probability_of, word_figure, word_labels
from sentiment.networks.trace import LayerTrace, Quantity


def before_and_after(
    words: Sequence[str],
    before: np.ndarray,
    positions: np.ndarray,
    after: np.ndarray,
    of: str,
    *,
    dark: bool = False,
) -> Figure:
    """Probability of the class `of` after each word, without and with interventions.

    before: (words,); after: (points,), at the words with these `positions`.
    """
    labels = word_labels(words)
    read = [labels[position] for position in positions]
    lines = (
        ("before", labels, before, palette.GREY, "dot", 1.5),
        ("after", read, after, palette.positive(dark), "solid", 2.5),
    )
    traces = [
        {
            "type": "scatter",
            "x": across,
            "y": values,
            "name": name,
            "mode": "lines+markers" if len(values) <= 40 else "lines",
            "line": {"color": color, "width": width, "dash": dash},
            "marker": {"size": 6},
            "hovertemplate": f"{name}, after “%{{x}}”: %{{y:.1%}}<extra></extra>",
        }
        for name, across, values, color, dash, width in lines
    ]
    axis = probability_axis(probability_of(of))
    return word_figure(words, traces, [axis], height=320, top=40, legend=True, lines=[HALF])


def changed_heatmaps(
    words: Sequence[str],
    before: LayerTrace,
    after: LayerTrace,
    quantity: Quantity,
    units: np.ndarray,
    *,
    dark: bool = False,
) -> Figure:
    """One quantity of one layer after an intervention, and its change."""
    became = after.values[quantity.symbol]
    values = {quantity.symbol: became, "after − before": became - before.values[quantity.symbol]}
    both = LayerTrace(before.layer, before.direction, values)
    difference = Quantity("the difference", "after − before", None, "")
    return gate_heatmaps(words, both, [quantity, difference], units, dark=dark)
