"""Metrics against scikit-learn, for two and more classes."""

import numpy as np
import pytest
from sklearn import metrics as reference

from sentiment.corpus.classes import NEGATIVE_POSITIVE, Classes, predicted_labels
from sentiment.errors import CorpusError
from sentiment.evaluation import metrics
from sentiment.evaluation.metrics import Evaluation, auc_text, threshold_points, wilson_interval
from tests.classes import of_both

RANDOM = np.random.default_rng(2)
CLASSES = {
    2: NEGATIVE_POSITIVE,
    3: Classes(("Negative", "Neutral", "Positive"), ordered=True),
    5: Classes(("art", "books", "cars", "dogs", "eggs")),
    8: Classes(tuple("12345678"), ordered=True),
}
each_number = pytest.mark.parametrize("number", CLASSES)


def predictions_of(number: int, reviews: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    """Skewed labels and probabilities that are better than chance, with ties."""
    labels = np.minimum(RANDOM.geometric(0.4, reviews) - 1, number - 1)
    raw = RANDOM.random((reviews, number)).round(2) + 0.01 + 0.4 * np.eye(number)[labels]
    return labels, raw / raw.sum(axis=1, keepdims=True)


@each_number
def test_against_scikit_learn(number):
    labels, p = predictions_of(number)
    figures = Evaluation.of(labels, p, CLASSES[number])
    predicted, codes = predicted_labels(p), range(number)
    approx = pytest.approx
    assert figures.loss == approx(reference.log_loss(labels, p, labels=codes))
    assert figures.accuracy == approx(reference.accuracy_score(labels, predicted))
    for found, score in (
        (figures.precision, reference.precision_score),
        (figures.recall, reference.recall_score),
        (figures.f1, reference.f1_score),
    ):
        assert found == approx(score(labels, predicted, labels=codes, average=None))
    assert figures.macro_f1 == approx(reference.f1_score(labels, predicted, average="macro"))
    assert figures.confusion == reference.confusion_matrix(labels, predicted).tolist()
    kind = {"multi_class": "ovr", "average": "macro"}
    auc = reference.roc_auc_score(labels, p if number > 2 else p[:, 1], **kind)
    assert figures.auc == approx(auc)
    if not CLASSES[number].has_distances:
        assert figures.mean_absolute_error is figures.kappa is None
        return
    assert figures.mean_absolute_error == approx(reference.mean_absolute_error(labels, predicted))
    kappa = reference.cohen_kappa_score(labels, predicted, weights="quadratic")
    assert figures.kappa == approx(kappa)


def test_a_class_without_reviews_and_predictions():
    labels, p = predictions_of(3)
    four = Classes(("a", "b", "never", "c"))
    labels, p = np.where(labels == 2, 3, labels), np.insert(p, 2, 0.0, axis=1)
    figures = Evaluation.of(labels, p, four)
    assert figures.precision[2] == figures.recall[2] == figures.f1[2] == 0
    predicted = predicted_labels(p)
    assert figures.macro_f1 == pytest.approx(reference.f1_score(labels, predicted, average="macro"))
    areas = [reference.roc_auc_score(labels == code, p[:, code]) for code in (0, 1, 3)]
    assert figures.auc == pytest.approx(np.mean(areas))


def test_calibration_error_by_hand():
    # Bins are 1/15 wide: 0.9 and 0.91 share one, 0.6 has its own.
    labels = np.array([1, 1, 0, 1])
    probabilities = of_both([0.9, 0.91, 0.91, 0.6])
    gap = abs((0.9 + 0.91 + 0.91) / 3 - 2 / 3) * 3 / 4 + abs(0.6 - 1) / 4
    figures = Evaluation.of(labels, probabilities, NEGATIVE_POSITIVE)
    assert figures.calibration_error == pytest.approx(gap)
    # With three classes, the confidence can be below one half.
    p = np.array([[0.41, 0.3, 0.29], [0.3, 0.42, 0.28], [0.05, 0.05, 0.9]])
    figures = Evaluation.of(np.array([0, 0, 2]), p, CLASSES[3])
    assert figures.calibration_error == pytest.approx((abs(0.41 + 0.42 - 1) + 0.1) / 3)


def test_wilson_interval():
    # Two-sided 95% for 81 of 263, the example of Newcombe (1998), table I: 0.2553 to 0.3662.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson_interval(0, 0) == (0, 1)


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_only(label):
    figures = Evaluation.of(np.full(5, label), of_both(np.full(5, 0.9)), NEGATIVE_POSITIVE)
    assert figures.auc is None and auc_text(figures.auc) == "–"
    assert figures.accuracy == label
    three = np.insert(of_both(np.full(5, 0.9)), 1, 0, axis=1)
    figures = Evaluation.of(np.full(5, 2 * label), three, CLASSES[3])
    assert (figures.kappa is None) == bool(label)  # no variation


def test_calibration_bins_hold_every_review_once():
    labels = np.array([0, 0, 1, 1, 1, 0])
    given = of_both([0.01, 0.02, 0.99, 1.0, 0.5, 0.51])
    bins = metrics.calibration_bins(labels, given, 1)
    assert sum(entry.reviews for entry in bins) == 6
    assert [(round(entry.predicted, 3), entry.observed) for entry in bins] == [
        (0.015, 0.0),
        (0.505, 0.5),
        (0.995, 1.0),
    ]
    assert all(entry.low <= entry.observed <= entry.high for entry in bins)


@each_number
def test_bins_of_the_predicted_class_have_the_calibration_error(number):
    labels, p = predictions_of(number)
    bins = metrics.calibration_bins(labels, p)
    gaps = [entry.reviews * abs(entry.predicted - entry.observed) for entry in bins]
    assert sum(gaps) / len(labels) == pytest.approx(metrics.expected_calibration_error(labels, p))
    for code in range(number):
        of_class = metrics.calibration_bins(labels, p, code)
        count = sum(round(entry.observed * entry.reviews) for entry in of_class)
        assert count == (labels == code).sum()


@each_number
def test_curves_of_charts_have_the_reported_area(number):
    labels, p = predictions_of(number, 5_000)
    for code in range(number):
        points = metrics.roc_points(labels, p, code)
        assert len(points) <= metrics.MAX_POINTS
        area = np.trapezoid(points[:, 1], points[:, 0])
        assert abs(area - metrics.area_under_roc(labels == code, p[:, code])) < 1e-3
        recall, precision = metrics.precision_recall_points(labels, p, code).T
        assert (recall[0], recall[-1], precision[-1]) == (1, 0, 1)


def test_no_reviews_are_refused():
    with pytest.raises(CorpusError):
        Evaluation.of(np.zeros(0), np.zeros((0, 2)), NEGATIVE_POSITIVE)


@pytest.mark.parametrize(("labels", "columns"), [([0, 2], 2), ([-1, 0], 2), ([0, 1], 3)])
def test_labels_and_probabilities_of_other_classes_are_refused(labels, columns):
    with pytest.raises(ValueError, match="expected"):
        Evaluation.of(np.array(labels), np.full((2, columns), 1 / columns), NEGATIVE_POSITIVE)


def test_measures_at_a_threshold_are_those_of_the_reviews_above_it():
    generator = np.random.default_rng(0)
    p = generator.dirichlet(np.ones(3), 60)
    labels = generator.integers(0, 3, 60)
    for label in range(3):
        for threshold, precision, recall, f1 in threshold_points(labels, p, label):
            chosen = p[:, label] >= threshold
            right = (chosen & (labels == label)).sum()
            assert precision == pytest.approx(right / chosen.sum())
            assert recall == pytest.approx(right / (labels == label).sum())
            assert f1 == pytest.approx(2 * right / (chosen.sum() + (labels == label).sum()))
