"""What a set of predictions is worth. NumPy only: pages show these without loading torch."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

CALIBRATION_BINS = 15
Z_95 = 1.959964  # two-sided 95 % of a normal distribution


@dataclass(frozen=True)
class Evaluation:
    """Measured on labelled reviews; "positive" is the class that precision and recall refer to."""

    reviews: int
    loss: float  # mean binary cross-entropy, nats
    accuracy: float
    accuracy_low: float  # 95 % Wilson interval
    accuracy_high: float
    precision: float
    recall: float
    f1: float
    auc: float  # area under the ROC curve; 0.5 where only one class occurs
    calibration_error: float  # expected, over 15 equal bins of confidence
    true_positives: int
    false_positives: int
    true_negatives: int
    false_negatives: int

    @classmethod
    def of(cls, labels: np.ndarray, probabilities: np.ndarray) -> "Evaluation":
        """labels: (N,) of 0 and 1; probabilities: (N,) of the positive class."""
        truth = np.asarray(labels).astype(bool)
        p = np.asarray(probabilities, np.float64)
        said = p >= 0.5
        tp, fp = int(np.sum(said & truth)), int(np.sum(said & ~truth))
        tn, fn = int(np.sum(~said & ~truth)), int(np.sum(~said & truth))
        low, high = wilson_interval(tp + tn, len(truth))
        right = np.clip(np.where(truth, p, 1 - p), 1e-12, 1)  # probability given to the truth
        return cls(
            reviews=len(truth),
            loss=float(-np.log(right).mean()) if len(truth) else 0.0,
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


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """95 % confidence interval of a proportion (Wilson 1927)."""
    if not trials:
        return 0.0, 1.0
    share, z2 = successes / trials, Z_95**2
    center = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    spread = math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    margin = Z_95 * spread / (1 + z2 / trials)
    return max(0.0, center - margin), min(1.0, center + margin)


def area_under_roc(truth: np.ndarray, p: np.ndarray) -> float:
    """The chance that a random positive review is ranked above a random negative one, ties half."""
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return 0.5
    _, ranks_of, counts = np.unique(p, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2  # ranks from 1, tied values share the mean
    rank_sum = mean_rank[ranks_of][truth].sum()
    return float((rank_sum - positives * (positives + 1) / 2) / (positives * negatives))


def expected_calibration_error(truth: np.ndarray, p: np.ndarray) -> float:
    """Mean gap between confidence and accuracy over bins of confidence (Guo et al. 2017)."""
    if not len(p):
        return 0.0
    confidence = np.maximum(p, 1 - p)
    correct = (p >= 0.5) == truth
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gap = np.zeros(CALIBRATION_BINS)
    np.add.at(gap, bins, confidence - correct)
    return float(np.abs(gap).sum() / len(p))


MOST_POINTS = 400  # of a drawn curve


def roc_points(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """(points, 2): share of Negative called Positive, share of Positive found, by threshold."""
    from sklearn.metrics import roc_curve  # takes half a second, so only when it is drawn

    return _thinned(np.stack(roc_curve(labels, probabilities)[:2], axis=1))


def precision_recall_points(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """(points, 2): recall and precision of Positive, by threshold."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(labels, probabilities)
    return _thinned(np.stack([recall, precision], axis=1))


def _thinned(points: np.ndarray) -> np.ndarray:
    chosen = np.linspace(0, len(points) - 1, min(MOST_POINTS, len(points))).round().astype(int)
    return points[chosen]


@dataclass(frozen=True)
class CalibrationBin:
    """Reviews given about the same probability of Positive, and how many of them were."""

    said: float  # mean probability given
    was: float  # share that was Positive
    low: float  # 95 % Wilson interval of that share
    high: float
    reviews: int


def calibration_bins(labels: np.ndarray, probabilities: np.ndarray) -> list[CalibrationBin]:
    """Equal bins of the probability of Positive, without the empty ones."""
    number = np.minimum((probabilities * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    bins = []
    for index in np.unique(number):
        inside = number == index
        positive, reviews = int(labels[inside].sum()), int(inside.sum())
        low, high = wilson_interval(positive, reviews)
        said = float(probabilities[inside].mean())
        bins.append(CalibrationBin(said, positive / reviews, low, high, reviews))
    return bins
