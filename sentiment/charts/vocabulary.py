"""Word frequencies, coverage of a vocabulary, distinctive words, word positions."""

import altair as alt
import numpy as np
import pandas as pd

from sentiment.analysis.word_counts import (
    FrequencyOfCounts,
    VocabularyCurve,
    WordCounts,
    in_class,
)
from sentiment.charts import palette
from sentiment.charts.layered import Layered, dashed_line, series_color
from sentiment.corpus.classes import Classes

POINTS = 160  # of a line
HEIGHT = 320  # pixels
COVERED, MISSED = "covered (training)", "unknown (held out)"


def rank_frequency(
    frequencies: FrequencyOfCounts, vocabulary_size: int, *, dark: bool = False
) -> Layered:
    """Occurrences by rank on logarithmic axes.

    The gray line is Zipf's law: the word of rank r occurs 1/r times as often as the first.
    """
    distinct = max(frequencies.distinct, 1)
    ranks = np.unique(np.geomspace(1, distinct, POINTS).round().astype(np.int64))
    counts = frequencies.at_rank(ranks)
    data = pd.DataFrame({"rank": ranks, "count": counts, "known": ranks <= vocabulary_size})
    base = alt.Chart(data).encode(
        x=alt.X(
            "rank:Q",
            title="rank of the word",
            scale=alt.Scale(type="log", domain=[1, distinct], nice=False),
            axis=alt.Axis(format="~s", grid=False),
        ),
        y=alt.Y(
            "count:Q",
            title="occurrences in training reviews",
            scale=alt.Scale(type="log", domainMin=0.8, nice=False),
            axis=alt.Axis(format="~s"),
        ),
        tooltip=[
            alt.Tooltip("rank:Q", format=",d"),
            alt.Tooltip("count:Q", title="occurrences", format=",d"),
            alt.Tooltip("known:N", title="in the vocabulary"),
        ],
    )
    straight = pd.DataFrame({"rank": [1, distinct], "count": [counts[0], counts[0] / distinct]})
    zipf = (
        alt.Chart(straight)
        .mark_line(color=palette.GREY, strokeDash=[4, 3], clip=True)
        .encode(x=alt.X("rank:Q"), y=alt.Y("count:Q"))
    )
    line = base.mark_line(color=palette.positive(dark), strokeWidth=2.5)
    return alt.layer(zipf, line, _size_rule(vocabulary_size, distinct, "rank", dark), height=HEIGHT)


def coverage_curves(
    vocabulary: VocabularyCurve, vocabulary_size: int, *, dark: bool = False, height: int = HEIGHT
) -> Layered:
    """Share of words that a vocabulary covers, and share unknown in held-out reviews."""
    distinct = int(vocabulary.sizes[-1])
    shown = np.geomspace(1, distinct, POINTS // 2).round().astype(np.int64)
    sizes = np.unique(np.append(shown, min(vocabulary_size, distinct)))
    rows = [
        {"size": size, "share": share, "what": what}
        for size, shares in ((size, vocabulary.at(size)) for size in sizes.tolist())
        for what, share in zip((COVERED, MISSED), shares, strict=True)
    ]
    colors = {COVERED: palette.positive(dark), MISSED: palette.negative(dark)}
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X(
            "size:Q",
            title="vocabulary (words)",
            scale=alt.Scale(type="log", domain=[1, distinct], nice=False),
            axis=alt.Axis(format="~s", grid=False),
        ),
        y=alt.Y(
            "share:Q",
            title="share of all words",
            axis=alt.Axis(format="~%"),
            scale=alt.Scale(domain=[0, 1]),
        ),
        color=series_color(
            "what:N", colors, symbolType="stroke", symbolStrokeWidth=3, labelLimit=300
        ),
        tooltip=[
            alt.Tooltip("size:Q", title="vocabulary", format=",d"),
            alt.Tooltip("what:N", title="share"),
            alt.Tooltip("share:Q", format=".2%", title=" "),
        ],
    )
    chosen = min(vocabulary_size, distinct)
    here = base.transform_filter(alt.datum.size == chosen).mark_point(size=80, filled=True)
    rule = _size_rule(vocabulary_size, distinct, "size", dark)
    return alt.layer(base.mark_line(strokeWidth=2.5), rule, here, height=height)


def distinctive_words(
    words: WordCounts,
    places: np.ndarray,
    classes: Classes,
    code: int,
    *,
    by_strength: bool = False,
    dark: bool = False,
) -> alt.Chart:
    """The most distinctive words of a class: bars of z-scores or log-odds.

    places: in `words`, from `WordCounts.most_distinctive`, of the class `code`.
    """
    measure = "log-odds" if by_strength else "z"
    title = "log-odds ratio" if by_strength else "z-score of the log-odds"
    counts = [in_class(name) for name in classes.names][: palette.MOST_CLASSES]
    data = pd.DataFrame(
        words.table(places, classes, code), columns=["word", *counts, "log-odds", "z"]
    )
    # Vega reads a dot or a bracket in the name of a field as a path.
    data = data.rename(columns={name: f"class {place}" for place, name in enumerate(counts)})
    data["size"] = data[measure]
    return (
        alt.Chart(data)
        .mark_bar(color=palette.class_color(classes, code, dark))
        .encode(
            y=alt.Y(
                "word:N", sort=None, title=None, axis=alt.Axis(labelLimit=140, labelOverlap=False)
            ),
            x=alt.X("size:Q", title=title, axis=alt.Axis(grid=False, tickCount=6)),
            tooltip=[
                alt.Tooltip("word:N"),
                *(
                    alt.Tooltip(f"class {place}:Q", title=name, format=",d")
                    for place, name in enumerate(counts)
                ),
                alt.Tooltip("size:Q", title=title, format=".2f"),
            ],
        )
        .properties(height=60 + 22 * len(data))
    )


def word_places(tenths: np.ndarray, *, dark: bool = False) -> Layered:
    """Share of a word's occurrences in each tenth of a review; the dashed line is uniform.

    tenths: (10,) occurrences.
    """
    share = tenths / max(tenths.sum(), 1)
    data = pd.DataFrame(
        {
            "from": np.arange(len(share)) / len(share),
            "to": np.arange(1, len(share) + 1) / len(share),
            "share": share,
            "occurrences": tenths,
        }
    )
    bars = (
        alt.Chart(data)
        .mark_bar(color=palette.positive(dark))
        .encode(
            x=alt.X(
                "from:Q",
                bin="binned",
                title="position in the review",
                axis=alt.Axis(format="~%", grid=False, tickCount=5),
            ),
            x2=alt.X2("to"),
            y=alt.Y("share:Q", title="share of its occurrences", axis=alt.Axis(format="~%")),
            tooltip=[
                alt.Tooltip("from:Q", format=".0%"),
                alt.Tooltip("to:Q", format=".0%"),
                alt.Tooltip("share:Q", format=".1%"),
                alt.Tooltip("occurrences:Q", format=",d"),
            ],
        )
    )
    return alt.layer(bars, dashed_line("share", 1 / len(share))).properties(height=250)


def _size_rule(size: int, distinct: int, field: str, dark: bool) -> alt.Chart:
    shown = [size] if size <= distinct else []
    return (
        alt.Chart(pd.DataFrame({field: shown, "is": ["chosen"] * len(shown)}))
        .mark_rule(color=palette.accent(dark), strokeDash=[4, 3])
        .encode(x=alt.X(f"{field}:Q"), tooltip=[alt.Tooltip(f"{field}:Q", title="vocabulary")])
    )
