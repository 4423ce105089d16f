"""Score a part of a prepared corpus with a network."""

from collections.abc import Callable

import numpy as np
import torch
from torch.utils.data import DataLoader

from sentiment.encoding.batching import ByLength, ReviewDataset
from sentiment.networks.classifier import SentimentClassifier
from sentiment.training.metrics import Evaluation

REVIEWS_AT_ONCE = 128


@torch.inference_mode()
def probabilities(
    network: SentimentClassifier,
    dataset: ReviewDataset,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """Probability of Positive for each review of `dataset`, in its order, (N,) float64."""
    network.eval()
    result = np.zeros(len(dataset))
    order = ByLength(dataset.lengths, REVIEWS_AT_ONCE)
    loader = DataLoader(dataset, batch_sampler=order, collate_fn=dataset.collate)
    done = 0
    for batch, rows in zip(loader, order, strict=True):
        result[rows] = torch.sigmoid(network(batch.ids, batch.lengths).double()).numpy()
        done += len(batch)
        if progress:
            progress(done, len(dataset))
    return result


def evaluate(
    network: SentimentClassifier,
    dataset: ReviewDataset,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Accuracy and the rest of the figures of `network` on `dataset`."""
    return Evaluation.of(dataset.labels, probabilities(network, dataset, progress))
