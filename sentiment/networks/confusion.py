"""Confusion matrix of predictions, and the metrics that follow from it alone.

All matrices are (K, K), whole numbers: a row per label, a column per predicted label.
"""

import numpy as np


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Number of reviews by label and prediction; arguments: codes, (N,) each."""
    return np.bincount(labels * classes + predicted, minlength=classes**2).reshape(classes, classes)


def class_scores(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall and F1 of each class, (K,) each; 0 where the denominator is 0."""
    correct = np.diag(confusion)
    predicted, labels = confusion.sum(axis=0), confusion.sum(axis=1)
    return (
        correct / np.maximum(predicted, 1),
        correct / np.maximum(labels, 1),
        2 * correct / np.maximum(predicted + labels, 1),
    )


def macro_f1(confusion: np.ndarray) -> float:
    """Mean F1 of the classes that are labels or predictions, so that rare ones count as much."""
    occurs = confusion.sum(axis=0) + confusion.sum(axis=1) > 0
    return float(class_scores(confusion)[2][occurs].mean()) if occurs.any() else 0.0


def mean_absolute_error(confusion: np.ndarray) -> float:
    """Mean distance of the predicted class from the label, in classes."""
    return float((confusion * _distances(len(confusion))).sum() / confusion.sum())


def quadratic_kappa(confusion: np.ndarray) -> float | None:
    """Cohen's kappa with quadratic weights: 1 is agreement, 0 that of chance (Cohen 1968).

    None if all labels and predictions are one class.
    """
    weights = _distances(len(confusion)) ** 2
    by_chance = np.outer(confusion.sum(axis=1), confusion.sum(axis=0)) / confusion.sum()
    expected = (weights * by_chance).sum()
    return float(1 - (weights * confusion).sum() / expected) if expected else None


def _distances(classes: int) -> np.ndarray:
    codes = np.arange(classes)
    return np.abs(codes[:, None] - codes)
