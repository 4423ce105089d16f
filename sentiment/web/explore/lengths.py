"""Lengths: how long reviews are, where to cut, and what that drops."""

import numpy as np
import streamlit as st

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.charts.lengths import BRUSH, SCALES, SHAPES, bin_edges, right_edge
from sentiment.corpus.review import LABEL_NAMES, Split
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.web import layout
from sentiment.web.explore.choices import Choices
from sentiment.web.explore.corpora import no_texts
from sentiment.web.explore.rules import chart_key, take_brush

LISTED = 200  # dropped reviews


def show(choices: Choices) -> None:
    lengths = choices.lengths
    layout.metrics(
        Reviews=f"{lengths.reviews:,}",
        Mean_length=f"{lengths.mean:.0f} words",
        Median=f"{lengths.percentile(50):,}",
        **{"Standard deviation": f"{lengths.deviation:,.0f}"},
        Shortest=f"{lengths.shortest:,}",
        Longest=f"{lengths.longest:,}",
    )
    with st.container(horizontal=True, gap="medium"):
        shape = st.segmented_control(
            "Drawn as",
            list(SHAPES),
            default="Histogram",
            key="shape",
            required=True,
            bind="query-params",
        )
        scale = st.segmented_control(
            "Scale",
            SCALES,
            default="linear",
            key="scale",
            required=True,
            bind="query-params",
            help="Logarithmic reviews show the rare lengths, logarithmic words the short ones.",
        )
    key = f"{chart_key()}_{shape}_{scale}"
    st.altair_chart(
        SHAPES[shape](
            choices.series, low=choices.low, high=choices.high, scale=scale, dark=layout.is_dark()
        ),
        key=key,
        on_select=lambda: take_brush(st.session_state[key].selection.get(BRUSH) or {}),
        selection_mode=BRUSH,
        alt=f"{shape} of review lengths: mean {lengths.mean:.0f}, median {lengths.percentile(50)}, "
        f"longest {lengths.longest} words; cutoffs {choices.low} to {choices.high} keep "
        f"{choices.cut.kept.reviews} reviews.",
    )
    _caption(choices, shape, scale)
    _ledger(choices)
    _deciles(choices)
    _dropped(choices)


def _caption(choices: Choices, shape: str, scale: str) -> None:
    lengths, said = choices.lengths, ["Drag across the chart to set both cutoffs."]
    edges = bin_edges(right_edge(lengths, scale), scale)  # type: ignore[arg-type]
    if shape == "Histogram" and scale != "log words":
        said.append(f"A bar is {edges[1] - edges[0]} words wide.")
    beyond = lengths.between(int(edges[-1]), lengths.longest).reviews
    if beyond and shape != "Box":
        said.append(f"{beyond:,} reviews of {edges[-1]:,} words or more lie beyond the right edge.")
    if shape == "Box":
        said.append(
            "Box: the middle half, with median (line) and mean (ring). Whiskers: 1.5 times as "
            "far. Dots: shortest and longest."
        )
    st.caption(" ".join(said))


def _ledger(choices: Choices) -> None:
    cut, reviews = choices.cut, choices.lengths.reviews
    st.subheader("What is dropped, and what is kept", anchor=False)
    layout.metrics(
        All=f"{reviews:,}",
        Dropped_as_empty=f"{cut.empty:,}",
        Dropped_as_too_short=f"{cut.short:,}",
        Dropped_as_too_long=f"{cut.long:,}",
        Dropped_as_duplicates=f"{cut.copies:,}",
        **(
            {"Left out for quality": f"{cut.excluded:,}"}
            if choices.statistics.lengths_of_excluded
            else {}
        ),
        Kept=f"{cut.kept.reviews:,}",
    )
    duplicates = choices.statistics.duplicates
    notes = [
        f"{cut.kept.reviews / max(reviews, 1):.1%} are kept. Dropped as duplicates: training "
        "reviews whose very text also stands in the test split, and unlabelled ones that repeat "
        "another. "
        f"Others stay: there are {duplicates.within_train:,} exact copies in train and "
        f"{duplicates.within_test:,} in test."
    ]
    if left_out := choices.corpus.left_out:
        kinds = ", ".join(QUALITY_CHECKS[name].title.lower() for name in left_out)
        notes.append(
            f"Left out for their quality, as chosen on the Reviews page: {kinds}."
            + (
                ""
                if choices.statistics.lengths_of_excluded
                else " How many is known once they are prepared."
            )
        )
    if choices.statistics.official and choices.split in (None, "test"):
        notes.append(
            "Cutoffs leave the test split of the source alone when a network is trained: it stays "
            "whole, so that figures can be compared. Here they show what they would do."
        )
    st.caption(" ".join(notes))


def _deciles(choices: Choices) -> None:
    with st.expander("Deciles and extremes"):
        rows = []
        for name, lengths in {**choices.series, "together": choices.lengths}.items():
            tenths = {f"{10 * (n + 1)} %": words for n, words in enumerate(lengths.deciles)}
            rows.append(
                {"reviews that are": name, "reviews": lengths.reviews, "mean": lengths.mean}
                | {"shortest": lengths.shortest, **tenths, "longest": lengths.longest}
            )
        st.dataframe(
            rows,
            hide_index=True,
            column_config={
                "mean": st.column_config.NumberColumn(format="%.1f"),
                "reviews": st.column_config.NumberColumn(format="localized"),
            },
        )
        st.caption("In words: so many percent of the reviews are no longer than that.")


@st.fragment
def _dropped(choices: Choices) -> None:
    """The reviews outside the cutoffs, to read."""
    if not st.toggle("Read what these cutoffs drop", key="read_dropped", bind="query-params"):
        return
    with layout.show_errors():
        corpus = choices.corpus.prepared()
    if corpus is None:
        no_texts(choices.corpus, "The texts")
        return
    rows = dropped_rows(corpus, choices)
    if not len(rows):
        st.info("They drop no labelled review.", icon=":material/check:")
        return
    st.caption(
        f"{len(rows):,} labelled reviews are too short or too long"
        + (
            f"; {LISTED} are listed, from the shortest to the longest."
            if len(rows) > LISTED
            else "."
        )
        + " Choose a row to read it."
    )
    shown = rows[np.unique(np.linspace(0, len(rows) - 1, min(LISTED, len(rows))).astype(int))]
    texts, lengths = corpus.texts(shown), corpus.lengths[shown].tolist()
    picked = st.dataframe(
        [
            {
                "why": "too short" if length < choices.low else "too long",
                "words": length,
                "label": LABEL_NAMES[int(label)],
                "begins": text[:120].replace("<br />", " "),
            }
            for text, length, label in zip(texts, lengths, corpus.labels[shown], strict=True)
        ],
        key="dropped_review",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        height=240,
    ).selection.rows
    if picked and picked[0] < len(shown):
        with st.container(border=True):
            st.text(texts[picked[0]].replace("<br />", "\n"))


def dropped_rows(corpus: PreparedCorpus, choices: Choices) -> np.ndarray:
    """Numbers of the labelled reviews that the cutoffs drop, by length, (n,).

    What the statistics call train has been divided into train and valid by preparing.
    """
    fits = (corpus.lengths < choices.low) | (corpus.lengths > choices.high)
    parts = {"train": (Split.TRAIN, Split.VALID), "test": (Split.TEST,), "valid": (Split.VALID,)}
    if choices.statistics.official and choices.split in parts:
        fits &= np.isin(corpus.splits, parts[choices.split])
    rows = np.flatnonzero(fits)
    return rows[np.argsort(corpus.lengths[rows], kind="stable")]
