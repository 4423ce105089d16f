"""The results for a whole file: counts, downloads, distributions, and the uncertain rows."""

import numpy as np
import streamlit as st

from sentiment.charts import palette
from sentiment.charts.predictions import label_bars, probability_histogram
from sentiment.corpus.classes import Classes
from sentiment.listing import modified
from sentiment.progress import stage_of
from sentiment.scoring.saved import Request, SavedPredictions
from sentiment.scoring.scored_file import ScoredFile
from sentiment.scoring.summary import Summary
from sentiment.web import heavy, layout
from sentiment.web.download import offer_file
from sentiment.web.predict.evaluation import show_evaluation
from sentiment.web.review_card import review_card
from sentiment.web.shared_chart import shared

MOST_HISTOGRAMS = palette.MOST_CLASSES
HISTOGRAMS_IN_A_ROW = 3


def show_results(saved: SavedPredictions, request: Request) -> None:
    """Everything about complete predictions. Raises StorageError."""
    file = ScoredFile.open(saved.parquet, request.classes)
    place = _summary_place(str(saved.parquet), modified(saved.parquet))
    summary = heavy.result_in(
        place, lambda progress: Summary.of(file, stage_of(progress, "Reading"))
    )
    uncertain = f"{summary.uncertain / summary.predicted:.1%}" if summary.predicted else "–"
    with st.container(horizontal=True, vertical_alignment="center"):
        layout.metrics(
            {
                "Rows": f"{summary.rows:,}",
                "Uncertain": uncertain,
                "Without prediction": f"{summary.unreadable:,}",
            }
        )
    _offer_downloads(saved, request)
    if summary.predicted:
        _show_distributions(summary, request.classes)
        show_evaluation(saved, request, file)
        _show_uncertain(summary, request, file)
    else:
        layout.show_error(
            f"No row has a text that can be read in the column {request.column!r:.60}. Choose "
            "another column with “Another file”; the reasons are below."
        )
    _show_reasons(summary)


@st.cache_resource(max_entries=20, show_spinner=False)
def _summary_place(path: str, changed: float) -> dict[str, Summary]:
    return {}


def _offer_downloads(saved: SavedPredictions, request: Request) -> None:
    stem = request.title.split(".")[0] or "reviews"
    with st.container(horizontal=True, vertical_alignment="center"):
        csv, parquet = f"{stem}-predictions.csv", f"{stem}-predictions.parquet"
        offer_file("Download CSV", saved.csv.read_bytes, csv, type="primary")
        offer_file("Download Parquet", saved.parquet.read_bytes, parquet)
        st.caption(
            "All rows in their order: first their columns, then the prediction.", width="content"
        )


def _show_distributions(summary: Summary, classes: Classes) -> None:
    counts = ", ".join(
        f"{name} {count:,}"
        for name, count in zip(classes.names, summary.labels.tolist(), strict=True)
    )
    frequent = np.argsort(-summary.labels, kind="stable")[:MOST_HISTOGRAMS].tolist()
    most = len(classes.shown) > MOST_HISTOGRAMS
    codes = sorted(frequent) if most else list(classes.shown)
    columns = st.columns(2) if len(codes) == 1 else [st.container(), st.container()]
    with columns[0]:
        st.markdown("**Rows per class**")
        st.altair_chart(
            shared(label_bars)(summary.labels, classes),
            alt=f"Rows by predicted class: {counts}.",
        )
    with columns[1]:
        more = f" (the {MOST_HISTOGRAMS} most frequent classes)" if most else ""
        st.markdown(f"**Distribution of the probabilities**{more}")
        for first in range(0, len(codes), HISTOGRAMS_IN_A_ROW):
            row = codes[first : first + HISTOGRAMS_IN_A_ROW]
            width = 1 if len(codes) == 1 else HISTOGRAMS_IN_A_ROW
            for column, code in zip(st.columns(width), row, strict=False):
                column.altair_chart(
                    shared(probability_histogram)(summary.bins[code], classes, code),
                    alt=_histogram_finding(summary.bins[code], classes.name(code)),
                )


def _histogram_finding(bins: np.ndarray, name: str) -> str:
    half, total = len(bins) // 2, max(int(bins.sum()), 1)
    return (
        f"Histogram of the probability of {name}: {bins[half:].sum() / total:.0%} of the rows are "
        "above 50%."
    )


def _show_uncertain(summary: Summary, request: Request, file: ScoredFile) -> None:
    st.markdown("**Most uncertain reviews**")
    places = summary.closest.tolist()
    texts = file.values(request.column, places)
    numbers = file.values(file.added["row"], places)
    colors = palette.class_text_colors(request.classes)
    columns = st.columns(2)
    for n, (number, text, probabilities) in enumerate(
        zip(numbers, texts, summary.closest_probabilities, strict=True)
    ):
        best = np.argsort(-probabilities, kind="stable")[:2].tolist()
        verdicts = " · ".join(
            f":{colors[code]}[{layout.escaped(request.classes.name(code))} "
            f"{probabilities[code]:.1%}]"
            for code in best
        )
        with columns[n % 2]:
            heading = f"Row {number:,}: {verdicts}"
            review_card(heading, str(text), request.model_name, f"uncertain {number}")


def _show_reasons(summary: Summary) -> None:
    """Rows without a prediction, by reason."""
    if not summary.unreadable:
        return
    st.markdown("**Rows without a prediction**")
    st.dataframe(
        [
            {
                "reason": reason,
                "rows": found.rows,
                "first rows": ", ".join(f"{number:,}" for number in found.first),
            }
            for reason, found in summary.reasons.items()
        ],
        hide_index=True,
        column_config={
            "reason": st.column_config.TextColumn(width="large"),
            "rows": st.column_config.NumberColumn(format="localized"),
        },
    )
