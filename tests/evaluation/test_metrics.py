"""Metrics against scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics as reference

from sentiment.errors import CorpusError
from sentiment.evaluation import metrics
from sentiment.evaluation.metrics import Evaluation, auc_text, wilson_interval

RANDOM = np.random.default_rng(2)
LABELS = RANDOM.integers(0, 2, 2_000)
PROBABILITIES = np.clip(LABELS * 0.3 + RANDOM.random(2_000) * 0.7, 0.01, 0.99).round(2)  # ties


def test_against_scikit_learn():
    figures = Evaluation.of(LABELS, PROBABILITIES)
    predicted = PROBABILITIES >= 0.5
    assert figures.loss == pytest.approx(reference.log_loss(LABELS, PROBABILITIES))
    assert figures.accuracy == pytest.approx(reference.accuracy_score(LABELS, predicted))
    assert figures.precision == pytest.approx(reference.precision_score(LABELS, predicted))
    assert figures.recall == pytest.approx(reference.recall_score(LABELS, predicted))
    assert figures.f1 == pytest.approx(reference.f1_score(LABELS, predicted))
    assert figures.auc == pytest.approx(reference.roc_auc_score(LABELS, PROBABILITIES))
    assert reference.confusion_matrix(LABELS, predicted).ravel().tolist() == [
        figures.true_negatives,
        figures.false_positives,
        figures.false_negatives,
        figures.true_positives,
    ]


def test_calibration_error_by_hand():
    # Bins are 1/15 wide: 0.9 and 0.91 share one, 0.6 has its own.
    labels = np.array([1, 1, 0, 1])
    probabilities = np.array([0.9, 0.91, 0.91, 0.6])
    gap = abs((0.9 + 0.91 + 0.91) / 3 - 2 / 3) * 3 / 4 + abs(0.6 - 1) / 4
    assert Evaluation.of(labels, probabilities).calibration_error == pytest.approx(gap)


def test_wilson_interval():
    # Two-sided 95 % for 81 of 263, the example of Newcombe (1998), table I: 0.2553 to 0.3662.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson_interval(0, 0) == (0, 1)


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_only(label):
    figures = Evaluation.of(np.full(5, label), np.full(5, 0.9))
    assert figures.auc is None and auc_text(figures.auc) == "–"
    assert figures.accuracy == label


def test_calibration_bins_hold_every_review_once():
    labels = np.array([0, 0, 1, 1, 1, 0])
    given = np.array([0.01, 0.02, 0.99, 1.0, 0.5, 0.51])
    bins = metrics.calibration_bins(labels, given)
    assert sum(entry.reviews for entry in bins) == 6
    assert [(round(entry.predicted, 3), entry.observed) for entry in bins] == [
        (0.015, 0.0),
        (0.505, 0.5),
        (0.995, 1.0),
    ]
    assert all(entry.low <= entry.observed <= entry.high for entry in bins)


def test_curves_of_charts_have_the_reported_area():
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 5_000)
    given = np.clip(0.3 * labels + random.normal(0.35, 0.2, 5_000), 0, 1)
    points = metrics.roc_points(labels, given)
    assert len(points) <= metrics.MAX_POINTS
    area = np.trapezoid(points[:, 1], points[:, 0])
    assert abs(area - metrics.area_under_roc(labels.astype(bool), given)) < 1e-3
    recall, precision = metrics.precision_recall_points(labels, given).T
    assert (recall[0], recall[-1], precision[-1]) == (1, 0, 1)


def test_no_reviews_are_refused():
    with pytest.raises(CorpusError):
        Evaluation.of(np.zeros(0), np.zeros(0))
