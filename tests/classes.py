"""Probabilities of two classes, from those of the second."""

import numpy as np


def of_both(positive) -> np.ndarray:
    """(N,) probabilities of Positive to (N, 2)."""
    positive = np.asarray(positive)
    return np.stack([1 - positive, positive], axis=-1)
