"""Sentences beside the charts of review lengths."""

from sentiment.charts.lengths import Scale, bin_edges, right_edge
from sentiment.encoding.lengths import LengthHistogram
from sentiment.wording import counted


def chart_notes(lengths: LengthHistogram, shape: str, scale: Scale) -> list[str]:
    """Sentences that explain a chart of SHAPES."""
    if shape == "Box":
        return [
            "Box: the middle half of the reviews, with median (line) and mean (ring). Whiskers: "
            "within 1.5 interquartile ranges. Dots: shortest and longest."
        ]
    notes, edges = [], bin_edges(right_edge(lengths, scale), scale)
    if shape == "Histogram" and scale != "log words":
        notes.append(f"One bar is {counted(int(edges[1] - edges[0]), 'word')} wide.")
    beyond = lengths.between(int(edges[-1]), lengths.longest).reviews
    if beyond:
        notes.append(f"Not shown: {counted(beyond, 'review')} of {edges[-1]:,} or more words.")
    return notes
