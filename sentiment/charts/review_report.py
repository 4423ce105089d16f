"""One review as a page of its own: a single HTML file that needs no server and no network."""

from html import escape

import numpy as np
import plotly.graph_objects as go

from sentiment.charts import palette
from sentiment.charts.words import gate_heatmaps, gate_strip, probability_curve, strip_values
from sentiment.inspection.predictor import Trace

UNITS_SHOWN = 32  # of each layer
WORDS_SHOWN = 400  # in detail; the curve has all
_STYLE = """
body { font-family: system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
       color: #1F2430; background: #fff; line-height: 1.5; }
.review span { border-radius: 0.25rem; padding: 0.1rem 0.2rem; line-height: 1.9; }
table { border-collapse: collapse; } td, th { padding: 0.2rem 0.8rem 0.2rem 0; text-align: left; }
"""


def review_report(model: str, trace: Trace) -> str:
    """Verdict, the words colored by what they moved, curve and gates of one review, as HTML.

    What was typed is escaped; the drawing library is inside, so the file works offline.
    """
    verdict, words = trace.prediction, trace.encoded.kept_tokens
    figures = [
        (
            "After every word",
            _html(
                probability_curve(
                    words, trace.probabilities, trace.probability_before, trace.verdict_positions
                )
            ),
        )
    ]
    for layer in trace.layers:
        part, shown = layer.part(0, WORDS_SHOWN), words[:WORDS_SHOWN]
        if gates := [quantity for quantity in trace.quantities if quantity.is_gate]:
            strip = gate_strip(shown, gates, strip_values(part, gates, "mean"))
            figures.append((f"Gates of {layer.title}, means over the units", _html(strip)))
        units = trace.strongest_units(layer, UNITS_SHOWN)
        maps = gate_heatmaps(shown, part, trace.quantities, units)
        figures.append((f"Everything in {layer.title}, {len(units)} units", _html(maps)))
    meanings = "".join(
        f"<tr><th>{escape(quantity.name)} ({escape(quantity.symbol)})</th>"
        f"<td>{escape(quantity.meaning)}</td></tr>"
        for quantity in trace.quantities
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in verdict.notes)
    sections = "".join(f"<h2>{escape(title)}</h2>{figure}" for title, figure in figures)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{verdict.label}: a review read by {escape(model)}</title>"
        f"<style>{_STYLE}</style><script>{_library()}</script></head><body>"
        f"<h1>{verdict.label}, {verdict.confidence:.1%}</h1>"
        f"<p>{verdict.words:,} words read by <b>{escape(model)}</b>; the color of a word says "
        "how far it moved the probability, blue to Positive, orange to Negative.</p>"
        f"{notes}<p class='review'>{_colored(words, trace.moves)}</p>{sections}"
        f"<h2>What these are</h2><table>{meanings}</table></body></html>"
    )


def _colored(words: list[str], moves: np.ndarray) -> str:
    strongest = max(0.1, float(np.abs(moves).max()))
    spans = []
    for word, move in zip(words, moves, strict=True):
        color = palette.positive(False) if move > 0 else palette.negative(False)
        share = round(60 * abs(move) / strongest)
        spans.append(
            f"<span title='{move:+.1%}' style='background: color-mix(in srgb, {color} {share}%, "
            f"transparent)'>{escape(word)}</span>"
        )
    return " ".join(spans)


def _html(figure: go.Figure) -> str:
    figure.update_layout(template="plotly_white", autosize=True)
    text: str = figure.to_html(full_html=False, include_plotlyjs=False)
    return text


def _library() -> str:
    from plotly.offline import get_plotlyjs

    text: str = get_plotlyjs()
    return text
