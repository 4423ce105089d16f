"""Metrics of binary predictions. Free of torch, so that pages can show them at once."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sentiment.corpus.review import THRESHOLD
from sentiment.errors import CorpusError
from sentiment.networks.figures import Figures

CALIBRATION_BINS = 15
Z_95 = 1.959964  # two-sided 95 % of a normal distribution


@dataclass(frozen=True)
class Evaluation(Figures):
    """Metrics on labelled reviews; precision and recall are those of the positive class."""

    @classmethod
    def of(cls, labels: np.ndarray, probabilities: np.ndarray) -> "Evaluation":
        """labels: (N,), 0 or 1; probabilities: (N,), of the positive class; N is at least 1."""
        if not len(labels):
            raise CorpusError("There are no reviews to evaluate; expected at least one.")
        truth = np.asarray(labels).astype(bool)
        p = np.asarray(probabilities, np.float64)
        predicted = p >= THRESHOLD
        tp, fp = int(np.sum(predicted & truth)), int(np.sum(predicted & ~truth))
        tn, fn = int(np.sum(~predicted & ~truth)), int(np.sum(~predicted & truth))
        low, high = wilson_interval(tp + tn, len(truth))
        likelihood = np.clip(np.where(truth, p, 1 - p), 1e-12, 1)  # of the true label
        return cls(
            reviews=len(truth),
            loss=float(-np.log(likelihood).mean()),
            accuracy=_share(tp + tn, len(truth)),
            accuracy_low=low,
            accuracy_high=high,
            precision=_share(tp, tp + fp),
            recall=_share(tp, tp + fn),
            f1=_share(2 * tp, 2 * tp + fp + fn),
            auc=area_under_roc(truth, p),
            calibration_error=expected_calibration_error(truth, p),
            true_positives=tp,
            false_positives=fp,
            true_negatives=tn,
            false_negatives=fn,
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def auc_text(auc: float | None, digits: int = 4) -> str:
    """The area under the ROC curve, or a dash where it has no meaning."""
    return "–" if auc is None else f"{auc:.{digits}f}"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


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


def expected_calibration_error(truth: np.ndarray, p: np.ndarray) -> float:
    """Mean difference of confidence and accuracy over bins of confidence (Guo et al. 2017)."""
    if not len(p):
        return 0.0
    confidence = np.maximum(p, 1 - p)
    correct = (p >= THRESHOLD) == truth
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gap = np.zeros(CALIBRATION_BINS)
    np.add.at(gap, bins, confidence - correct)
    return float(np.abs(gap).sum() / len(p))


MAX_POINTS = 400  # of a curve in a chart


def roc_points(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """ROC curve, (points, 2): false positive rate and true positive rate by threshold."""
    from sklearn.metrics import roc_curve  # the import takes half a second

    return _thinned(np.stack(roc_curve(labels, probabilities)[:2], axis=1))


def precision_recall_points(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Precision-recall curve, (points, 2): recall and precision of Positive by threshold."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(labels, probabilities)
    return _thinned(np.stack([recall, precision], axis=1))


def _thinned(points: np.ndarray) -> np.ndarray:
    chosen = np.linspace(0, len(points) - 1, min(MAX_POINTS, len(points))).round().astype(int)
    return points[chosen]


@dataclass(frozen=True)
class CalibrationBin:
    """Reviews with similar predicted probability, and the share of them that is positive."""

    predicted: float  # mean predicted probability of Positive
    observed: float  # share with label Positive
    low: float  # 95% Wilson interval of `observed`
    high: float
    reviews: int


def calibration_bins(labels: np.ndarray, probabilities: np.ndarray) -> list[CalibrationBin]:
    """Equal bins of the predicted probability of Positive, without empty ones."""
    number = np.minimum((probabilities * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    bins = []
    for index in np.unique(number):
        inside = number == index
        positive, reviews = int(labels[inside].sum()), int(inside.sum())
        low, high = wilson_interval(positive, reviews)
        predicted = float(probabilities[inside].mean())
        bins.append(CalibrationBin(predicted, positive / reviews, low, high, reviews))
    return bins
