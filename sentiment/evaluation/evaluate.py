"""Evaluation of a network on a part of a prepared corpus."""

from collections.abc import Callable

from sentiment.dataset.batches import ReviewDataset
from sentiment.evaluation.metrics import Evaluation
from sentiment.networks.inference import probabilities
from sentiment.networks.interfaces import Network


def evaluate(
    network: Network,
    dataset: ReviewDataset,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Accuracy and the rest of the figures of `network` on `dataset`."""
    return Evaluation.of(dataset.labels, probabilities(network, dataset, progress))
