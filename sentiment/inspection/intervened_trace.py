"""Forward passes with interventions: the trace of one review, or probabilities of many reviews.

The equations are those of the encoders; each declares the quantities that may be changed
(`intervention_targets`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sentiment.dataset.batches import ReviewDataset
from sentiment.errors import ConfigError
from sentiment.inspection.intervention_hooks import Means, hooks_for, means_of, means_of_batch
from sentiment.inspection.interventions import Intervention, check
from sentiment.inspection.prediction import Prediction, prediction_of
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.trace import Trace
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.inference import batches_by_length
from sentiment.networks.interfaces import Network, device_of
from sentiment.networks.masking import left_align, prefixes
from sentiment.networks.pooling import POOLED_WIDTH, pool, pool_prefixes
from sentiment.networks.recurrent import PREFIXES_AT_ONCE, RecurrentEncoder
from sentiment.networks.trace import LayerTrace, Quantity
from sentiment.progress import Progress

# For the curve, an encoder that reads backwards processes each prefix again. The time per word of a
# prefix is that of units**2 + OVERHEAD multiplications.
OVERHEAD = 80**2
MAX_WORK = 16 * 250 * (256**2 + OVERHEAD)  # about a tenth of a second on one core
MIN_POINTS = 4  # of the curve


@dataclass(frozen=True)
class IntervenedTrace:
    """The trace of one review with interventions."""

    prediction: Prediction
    positions: np.ndarray  # (points,) ascending, of words after which the probability is computed
    probabilities: np.ndarray  # (points, classes), if the review ended there
    explained: int  # code of the class that `curve` follows
    layers: list[LayerTrace]  # as in the Trace without interventions

    @property
    def curve(self) -> np.ndarray:
        """Probability of the explained class, (points,)."""
        return self.probabilities[:, self.explained]

    def layer(self, like: LayerTrace) -> LayerTrace:
        """The layer that corresponds to one of the trace without interventions."""
        site = (like.layer, like.direction)
        return next(layer for layer in self.layers if (layer.layer, layer.direction) == site)

    def word_table(
        self, trace: Trace, before: LayerTrace, quantity: Quantity
    ) -> list[dict[str, Any]]:
        """One row per position: the probability, and the mean of one quantity over the units of the
        layer `before`, without and with the interventions."""
        words, mean = trace.encoded.kept_tokens, f"mean {quantity.name}"
        means = [
            layer.values[quantity.symbol].mean(axis=1).tolist()
            for layer in (before, self.layer(before))
        ]
        return [
            {
                "position": place + 1,
                "word": words[place],
                f"P({trace.name}) before": float(trace.curve[place]),
                f"P({trace.name}) after": probability,
                f"{mean} before": means[0][place],
                f"{mean} after": means[1][place],
            }
            for place, probability in zip(self.positions.tolist(), self.curve.tolist(), strict=True)
        ]


@torch.inference_mode()
def trace_with_interventions(
    predictor: Predictor, trace: Trace, interventions: Sequence[Intervention]
) -> IntervenedTrace:
    """Trace the review of `trace` with `interventions`, applied in their order.

    For an encoder that reads backwards each point of the curve is a forward pass of its own, so a
    long review has fewer points. Raises ConfigError for an intervention that the network does not
    support.
    """
    network = _checked(predictor.network, interventions)
    encoder, pooling = network.encoder, network.config.pooling
    ids = torch.from_numpy(trace.encoded.kept_ids).long()
    means = means_of(trace, interventions)
    hooks = hooks_for(network, interventions, torch.tensor([len(ids)]), len(ids), means)
    outputs, layers = encoder.trace(network.embedding(ids), hooks)
    if encoder.causal:
        positions = torch.arange(len(ids))
        class_outputs = network.head(pool_prefixes(outputs, pooling))
    elif isinstance(encoder, RecurrentEncoder) and encoder.has_independent_directions:
        positions, class_outputs = _two_directions(
            network, trace, ids, outputs, interventions, means
        )
    else:
        positions = _positions(len(ids), network.config.hidden_size)
        class_outputs = _each_prefix(network, ids, positions, interventions, means)
    probabilities = network.output.probabilities(class_outputs.double()).numpy()
    prediction = prediction_of(trace.encoded, probabilities[-1].tolist(), trace.classes)
    return IntervenedTrace(prediction, positions.numpy(), probabilities, trace.explained, layers)


@torch.inference_mode()
def intervened_probabilities(
    network: Network,
    dataset: ReviewDataset,
    interventions: Sequence[Intervention],
    progress: Progress | None = None,
) -> np.ndarray:
    """Probabilities of the classes for each review of `dataset` with `interventions`, (N, classes)
    float64.

    progress: called with reviews. Raises ConfigError for an intervention that the network does not
    support.
    """
    classifier = _checked(network, interventions)
    result = np.zeros((len(dataset), network.output.classes))
    for rows, batch in batches_by_length(dataset, device_of(network), progress):
        ids, lengths = left_align(batch.ids), batch.lengths
        means = means_of_batch(classifier, ids, lengths, interventions)
        hooks = hooks_for(classifier, interventions, lengths, ids.shape[1], means)
        outputs = classifier(ids, lengths, hooks=hooks).cpu()
        result[rows] = classifier.output.probabilities(outputs.double()).numpy()
    return result


def _two_directions(
    network: SentimentClassifier,
    trace: Trace,
    ids: Tensor,
    outputs: Tensor,
    interventions: Sequence[Intervention],
    means: Means,
) -> tuple[Tensor, Tensor]:
    """Positions of the curve and the network's outputs there, (positions, outputs), for one layer
    in both directions.

    outputs: of the encoder for the whole review, (time, output_size). The head is linear, so that
    each output of the network is a sum over the directions. The forward direction needs one pass.
    The backward direction processes each prefix again, unless no intervention applies to it: then
    its term does not change.
    """
    encoder, pooling, size = network.encoder, network.config.pooling, network.config.hidden_size
    assert isinstance(encoder, RecurrentEncoder)
    weights = network.head.weight.view(-1, POOLED_WIDTH[pooling], 2, size)
    own, other = weights[:, :, 0].flatten(1).T, weights[:, :, 1].flatten(1).T
    forward = pool_prefixes(outputs[:, :size], pooling) @ own  # (time, outputs)
    if not any(intervention.applies_to(0, "backward") for intervention in interventions):
        x, length = network.embedding(ids)[None], torch.tensor([len(ids)])
        unchanged = encoder.outputs(x, length, 0, "forward")[0]
        before = torch.from_numpy(trace.outputs)
        return torch.arange(len(ids)), before + (forward - pool_prefixes(unchanged, pooling) @ own)
    positions, shares = _positions(len(ids), size), []
    for lengths in (positions + 1).split(PREFIXES_AT_ONCE):
        rows = network.embedding(prefixes(ids, lengths))
        hooks = hooks_for(network, interventions, lengths, rows.shape[1], means)
        backward = encoder.outputs(rows, lengths, 0, "backward", hooks)
        shares.append(pool(backward, lengths, pooling, 0) @ other)
    return positions, forward[positions] + torch.cat(shares) + network.head.bias


def _each_prefix(
    network: SentimentClassifier,
    ids: Tensor,
    positions: Tensor,
    interventions: Sequence[Intervention],
    means: Means,
) -> Tensor:
    """The outputs after `positions`, (positions, outputs), from an encoder that processes every
    prefix again."""
    outputs = []
    for lengths in (positions + 1).split(PREFIXES_AT_ONCE):
        rows = prefixes(ids, lengths)
        hooks = hooks_for(network, interventions, lengths, rows.shape[1], means)
        outputs.append(network(rows, lengths, hooks=hooks))
    return torch.cat(outputs)


def _positions(words: int, units: int) -> Tensor:
    """Positions of the curve, ascending: all words within MAX_WORK; always the last word."""
    most = max(MIN_POINTS, MAX_WORK // (words * (units**2 + OVERHEAD)))
    return torch.linspace(0, words - 1, min(words, most)).round().long().unique()


def _checked(network: Network, interventions: Sequence[Intervention]) -> SentimentClassifier:
    for intervention in interventions:
        check(intervention, network)
    if not isinstance(network, SentimentClassifier):
        raise ConfigError("A bag of words has no cell to intervene on. Choose another model.")
    return network
