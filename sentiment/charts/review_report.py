"""The report of one review as a single HTML file, readable offline."""

from collections.abc import Iterator, Sequence

import numpy as np
import plotly.graph_objects as go

from sentiment.charts import palette
from sentiment.charts.class_curves import class_curves
from sentiment.charts.gates import gate_heatmaps, gate_strip, strip_values
from sentiment.charts.report import render
from sentiment.charts.words import Figure
from sentiment.inspection.trace import Trace
from sentiment.wording import counted

UNITS_SHOWN = 32  # of each layer
WORDS_SHOWN = 400  # in the heatmaps; the curve has all


def review_report(model: str, trace: Trace) -> str:
    """Prediction, colored words, probability curve and gates of one review, as HTML."""
    from plotly.offline import get_plotlyjs

    words = trace.encoded.kept_tokens
    curve = class_curves(
        words,
        trace.probabilities,
        trace.probabilities_before,
        trace.classes,
        trace.explained,
        trace.verdict_positions,
    )
    figures = [("Probability after each word", curve)]
    for layer in trace.layers:
        part, shown = layer.part(0, WORDS_SHOWN), words[:WORDS_SHOWN]
        if gates := [quantity for quantity in trace.quantities if quantity.is_gate]:
            strip = gate_strip(shown, gates, strip_values(part, gates, "mean"))
            figures.append((f"Gates of {layer.title}, means over the units", strip))
        units = trace.strongest_units(layer, UNITS_SHOWN)
        maps = gate_heatmaps(shown, part, trace.quantities, units)
        figures.append((f"All quantities of {layer.title}, {counted(len(units), 'unit')}", maps))
    return render(
        "review_report.html.j2",
        model=model,
        prediction=trace.prediction,
        explained=trace.name,
        rest=trace.rest,
        before=trace.curve_before,
        words=_colored(words, trace.moves),
        figures=[(title, _html(figure)) for title, figure in figures],
        quantities=trace.quantities,
        library=get_plotlyjs(),
    )


def _colored(words: Sequence[str], moves: np.ndarray) -> Iterator[tuple[str, float, str, int]]:
    """Each word with its move, its color and the percentage of that color."""
    strongest = max(0.1, float(np.abs(moves).max()))
    for word, move in zip(words, moves.tolist(), strict=True):
        color = palette.positive(False) if move > 0 else palette.negative(False)
        yield word, move, color, round(60 * abs(move) / strongest)


def _html(figure: Figure) -> str:
    drawn = go.Figure(figure).update_layout(template="plotly_white", autosize=True)
    text: str = drawn.to_html(full_html=False, include_plotlyjs=False)
    return text
