"""Evaluation of a network on a split of a prepared corpus."""

from sentiment.corpus.classes import Classes
from sentiment.dataset.batches import ReviewDataset
from sentiment.evaluation.metrics import Evaluation
from sentiment.networks.inference import probabilities
from sentiment.networks.interfaces import Network


def evaluate(network: Network, dataset: ReviewDataset, classes: Classes) -> Evaluation:
    """All metrics of `network` on `dataset`."""
    return Evaluation.of(dataset.labels, probabilities(network, dataset), classes)
