"""Platt scaling (Platt 1999) on the validation split: temperature scaling (Guo et al. 2017) and a
shift, so that stated probabilities match observed frequencies."""

from typing import NamedTuple

import numpy as np
import torch

from sentiment.dataset.batches import ReviewDataset
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.inference import probabilities

MAX_TEMPERATURE = 8.0  # the minimum is its inverse


class Scaling(NamedTuple):
    """Calibrated logits are logits / temperature + shift."""

    temperature: float
    shift: float


def best_scaling(logits: np.ndarray, labels: np.ndarray) -> Scaling:
    """The scaling of `logits`, (N,), that minimizes the mean cross-entropy on `labels`, (N,).

    The shift has a normal prior with mean 0 and standard deviation 1, so that few reviews cannot
    move it far.
    """
    from scipy.optimize import minimize  # the import takes half a second

    sign = np.where(np.asarray(labels) > 0.5, 1.0, -1.0)

    def loss(parameters: np.ndarray) -> float:
        log_temperature, shift = parameters
        scaled = logits / np.exp(log_temperature) + shift
        fit = np.logaddexp(0, -sign * scaled).mean()
        return float(fit + shift**2 / (2 * len(logits)))

    bounds = [(-np.log(MAX_TEMPERATURE), np.log(MAX_TEMPERATURE)), (None, None)]
    log_temperature, shift = minimize(loss, np.zeros(2), bounds=bounds).x
    return Scaling(float(np.exp(log_temperature)), float(shift))


@torch.no_grad()
def calibrate(network: SentimentClassifier, valid: ReviewDataset) -> Scaling:
    """Scale the logits of `network` in place by the best scaling on `valid`; returns the scaling.

    It is folded into the linear layer, so that predictions, traces and stored models include it.
    A shift changes the predictions whose probability was closest to one half.
    """
    p = np.clip(probabilities(network, valid)[:, 1], 1e-12, 1 - 1e-12)
    scaling = best_scaling(np.log(p / (1 - p)), valid.labels)
    for parameter in network.head.parameters():
        parameter.div_(scaling.temperature)
    network.head.bias.add_(scaling.shift)
    return scaling
