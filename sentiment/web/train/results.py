"""What a finished model is worth on reviews it never saw, and what to do with it."""

import streamlit as st

from sentiment.charts.comparison import accuracy_by_length as length_chart
from sentiment.charts.results import calibration_plot, confusion_matrix, threshold_curve
from sentiment.corpus.review import LABEL_NAMES
from sentiment.dataset.prepare import prepared_folder
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import SentimentError
from sentiment.evaluation.comparison import accuracy_by_length
from sentiment.evaluation.metrics import calibration_bins, precision_recall_points, roc_points
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.model_folder import ModelInfo, install_model
from sentiment.runs.run import Run
from sentiment.web import layout

MISTAKES = 10


def show_results(run: Run, info: ModelInfo) -> None:
    """Figures, curves, mistakes and accuracy by length on the test part."""
    metrics, dark = info.metrics["test"], layout.is_dark()
    st.subheader("On the test part", anchor=False)
    layout.metrics(
        Accuracy=f"{metrics['accuracy']:.1%}",
        F1=f"{metrics['f1']:.3f}",
        ROC_AUC=f"{metrics['auc']:.3f}",
        Calibration_error=f"{metrics['calibration_error']:.1%}",
        Test_reviews=f"{metrics['reviews']:,}",
    )
    st.caption(
        f"95 % interval of the accuracy: {metrics['accuracy_low']:.1%} to "
        f"{metrics['accuracy_high']:.1%}"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/inspect.py",
            label="Inspect a review with it",
            icon=":material/search_insights:",
            query_params={"model": f"run {run.id}"},
        )
        _use(info)
    predictions = TestPredictions.load(info.folder)
    left, right = st.columns(2)
    left.markdown("**Verdicts**")
    left.altair_chart(
        confusion_matrix(metrics, dark=dark),
        alt=f"Confusion matrix: {metrics['true_positives']} positive and "
        f"{metrics['true_negatives']} negative reviews right, {metrics['false_positives']} "
        f"negative called positive, {metrics['false_negatives']} positive called negative.",
    )
    if predictions is None or not len(predictions):
        return
    labels, probabilities = predictions.labels, predictions.probabilities
    right.markdown("**Can its probabilities be believed?**")
    right.altair_chart(
        calibration_plot(calibration_bins(labels, probabilities), dark=dark),
        alt="Share of positive reviews among those given about the same probability.",
    )
    if len(set(labels.tolist())) == 2:
        left, right = st.columns(2)
        left.markdown("**ROC: what a threshold finds, and what it costs**")
        left.altair_chart(
            threshold_curve(
                roc_points(labels, probabilities),
                "negative reviews called Positive",
                "positive reviews found",
                chance=True,
                dark=dark,
            ),
            alt=f"ROC curve, area {metrics['auc']:.3f}.",
        )
        right.markdown("**Precision and recall**")
        right.altair_chart(
            threshold_curve(
                precision_recall_points(labels, probabilities),
                "recall: positive reviews found",
                "precision",
                chance=False,
                dark=dark,
            ),
            alt="Precision against recall over all thresholds.",
        )
    _show_lengths(info, predictions)
    _show_mistakes(run, predictions)


def _use(info: ModelInfo) -> None:
    with st.popover("Use this model", icon=":material/bookmark_add:"):
        st.markdown("Copies it to `models/`, where every page finds it under this name.")
        name = st.text_input("Name of the model", placeholder="my-lstm")
        if st.button("Copy it there") and name:
            with layout.show_errors():
                install_model(info, name.strip())
                st.success("It is there: choose it on the Inspect page.", icon=":material/check:")


def _show_lengths(info: ModelInfo, predictions: TestPredictions) -> None:
    with st.expander("Accuracy by length of the review"):
        bins = [entry for entry in accuracy_by_length(predictions) if entry.reviews]
        architecture = info.network.architecture
        st.altair_chart(
            length_chart({"this": bins}, {"this": architecture}, dark=layout.is_dark()),
            alt="Accuracy among the test reviews of some lengths, with 95 % intervals.",
        )


def _show_mistakes(run: Run, predictions: TestPredictions) -> None:
    wrong = predictions.most_confident_mistakes(MISTAKES)
    with st.expander(f"The {len(wrong)} mistakes it was surest of"):
        try:
            recipe = run.recipe()
            corpus = PreparedCorpus.open(
                prepared_folder(recipe.source, recipe.prepare, recipe.table)
            )
            reviews = [corpus.review(int(row)) for row in wrong.rows]
        except SentimentError as error:
            st.text(f"The reviews themselves are not there any more: {error}")
            return
        for review, probability in zip(reviews, wrong.probabilities, strict=True):
            with st.container(border=True):
                said = "Positive" if probability >= 0.5 else "Negative"
                st.markdown(
                    f"Called **{said}** with {max(probability, 1 - probability):.1%}, is "
                    f"**{LABEL_NAMES[review.label]}**"
                )
                text = review.text.replace("<br />", " ")
                st.text(text if len(text) <= 300 else text[:300] + " …")
                st.page_link(
                    "pages/inspect.py",
                    label="Open in Inspect",
                    icon=":material/search_insights:",
                    query_params={"model": f"run {run.id}", "text": review.text},
                )
