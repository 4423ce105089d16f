"""Results of a finished run on the test split: metrics, curves, mistakes, and its model."""

import streamlit as st

from sentiment.charts.comparison import accuracy_by_length as length_chart
from sentiment.charts.results import (
    calibration_plot,
    threshold_curve,
    threshold_measures,
)
from sentiment.evaluation.comparison import accuracy_by_length
from sentiment.evaluation.metrics import (
    area_under_roc,
    auc_text,
    calibration_bins,
    precision_recall_points,
    roc_points,
    threshold_points,
)
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.model_folder import ModelInfo, install_model
from sentiment.runs.run import Run
from sentiment.web import cached, layout
from sentiment.web.download import offer_model
from sentiment.web.links.check import carry
from sentiment.web.metrics import show_classes, show_confusion, show_figures
from sentiment.web.shared_chart import shared
from sentiment.web.train.mistakes import show_mistakes


def show_results(run: Run, info: ModelInfo) -> None:
    """Metrics, curves, mistakes and accuracy by length on the test split."""
    metrics = info.metrics["test"]
    model = cached.name_of(info)
    if st.query_params.get("run") == run.id:
        carry(model=model)
    st.subheader("Results on the test split", anchor=False)
    shown = info.classes.shown
    several = len(shown) > 1
    show_figures(metrics, "Test reviews")
    with st.container(horizontal=True, vertical_alignment="center"):
        layout.link_to(
            "inspect", "Inspect a review with this model", "search_insights", {"model": model}
        )
        layout.link_to("predict", "Predict a file", "playlist_add_check", {"model": model})
        layout.link_to(
            "compare",
            "Evaluate on another corpus",
            "speed",
            {"compare_view": "Own corpus", "models": [model]},
        )
        _install(info)
        offer_model(info)
    predictions = TestPredictions.load(info.folder)
    left, right = st.columns(2)
    with left:
        show_confusion(metrics, info.classes)
    if predictions is None or not len(predictions):
        return
    with right:
        _show_calibration(info, predictions, None if several else shown[0])
    if several:
        areas = [
            area_under_roc(predictions.labels == code, predictions.probabilities[:, code])
            for code in info.classes.codes
        ]
        show_classes(metrics, info.classes, areas)
    label = _choose_class(info) if several else shown[0]
    with st.container():
        if 0 < (predictions.labels == label).mean() < 1:
            _show_one_class(info, predictions, label)
            if several:
                _show_thresholds(info, predictions, label)
        else:
            st.caption("No curves: the test split has only this class, or no review of it.")
    _show_lengths(info, predictions)
    show_mistakes(run, model, info, predictions)


def _show_calibration(info: ModelInfo, predictions: TestPredictions, label: int | None) -> None:
    """The calibration of the class `label`, or of the predicted one."""
    name = "" if label is None else info.classes.name(label)
    observed = f"observed share of {name}" if name else "share of correct predictions"
    title = f"Calibration of {name or 'the predicted class'}"
    st.markdown(f"**{layout.escaped(title)}**")
    bins = calibration_bins(predictions.labels, predictions.probabilities, label)
    st.altair_chart(
        shared(calibration_plot)(bins, observed),
        alt=f"{title}: {observed} among reviews with similar predicted probabilities.",
    )


def _choose_class(info: ModelInfo) -> int:
    names = list(info.classes.names)
    return names.index(
        st.segmented_control(
            "One class against the others",
            names,
            default=names[-1],
            required=True,
            format_func=layout.escaped,
            key="of_class",
        )
    )


def _show_one_class(info: ModelInfo, predictions: TestPredictions, label: int) -> None:
    """The curves of the class `label` against the others."""
    labels, probabilities = predictions.labels, predictions.probabilities
    name = info.classes.name(label)
    left, right = st.columns(2)
    left.markdown("**ROC curve**")
    area = area_under_roc(labels == label, probabilities[:, label])
    left.altair_chart(
        shared(threshold_curve)(
            roc_points(labels, probabilities, label),
            "false positive rate",
            "true positive rate",
            chance=True,
        ),
        alt=f"ROC curve of {name}, area {auc_text(area, 3)}.",
    )
    right.markdown("**Precision and recall**")
    right.altair_chart(
        shared(threshold_curve)(
            precision_recall_points(labels, probabilities, label),
            "recall",
            "precision",
            chance=False,
        ),
        alt=f"Precision of {name} against recall over all thresholds.",
    )


def _show_thresholds(info: ModelInfo, predictions: TestPredictions, label: int) -> None:
    """The calibration of the class `label`, and its precision and recall by threshold."""
    name = info.classes.name(label)
    left, right = st.columns(2)
    with left:
        _show_calibration(info, predictions, label)
    right.markdown("**Thresholds**")
    points = threshold_points(predictions.labels, predictions.probabilities, label)
    right.altair_chart(
        shared(threshold_measures)(points, name),
        alt=f"Precision, recall and F1 of {name} by the least probability that counts as {name}.",
    )


def _install(info: ModelInfo) -> None:
    with st.popover("Install model", icon=":material/bookmark_add:"):
        st.markdown("Copies the model to `models/`. All pages then list it under this name.")
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
            shared(length_chart)({"this": bins}, {"this": architecture}),
            alt="Accuracy by length of the test review, with 95% confidence intervals.",
        )
