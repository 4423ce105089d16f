"""Metrics on labelled reviews (see `Evaluation`): figures, confusion matrix, classes."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from sentiment.charts.results import confusion_chart, confusion_finding
from sentiment.corpus.classes import Classes
from sentiment.evaluation.metrics import auc_text
from sentiment.web import layout
from sentiment.web.shared_chart import shared

OF_ORDERED_CLASSES = {"Mean absolute error": "mean_absolute_error", "Quadratic kappa": "kappa"}


def show_figures(metrics: Mapping[str, Any], reviews: str, note: str = "") -> None:
    """The figures of an `Evaluation`, as JSON. reviews: what their number is called."""
    ordered = {name: metrics[key] for name, key in OF_ORDERED_CLASSES.items()}
    layout.metrics(
        {
            "Accuracy": f"{metrics['accuracy']:.1%}",
            "Macro F1": f"{metrics['macro_f1']:.3f}",
            "ROC AUC": auc_text(metrics["auc"], 3),
            "Calibration error": f"{metrics['calibration_error']:.1%}",
            **{name: f"{value:.2f}" for name, value in ordered.items() if value is not None},
            reviews: f"{metrics['reviews']:,}",
        }
    )
    st.caption(
        f"95% confidence interval of the accuracy: {metrics['accuracy_low']:.1%} to "
        f"{metrics['accuracy_high']:.1%}.{note}"
    )


def show_confusion(metrics: Mapping[str, Any], classes: Classes) -> None:
    st.markdown("**Confusion matrix**")
    st.altair_chart(
        shared(confusion_chart)(metrics["confusion"], classes),
        alt=f"Confusion matrix. {confusion_finding(metrics['confusion'], classes)}",
    )


def show_classes(
    metrics: Mapping[str, Any], classes: Classes, areas: Sequence[float | None] | None = None
) -> None:
    """A table of the metrics of each class. areas: under its ROC curve, if known."""
    share, score = (st.column_config.NumberColumn(format=form) for form in ("percent", "%.3f"))
    st.markdown("**Classes**")
    st.dataframe(
        {
            "class": classes.names,
            "reviews": [sum(row) for row in metrics["confusion"]],
            "predicted": [sum(column) for column in zip(*metrics["confusion"], strict=True)],
            "precision": metrics["precision"],
            "recall": metrics["recall"],
            "F1": metrics["f1"],
            **({} if areas is None else {"AUC": areas}),
        },
        hide_index=True,
        placeholder="–",
        column_config={
            "precision": share,
            "recall": share,
            "F1": score,
            "AUC": st.column_config.NumberColumn(
                format="%.3f", help="Area under the ROC curve of the class against the others"
            ),
        },
    )
