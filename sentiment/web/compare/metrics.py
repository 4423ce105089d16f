"""Metrics view: test accuracy with intervals, a table of all metrics, and a paired test."""

from typing import Any

import streamlit as st

from sentiment.charts.comparison import accuracy_intervals, table_frame
from sentiment.evaluation.comparison import other_seeds, p_value_text, paired, table_row
from sentiment.evaluation.predictions import TestPredictions, load_all
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.registry import ARCHITECTURES
from sentiment.web import layout
from sentiment.web.bad_items import show_bad
from sentiment.web.shared_chart import shared


def show(models: dict[str, ModelInfo]) -> None:
    rows = [table_row(info) | {"model": name} for name, info in models.items()]
    if measured := [row for row in rows if row["accuracy"] is not None]:
        seeds = {row["model"]: other_seeds(models[row["model"]]) for row in measured}
        st.altair_chart(
            shared(accuracy_intervals)(measured, seeds),
            alt="Test accuracy with its 95% interval: "
            + ", ".join(f"{row['model']} {row['accuracy']:.1%}" for row in measured),
        )
        st.caption(
            "Dot and line: test accuracy with its 95% interval."
            + " Rings: the same recipe with other seeds, which shows the variation by chance."
            * any(seeds.values())
        )
        best = max(measured, key=lambda row: row["accuracy"])["model"]
        if not ARCHITECTURES[models[best].network.architecture].encoder:
            st.caption(
                f"The most accurate of these models, {layout.escaped(best)}, has no encoder and "
                "ignores the order of the words. In long reviews, single words and word pairs are "
                "enough to predict most labels."
            )
    show_table(rows)
    st.subheader("Paired test", anchor=False)
    predictions, bad = load_all(models)
    show_bad(bad)
    _show_paired_test(predictions)


def show_table(rows: list[dict[str, Any]]) -> None:
    """Table of the metrics and properties of models, from `table_row`."""
    number = st.column_config.NumberColumn
    st.dataframe(
        table_frame(rows),
        hide_index=True,
        placeholder="–",
        column_config={
            "model": st.column_config.TextColumn("Model", pinned=True),
            "accuracy": number("Accuracy", format="%.2f%%"),
            "accuracy_low": number("Low", format="%.2f%%", help="Start of the 95% interval"),
            "accuracy_high": number("High", format="%.2f%%", help="End of the 95% interval"),
            "macro_f1": number("Macro-F1", format="%.4f", help="Mean F1 of the classes"),
            "auc": number("AUC", format="%.4f", help="Area under the ROC curve"),
            "calibration_error": number(
                "Calibration error",
                format="%.2f%%",
                help="Mean difference between the probability and the share of correct labels",
            ),
            "parameters": number("Parameters", format="localized"),
            "encoder_parameters": number(
                "Encoder parameters",
                format="localized",
                help="About equal for all models of the comparison",
            ),
            "train_seconds": number(
                "Training (s)",
                format="%.0f",
                help="At the speed of the next column; for a model of a run, measured in that run",
            ),
            "words_per_second": number(
                "Words/s",
                format="localized",
                help="During training. Models that ship: side by side on the developers' machine. "
                "Models of runs: on this machine",
            ),
            "milliseconds_per_review": number(
                "ms/review", format="%.2f", help="Inference with a single review"
            ),
            "bytes": number("Size", format="bytes"),
        },
    )


def _show_paired_test(tested: dict[str, TestPredictions]) -> None:
    if len(tested) < 2:
        st.info("Choose two models that were tested on the same reviews.")
        return
    left, right = st.columns(2)
    first = left.selectbox("Model", list(tested), key="first", bind="query-params")
    others = [name for name in tested if name != first]
    second = right.selectbox("Compared with", others, key="second", bind="query-params")
    result = paired(tested[first], tested[second])
    if not result.reviews:
        st.info("These models were tested on different reviews.")
        return
    layout.metrics(
        {
            "Both correct": f"{result.both:,}",
            "Only first correct": f"{result.only_first:,}",
            "Only second correct": f"{result.only_second:,}",
            "Both wrong": f"{result.neither:,}",
            "McNemar p": p_value_text(result.p_value).removeprefix("= "),
        }
    )
    st.text(result.finding(first, second))
