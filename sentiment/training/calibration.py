"""Probabilities that mean what they say: temperature scaling (Guo et al. 2017)."""

import numpy as np
import torch
from scipy.optimize import minimize_scalar

from sentiment.encoding.batching import ReviewDataset
from sentiment.networks.classifier import SentimentClassifier
from sentiment.training.evaluate import probabilities

MOST = 8.0  # a temperature lies between an eighth and eight


def best_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The one number by which to divide all logits, (N,), for the lowest mean loss on `labels`."""
    sign = np.where(np.asarray(labels) > 0.5, 1.0, -1.0)

    def loss(log_temperature: float) -> float:
        return float(np.logaddexp(0, -sign * logits / np.exp(log_temperature)).mean())

    bounds = (-np.log(MOST), np.log(MOST))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


@torch.no_grad()
def calibrate(network: SentimentClassifier, valid: ReviewDataset) -> float:
    """Divide the logits of `network` by the best temperature on `valid`, which is returned.

    The temperature goes into the weights of the linear layer, so that verdicts, traces and stored
    models all have it. No verdict changes.
    """
    p = np.clip(probabilities(network, valid), 1e-12, 1 - 1e-12)
    temperature = best_temperature(np.log(p / (1 - p)), valid.labels)
    for parameter in network.head.parameters():
        parameter.div_(temperature)
    return temperature
