"""Probability of every class after each word of a review, on the axis of `charts.words`."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sentiment.charts import palette
from sentiment.charts.palette import MOST_CLASSES, OTHER
from sentiment.charts.probability import (
    HALF,
    columns_as_numbers,
    names_of_changes,
    probability_axis,
    probability_curve,
)
from sentiment.charts.words import Figure, Part, escaped, word_figure, word_labels
from sentiment.corpus.classes import Classes
from sentiment.wording import both_ends

HEIGHT, FLAT_HEIGHT = 300, 220  # pixels, with and without the words below
NAME_HEIGHT = 14  # pixels of the name of a line
LONGEST_NAME = 10  # characters in the right margin


class Drawn(NamedTuple):
    """One line of the chart."""

    name: str
    color: str
    values: np.ndarray  # (points,) probabilities
    code: int  # of the class; -1 for several together


def drawn_classes(
    classes: Classes, probabilities: np.ndarray, label: int, *, dark: bool
) -> list[Drawn]:
    """All classes in their order, or those most probable at the end and the others together.

    probabilities: (points, classes). The class `label` is always among them.
    """
    codes = list(classes.codes)
    if len(codes) > MOST_CLASSES:
        ranked = sorted(codes, key=lambda code: (code != label, -probabilities[-1, code]))
        codes = sorted(ranked[: MOST_CLASSES - 1])
    names = tuple(classes.names[code] for code in codes)
    colors = palette.class_colors(Classes(names, classes.ordered), dark)
    drawn = [
        Drawn(name, color, probabilities[:, code], code)
        for code, name, color in zip(codes, names, colors, strict=True)
    ]
    if rest := [code for code in classes.codes if code not in codes]:
        together = probabilities[:, rest].sum(axis=1)
        drawn.append(Drawn(f"{OTHER} ({len(rest)})", palette.GREY, together, -1))
    return drawn


def class_curves(
    words: Sequence[str],
    probabilities: np.ndarray,
    before: np.ndarray,
    classes: Classes,
    label: int,
    verdict_positions: np.ndarray | None = None,
    *,
    labels: bool = True,
    dark: bool = False,
) -> Figure:
    """Probability of each class before any word and after each word.

    Two classes are one line, see `probability_curve`. Of several, the class `label` is drawn
    strong, with the words that change it most named, and each line has its name at its end.

    probabilities: (words, classes); before: (classes,), drawn at the left edge.
    verdict_positions: positions of the words after which they were computed, if not after all.
    labels: whether the axis names the words.
    """
    if len(classes.shown) == 1:
        return probability_curve(
            words, probabilities, before, classes, verdict_positions, labels=labels, dark=dark
        )
    positions = np.arange(len(words)) if verdict_positions is None else verdict_positions
    points = np.concatenate([before[None], probabilities[positions]])
    columns, places = word_labels(words), np.array([-0.5, *positions])
    reads = ["before any word", *(f"after “{columns[place]}”" for place in positions)]
    lines = drawn_classes(classes, points, label, dark=dark)
    traces: list[Part] = []
    # The last one drawn is on top.
    for line in sorted(lines, key=lambda line: line.code == label):
        chosen = line.code == label
        size = (7 if len(words) <= 120 else 4) if chosen else 3
        traces.append(
            {
                "type": "scatter",
                "x": places,
                "y": line.values,
                "xaxis": "x2",
                "name": line.name,
                "customdata": reads,
                "mode": "lines+markers",
                "line": {"color": line.color, "width": 3 if chosen else 1.5},
                "marker": {"size": size},
                "opacity": 1 if chosen else 0.85,
                "cliponaxis": False,
                "hovertemplate": f"{escaped(line.name)} %{{y:.1%}} %{{customdata}}<extra></extra>",
            }
        )
    # The words are on an axis of their own, which a trace must hold.
    nothing = {"type": "scatter", "x": columns, "y": [None] * len(columns), "mode": "markers"}
    traces.append({**nothing, "hoverinfo": "skip", "showlegend": False})
    height = HEIGHT if labels else FLAT_HEIGHT
    changes = names_of_changes(words, points[1:, label], float(before[label]), positions, dark)
    ends = _names_of_lines(lines, label, len(words), height - (90 if labels else 20))
    return word_figure(
        words,
        traces,
        [probability_axis("probability")],
        height=height,
        words_named=labels,
        lines=[HALF],
        names=[*changes, *ends],
        xaxis2=columns_as_numbers(len(words)),
    )


def _names_of_lines(lines: Sequence[Drawn], label: int, words: int, pixels: int) -> list[Part]:
    """The name of each line at its end, moved apart where lines end close to each other."""
    ends = [float(line.values[-1]) for line in lines]
    names: list[Part] = []
    for line, place in zip(lines, spread(ends, NAME_HEIGHT / pixels), strict=True):
        text = escaped(both_ends(line.name, LONGEST_NAME))
        names.append(
            {
                "x": words - 0.5,
                "y": place,
                "text": f"<b>{text}</b>" if line.code == label else text,
                "font": {"color": line.color, "size": 11},
                "xanchor": "left",
                "xshift": 8,
                "showarrow": False,
            }
        )
    return names


def spread(values: Sequence[float], least: float) -> list[float]:
    """Places near `values`, from 0 to 1 if they fit, at least `least` apart and in their order."""
    order = np.argsort(values, kind="stable")
    places = np.asarray(values, float)[order]
    least = min(least, 1 / max(len(places) - 1, 1))
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + least)
    places[-1] = min(places[-1], 1.0)
    for number in range(len(places) - 2, -1, -1):
        places[number] = min(places[number], places[number + 1] - least)
    result = np.empty(len(places))
    result[order] = places
    return result.tolist()
