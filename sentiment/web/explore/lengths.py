"""Lengths view: distribution of review lengths, cutoffs, and what they drop."""

import numpy as np
import streamlit as st

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.charts.length_notes import chart_notes
from sentiment.charts.lengths import BRUSH, SCALES, SHAPES
from sentiment.corpus.review import Split
from sentiment.dataset.corrections import corrections_with
from sentiment.dataset.filters import outside_cutoffs
from sentiment.encoding.lengths import length_table
from sentiment.web import layout
from sentiment.web.explore.choices import Choices
from sentiment.web.explore.corpora import explain_missing_texts
from sentiment.web.explore.rules import CHART, apply_brush
from sentiment.web.shared_chart import shared
from sentiment.wording import counted

LISTED = 200  # dropped reviews
BEGINNING = 120  # characters
# Preparing divides what the statistics call train into train and valid.
SPLITS = {"train": (Split.TRAIN, Split.VALID), "test": (Split.TEST,), "valid": (Split.VALID,)}


def show(choices: Choices) -> None:
    lengths = choices.lengths
    picture = st.container()  # for the chart, which needs the values of the controls below it
    with st.container(horizontal=True, gap="medium"):
        shape = layout.choose_one("Chart", SHAPES, key="shape")
        scale = layout.choose_one(
            "Scale",
            SCALES,
            key="scale",
            help="Log reviews: shows rare lengths. Log words: gives short reviews more room.",
        )
    key = f"{layout.chart_key(CHART)}_{shape}_{scale}"
    picture.altair_chart(
        shared(SHAPES[shape])(
            choices.series,
            low=choices.min_length,
            high=choices.max_length,
            classes=choices.statistics.classes,
            scale=scale,
        ),
        key=key,
        on_select=lambda: apply_brush(st.session_state[key].selection.get(BRUSH) or {}),
        selection_mode=BRUSH,
        alt=f"{shape} of review lengths: mean {lengths.mean:.0f}, median {lengths.percentile(50)}, "
        f"longest {counted(lengths.longest, 'word')}; cutoffs {choices.min_length} to "
        f"{choices.max_length} keep {counted(choices.cut.kept.reviews, 'review')}.",
    )
    notes = ["Drag across the chart to set both cutoffs.", *chart_notes(lengths, shape, scale)]
    st.caption(" ".join(notes))
    layout.metrics(
        {
            "Reviews": f"{lengths.reviews:,}",
            "Mean length": f"{lengths.mean:.0f} words",
            "Median": f"{lengths.percentile(50):,}",
            "Standard deviation": f"{lengths.deviation:,.0f}",
            "Shortest": f"{lengths.shortest:,}",
            "Longest": f"{lengths.longest:,}",
        }
    )
    _show_effect(choices)
    with st.expander("Deciles and extremes"):
        st.dataframe(
            length_table({**choices.series, "together": lengths}),
            hide_index=True,
            column_config={
                "mean": st.column_config.NumberColumn(format="%.1f"),
                "reviews": st.column_config.NumberColumn(format="localized"),
            },
        )
        st.caption("Lengths in words. 10%: ten percent of the reviews have at most this length.")
    _show_dropped(choices)


def _show_effect(choices: Choices) -> None:
    cut, reviews, statistics = choices.cut, choices.lengths.reviews, choices.statistics
    st.subheader("Effect of the cutoffs", anchor=False)
    excluded = {"Excluded for quality": f"{cut.excluded:,}"}
    layout.metrics(
        {
            "All": f"{reviews:,}",
            "Dropped as empty": f"{cut.empty:,}",
            "Dropped as too short": f"{cut.short:,}",
            "Dropped as too long": f"{cut.long:,}",
            "Dropped as duplicates": f"{cut.repeated:,}",
            **(excluded if statistics.lengths_of_excluded else {}),
            "Kept": f"{cut.kept.reviews:,}",
        }
    )
    duplicates = statistics.duplicates
    notes = [
        f"{cut.kept.reviews / max(reviews, 1):.1%} are kept. Dropped as duplicates: training "
        "reviews with the same text as a test review, and unlabelled reviews with the same text as "
        f"another review. Other duplicates are kept: {duplicates.within_train:,} in train and "
        f"{duplicates.within_test:,} in test."
    ]
    if exclusions := choices.corpus.exclusions:
        names = ", ".join(QUALITY_CHECKS[name].title for name in exclusions)
        notes.append(f"Excluded for quality, as chosen on the Reviews page: {names}.")
        if not statistics.lengths_of_excluded:
            notes.append("The page shows their number once the reviews are prepared.")
    if choices.corpus.corrections:
        made = ", ".join(corrections_with(choices.corpus.corrections).lines())
        notes.append(f"Corrections made on the Reviews page: {made}.")
        if choices.corpus.filtered_folder is None and not choices.corpus.registered_as:
            notes.append("They are applied once the reviews are prepared.")
    if statistics.official and choices.split in (None, "test"):
        notes.append(
            "A training does not apply cutoffs to the official test split, so that results stay "
            "comparable. This page shows what they would drop."
        )
    st.caption(" ".join(notes))


@st.fragment
def _show_dropped(choices: Choices) -> None:
    """The reviews outside the cutoffs, and one of them in full."""
    if not st.toggle("Show dropped reviews", key="show_dropped", bind="query-params"):
        return
    with layout.show_errors():
        corpus = choices.corpus.prepared()
    if corpus is None:
        explain_missing_texts(choices.corpus, "The texts")
        return
    splits = SPLITS.get(choices.split or "") if choices.statistics.official else None
    rows = outside_cutoffs(corpus, choices.min_length, choices.max_length, splits)
    if not len(rows):
        st.info("The cutoffs drop no labelled review.", icon=":material/check:")
        return
    st.caption(
        f"{len(rows):,} labelled reviews are too short or too long"
        + (f"; {LISTED} of them are listed by length" if len(rows) > LISTED else "")
        + ". Select a row to read the review."
    )
    listed = rows[np.unique(np.linspace(0, len(rows) - 1, min(LISTED, len(rows))).astype(int))]
    texts, lengths = corpus.texts(listed), corpus.lengths[listed].tolist()
    selected = layout.choose_row(
        [
            {
                "reason": "too short" if length < choices.min_length else "too long",
                "words": length,
                "label": corpus.classes.name(int(label)),
                "beginning": text[:BEGINNING].replace("<br />", " "),
            }
            for text, length, label in zip(texts, lengths, corpus.labels[listed], strict=True)
        ],
        key="dropped_review",
        height=240,
    )
    if selected is not None:
        with st.container(border=True):
            st.text(texts[selected].replace("<br />", "\n"))
