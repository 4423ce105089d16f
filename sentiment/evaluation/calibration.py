"""Probabilities that mean what they say: Platt scaling (Platt 1999), which is temperature scaling
(Guo et al. 2017) and a shift."""

from typing import NamedTuple

import numpy as np
import torch
from scipy.optimize import minimize

from sentiment.dataset.batches import ReviewDataset
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.inference import probabilities

MOST = 8.0  # a temperature lies between an eighth and eight


class Scaling(NamedTuple):
    """The logits that mean what they say are logits / temperature + shift."""

    temperature: float
    shift: float


def best_scaling(logits: np.ndarray, labels: np.ndarray) -> Scaling:
    """The scaling of logits, (N,), with the lowest mean loss on `labels`.

    A shift is believed only as far as there are reviews for it: it is held to zero by a prior of
    standard deviation 1.
    """
    sign = np.where(np.asarray(labels) > 0.5, 1.0, -1.0)

    def loss(parameters: np.ndarray) -> float:
        log_temperature, shift = parameters
        scaled = logits / np.exp(log_temperature) + shift
        fit = np.logaddexp(0, -sign * scaled).mean()
        return float(fit + shift**2 / (2 * len(logits)))

    bounds = [(-np.log(MOST), np.log(MOST)), (None, None)]
    log_temperature, shift = minimize(loss, np.zeros(2), bounds=bounds).x
    return Scaling(float(np.exp(log_temperature)), float(shift))


@torch.no_grad()
def calibrate(network: SentimentClassifier, valid: ReviewDataset) -> Scaling:
    """Scale the logits of `network` by what is best on `valid`, which is returned.

    The scaling goes into the linear layer, so that verdicts, traces and stored models all have it.
    A shift moves the verdicts that were closest to one half.
    """
    p = np.clip(probabilities(network, valid), 1e-12, 1 - 1e-12)
    scaling = best_scaling(np.log(p / (1 - p)), valid.labels)
    for parameter in network.head.parameters():
        parameter.div_(scaling.temperature)
    network.head.bias.add_(scaling.shift)
    return scaling
