"""Metrics of predictions. Free of torch, so that pages can show them at once."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sentiment.corpus.classes import Classes, predicted_labels
from sentiment.errors import CorpusError
from sentiment.networks.confusion import (
    class_scores,
    confusion_matrix,
    macro_f1,
    mean_absolute_error,
    quadratic_kappa,
)
from sentiment.networks.figures import Figures

CALIBRATION_BINS = 15
Z_95 = 1.959964  # two-sided 95% of a normal distribution


@dataclass(frozen=True)
class Evaluation(Figures):
    """Metrics on labelled reviews."""

    @classmethod
    def of(cls, labels: np.ndarray, probabilities: np.ndarray, classes: Classes) -> "Evaluation":
        """labels: codes, (N,); probabilities: (N, K) of these classes; N is at least 1."""
        if not len(labels):
            raise CorpusError("There are no reviews to evaluate; expected at least one.")
        truth, p = np.asarray(labels).astype(np.int64), np.asarray(probabilities, np.float64)
        require_classes(truth, p, classes)
        confusion = confusion_matrix(truth, predicted_labels(p), len(classes))
        precision, recall, f1 = class_scores(confusion)
        correct = int(np.trace(confusion))
        low, high = wilson_interval(correct, len(truth))
        likelihood = np.clip(p[np.arange(len(p)), truth], 1e-12, 1)  # of the true label
        return cls(
            reviews=len(truth),
            loss=float(-np.log(likelihood).mean()),
            accuracy=correct / len(truth),
            accuracy_low=low,
            accuracy_high=high,
            macro_f1=macro_f1(confusion),
            auc=mean_area_under_roc(truth, p, classes),
            calibration_error=expected_calibration_error(truth, p),
            mean_absolute_error=mean_absolute_error(confusion) if classes.has_distances else None,
            kappa=quadratic_kappa(confusion) if classes.has_distances else None,
            confusion=confusion.tolist(),
            precision=precision.tolist(),
            recall=recall.tolist(),
            f1=f1.tolist(),
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def auc_text(auc: float | None, digits: int = 4) -> str:
    """The area under the ROC curve, or a dash if it is undefined."""
    return "–" if auc is None else f"{auc:.{digits}f}"


def require_classes(labels: np.ndarray, probabilities: np.ndarray, classes: Classes) -> None:
    """Raise ValueError unless labels (N,) and probabilities (N, K) are of these classes."""
    if probabilities.shape != (len(labels), len(classes)):
        raise ValueError(
            f"the probabilities are {probabilities.shape}, expected {(len(labels), len(classes))}"
        )
    if len(labels) and not (0 <= labels.min() and labels.max() < len(classes)):
        raise ValueError(
            f"the labels are {labels.min()} to {labels.max()}, expected 0 to {len(classes) - 1}"
        )


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """95% confidence interval of a proportion (Wilson 1927)."""
    if not trials:
        return 0.0, 1.0
    share, z2 = successes / trials, Z_95**2
    center = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    spread = math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    margin = Z_95 * spread / (1 + z2 / trials)
    return max(0.0, center - margin), min(1.0, center + margin)


def area_under_roc(truth: np.ndarray, p: np.ndarray) -> float | None:
    """Probability that a random positive review ranks above a negative one; ties count half.

    None if only one class occurs.
    """
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return None
    _, ranks_of, counts = np.unique(p, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2  # ranks from 1, tied values share the mean
    rank_sum = mean_rank[ranks_of][truth].sum()
    return float((rank_sum - positives * (positives + 1) / 2) / (positives * negatives))


def mean_area_under_roc(
    labels: np.ndarray, probabilities: np.ndarray, classes: Classes
) -> float | None:
    """The mean area of each of the shown classes against the others; None if there is none.

    A class without reviews has no area and does not count.
    """
    found = [area_under_roc(labels == code, probabilities[:, code]) for code in classes.shown]
    areas = [area for area in found if area is not None]
    return sum(areas) / len(areas) if areas else None


def expected_calibration_error(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean difference of confidence and accuracy over bins of confidence (Guo et al. 2017)."""
    confidence = probabilities.max(axis=1)
    correct = predicted_labels(probabilities) == labels
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gap = np.zeros(CALIBRATION_BINS)
    np.add.at(gap, bins, confidence - correct)
    return float(np.abs(gap).sum() / len(labels))


MAX_POINTS = 400  # of a curve in a chart


def roc_points(labels: np.ndarray, probabilities: np.ndarray, label: int) -> np.ndarray:
    """ROC curve of the class `label` against the others, (points, 2): false and true positive rate
    by threshold. labels: (N,); probabilities: (N, K)."""
    from sklearn.metrics import roc_curve  # the import takes half a second

    return _thinned(np.stack(roc_curve(labels == label, probabilities[:, label])[:2], axis=1))


def precision_recall_points(
    labels: np.ndarray, probabilities: np.ndarray, label: int
) -> np.ndarray:
    """Precision-recall curve of the class `label`, (points, 2): recall and precision by threshold.
    labels: (N,); probabilities: (N, K)."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(labels == label, probabilities[:, label])
    return _thinned(np.stack([recall, precision], axis=1))


def threshold_points(labels: np.ndarray, probabilities: np.ndarray, label: int) -> np.ndarray:
    """Thresholds, and precision, recall and F1 if the reviews with at least that probability of the
    class `label` counted as this class, (points, 4). labels: (N,); probabilities: (N, K)."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, thresholds = precision_recall_curve(labels == label, probabilities[:, label])
    precision, recall = precision[:-1], recall[:-1]  # the last point has no threshold
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)
    return _thinned(np.stack([thresholds, precision, recall, f1], axis=1))


def _thinned(points: np.ndarray) -> np.ndarray:
    chosen = np.linspace(0, len(points) - 1, min(MAX_POINTS, len(points))).round().astype(int)
    return points[chosen]


@dataclass(frozen=True)
class CalibrationBin:
    """Reviews with similar predicted probability, and the share of them for which it came true."""

    predicted: float  # mean predicted probability
    observed: float  # share of the class, or of correct predictions
    low: float  # 95% Wilson interval of `observed`
    high: float
    reviews: int


def calibration_bins(
    labels: np.ndarray, probabilities: np.ndarray, label: int | None = None
) -> list[CalibrationBin]:
    """Equal bins of the predicted probability, without empty ones.

    labels: (N,); probabilities: (N, K). label: a class, whose probability is compared with its
    share; None: the predicted class of each review, with the share of correct predictions.
    """
    if label is None:
        p, true = probabilities.max(axis=1), predicted_labels(probabilities) == labels
    else:
        p, true = probabilities[:, label], labels == label
    number = np.minimum((p * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    bins = []
    for index in np.unique(number):
        inside = number == index
        count, reviews = int(true[inside].sum()), int(inside.sum())
        low, high = wilson_interval(count, reviews)
        bins.append(CalibrationBin(float(p[inside].mean()), count / reviews, low, high, reviews))
    return bins
