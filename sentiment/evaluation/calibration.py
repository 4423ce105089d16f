"""Calibration on the validation split, so that stated probabilities match observed frequencies.

Temperature scaling (Guo et al. 2017) and a shift of each output. With two classes this is Platt
scaling (Platt 1999).
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from sentiment.dataset.batches import ReviewDataset
from sentiment.networks.class_output import ClassOutput
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.inference import outputs_of

MAX_TEMPERATURE = 8.0  # the minimum is its inverse


class Scaling(NamedTuple):
    """Calibrated outputs are outputs / temperature + shift."""

    temperature: float
    shift: list[float]  # of each output


def best_scaling(
    output: ClassOutput, outputs: Tensor, labels: np.ndarray, weights: Tensor | None = None
) -> Scaling:
    """The scaling of `outputs`, (N, size), that minimizes the mean cross-entropy on `labels`, (N,).

    The shifts have a normal prior with mean 0 and standard deviation 1, so that few reviews cannot
    move them far. weights: of the classes, (classes,), as in training.
    """
    from scipy.optimize import minimize  # the import takes half a second

    outputs, codes = outputs.double(), torch.from_numpy(np.asarray(labels)).long()
    weights = None if weights is None else weights.double()

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        variable = torch.from_numpy(parameters).requires_grad_()
        log_temperature, shift = variable[0], variable[1:]
        scaled = outputs / log_temperature.exp() + shift
        value = (output.loss(scaled, codes, weights) + (shift**2).sum() / 2) / len(outputs)
        (gradient,) = torch.autograd.grad(value, variable)
        return float(value.detach()), gradient.numpy()

    limit = np.log(MAX_TEMPERATURE)
    bounds = [(-limit, limit), *[(None, None)] * output.size]
    log_temperature, *shift = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds).x
    return Scaling(float(np.exp(log_temperature)), [float(value) for value in shift])


def calibrate(
    network: SentimentClassifier, valid: ReviewDataset, weights: Tensor | None = None
) -> Scaling:
    """Scale the outputs of `network` in place by the best scaling on `valid`; returns the scaling.

    It is folded into the linear layer, so that predictions, traces and stored models include it.
    A shift changes the predictions whose two largest probabilities were closest.
    """
    outputs = outputs_of(network, valid)
    scaling = best_scaling(network.output, outputs, valid.labels, weights)
    with torch.no_grad():
        for parameter in network.head.parameters():
            parameter.div_(scaling.temperature)
        network.head.bias.add_(torch.tensor(scaling.shift, device=network.head.bias.device))
    return scaling
