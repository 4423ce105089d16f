"""Results of a finished run on the test split: metrics, curves, mistakes, and its model."""

import streamlit as st

from sentiment.charts.comparison import accuracy_by_length as length_chart
from sentiment.charts.results import calibration_plot, confusion_matrix, threshold_curve
from sentiment.dataset.prepare import prepared_folder
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import SentimentError
from sentiment.evaluation.comparison import accuracy_by_length
from sentiment.evaluation.metrics import (
    auc_text,
    calibration_bins,
    precision_recall_points,
    roc_points,
)
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.model_folder import ModelInfo, install_model
from sentiment.runs.run import Run
from sentiment.web import layout
from sentiment.web.shared_chart import shared

MISTAKES = 10
LONGEST_EXCERPT = 300  # characters


def show_results(run: Run, info: ModelInfo) -> None:
    """Metrics, curves, mistakes and accuracy by length on the test split."""
    metrics, dark = info.metrics["test"], layout.is_dark()
    st.subheader("Results on the test split", anchor=False)
    layout.metrics(
        Accuracy=f"{metrics['accuracy']:.1%}",
        Macro_F1=f"{metrics['macro_f1']:.3f}",
        ROC_AUC=auc_text(metrics["auc"], 3),
        Calibration_error=f"{metrics['calibration_error']:.1%}",
        Test_reviews=f"{metrics['reviews']:,}",
    )
    st.caption(
        f"95 % confidence interval of the accuracy: {metrics['accuracy_low']:.1%} to "
        f"{metrics['accuracy_high']:.1%}"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/inspect.py",
            label="Inspect a review with this model",
            icon=":material/search_insights:",
            query_params={"model": f"run {run.id}"},
        )
        st.page_link(
            "pages/compare.py",
            label="Predict the reviews of a corpus",
            icon=":material/playlist_add_check:",
            query_params={"compare_view": "Own corpus"},
        )
        _install(info)
    predictions = TestPredictions.load(info.folder)
    left, right = st.columns(2)
    left.markdown("**Confusion matrix**")
    left.altair_chart(
        shared(confusion_matrix)(metrics, info.classes, dark=dark),
        alt="Confusion matrix. "
        + " ".join(
            f"Of {sum(row)} reviews of {name}, {row[code]} are predicted as {name}."
            for code, (name, row) in enumerate(
                zip(info.classes.names, metrics["confusion"], strict=True)
            )
        ),
    )
    if predictions is None or not len(predictions):
        return
    labels, probabilities = predictions.labels, predictions.probabilities
    last = len(info.classes) - 1
    right.markdown("**Calibration**")
    right.altair_chart(
        shared(calibration_plot)(calibration_bins(labels, probabilities, last), dark=dark),
        alt="Share of positive reviews among those with similar predicted probabilities.",
    )
    if 0 < (labels == last).mean() < 1:
        left, right = st.columns(2)
        left.markdown("**ROC curve**")
        left.altair_chart(
            shared(threshold_curve)(
                roc_points(labels, probabilities, last),
                "false positive rate",
                "true positive rate",
                chance=True,
                dark=dark,
            ),
            alt=f"ROC curve, area {metrics['auc']:.3f}.",
        )
        right.markdown("**Precision and recall**")
        right.altair_chart(
            shared(threshold_curve)(
                precision_recall_points(labels, probabilities, last),
                "recall",
                "precision",
                chance=False,
                dark=dark,
            ),
            alt="Precision against recall over all thresholds.",
        )
    _show_lengths(info, predictions)
    _show_mistakes(run, info, predictions)


def _install(info: ModelInfo) -> None:
    with st.popover("Install model", icon=":material/bookmark_add:"):
        st.markdown("Copies the model to `models/`, where every page lists it under this name.")
        name = st.text_input("Name of the model", placeholder="my-lstm")
        if st.button("Copy") and name:
            with layout.show_errors():
                install_model(info, name.strip())
                st.success("Installed. Choose it on the Inspect page.", icon=":material/check:")


def _show_lengths(info: ModelInfo, predictions: TestPredictions) -> None:
    with st.expander("Accuracy by review length"):
        bins = [entry for entry in accuracy_by_length(predictions) if entry.reviews]
        architecture = info.network.architecture
        st.altair_chart(
            shared(length_chart)({"this": bins}, {"this": architecture}, dark=layout.is_dark()),
            alt="Accuracy by length of the test review, with 95 % confidence intervals.",
        )


def _show_mistakes(run: Run, info: ModelInfo, predictions: TestPredictions) -> None:
    mistakes = predictions.most_confident_mistakes(MISTAKES)
    with st.expander(f"The {len(mistakes)} most confident mistakes"):
        try:
            recipe = run.recipe()
            corpus = PreparedCorpus.open(
                prepared_folder(recipe.source, recipe.prepare, recipe.table, info.tokenizer)
            )
            reviews = [corpus.review(int(row)) for row in mistakes.rows]
        except SentimentError as error:
            st.text(f"The texts are not available any more: {error}")
            return
        for review, predicted, probabilities in zip(
            reviews, mistakes.predicted.tolist(), mistakes.probabilities, strict=True
        ):
            with st.container(border=True):
                st.markdown(
                    f"Verdict **{info.classes.name(predicted)}** with "
                    f"{probabilities[predicted]:.1%}, label **{info.classes.name(review.label)}**"
                )
                text = review.text.replace("<br />", " ")
                st.text(text if len(text) <= LONGEST_EXCERPT else text[:LONGEST_EXCERPT] + " …")
                st.page_link(
                    "pages/inspect.py",
                    label="Open in Inspect",
                    icon=":material/search_insights:",
                    query_params={"model": f"run {run.id}", "text": review.text},
                )
