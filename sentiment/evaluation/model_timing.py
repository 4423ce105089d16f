"""Timings of models, measured alternately so that they can be compared.

The times that runs record depend on what else the machine did at that time.
"""

import statistics
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch

from sentiment.dataset.batches import Batch
from sentiment.encoding.buckets import padded_width
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.training.config import TrainConfig
from sentiment.training.state import FitState
from sentiment.training.step import training_step

BATCHES = 6  # from short reviews to long ones
ROUNDS = 5  # after one to warm up


@dataclass(frozen=True)
class Timing:
    """Medians over several rounds."""

    words_per_second: float | None  # in training; None for a bag of words, which has no steps
    milliseconds_per_review: float  # one review at a time

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def timings(
    networks: Mapping[str, Network],
    lengths: np.ndarray,
    vocabulary_size: int,
    config: TrainConfig,
) -> dict[str, Timing]:
    """Time all `networks` alternately on random reviews with the lengths of real ones.

    lengths: of real reviews, (N,) words. The networks are trained for a few steps, so discard them.
    """
    batches = _batches(lengths, vocabulary_size, config.batch_size)
    singles = _batches(lengths, vocabulary_size, 1)
    states = {
        name: FitState.new(network, config)
        for name, network in networks.items()
        if isinstance(network, SentimentClassifier)
    }
    speeds: dict[str, list[float]] = {name: [] for name in networks}
    waits: dict[str, list[float]] = {name: [] for name in networks}
    for turn in range(ROUNDS + 1):
        for name, network in networks.items():
            network.eval()
            seconds = [_inference_seconds(network, batch) for batch in singles]
            training = _training_seconds(states[name], batches, config) if name in states else 0.0
            if turn:  # the first round warms up
                waits[name] += seconds
                speeds[name].append(training)
    words = sum(batch.words for batch in batches)
    return {
        name: Timing(
            words_per_second=words / statistics.median(speeds[name]) if name in states else None,
            milliseconds_per_review=1e3 * statistics.median(waits[name]),
        )
        for name in networks
    }


def _batches(lengths: np.ndarray, vocabulary_size: int, size: int) -> list[Batch]:
    """Batches of `size` reviews of equal length, at even quantiles of `lengths`."""
    random = np.random.default_rng(0)
    batches = []
    for share in (np.arange(BATCHES) + 0.5) / BATCHES:
        words = int(np.quantile(lengths, share))
        width = padded_width(words)
        ids = np.zeros((size, width), np.int64)
        ids[:, :words] = random.integers(1, vocabulary_size, (size, words))
        labels = torch.from_numpy(random.integers(0, 2, size)).float()
        batches.append(Batch(torch.from_numpy(ids), torch.full((size,), words), labels))
    return batches


@torch.inference_mode()
def _inference_seconds(network: Network, batch: Batch) -> float:
    started = time.perf_counter()
    network(batch.ids, batch.lengths)
    return time.perf_counter() - started


def _training_seconds(state: FitState, batches: list[Batch], config: TrainConfig) -> float:
    state.network.train()
    started = time.perf_counter()
    for batch in batches:
        training_step(state, batch, config, config.learning_rate)
    return time.perf_counter() - started
