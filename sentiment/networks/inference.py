"""Inference: probabilities for many reviews, and the time for one."""

import statistics
import time

import numpy as np
import torch
from torch.utils.data import DataLoader

from sentiment.dataset.batches import ByLength, ReviewDataset
from sentiment.networks.config import Precision
from sentiment.networks.interfaces import Network, device_of
from sentiment.networks.precision import autocast
from sentiment.progress import Progress

REVIEWS_AT_ONCE = 128


@torch.inference_mode()
def probabilities(
    network: Network,
    dataset: ReviewDataset,
    progress: Progress | None = None,
    precision: Precision = "float32",
) -> np.ndarray:
    """Probabilities of the classes for each review of `dataset`, in its order, (N, K) float64.

    precision: of the matrix products; bfloat16 is faster and may change the third digit.
    """
    network.eval()
    result = np.zeros((len(dataset), network.output.classes))
    order = ByLength(dataset.lengths, REVIEWS_AT_ONCE)
    loader = DataLoader(dataset, batch_sampler=order, collate_fn=dataset.collate)
    done = 0
    device = device_of(network)
    for batch, rows in zip(loader, order, strict=True):
        there = batch.to(device)
        with autocast(precision, device.type):
            outputs = network(there.ids, there.lengths).cpu()
        result[rows] = network.output.probabilities(outputs.double()).numpy()
        done += len(batch)
        if progress:
            progress(done, len(dataset))
    return result


@torch.inference_mode()
def seconds_per_review(network: Network, dataset: ReviewDataset, reviews: int = 60) -> float:
    """Median time for a batch of one review."""
    network.eval()
    times = []
    for item in np.linspace(0, len(dataset) - 1, min(reviews, len(dataset))).astype(int):
        batch = dataset.collate([dataset[int(item)]])
        started = time.perf_counter()
        network(batch.ids, batch.lengths)
        times.append(time.perf_counter() - started)
    return statistics.median(times)
