"""Surgery: a network reads with a changed cell, one review or many.

The equations stay where they are, with the encoders: each offers what may be changed while it is
computed (`intervention_targets`), and what is written here says how.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from sentiment.dataset.batches import ByLength, ReviewDataset
from sentiment.encoding.vocabulary import PAD
from sentiment.errors import ConfigError
from sentiment.inspection.intervention_hooks import Means, hooks_for, means_of, means_of_batch
from sentiment.inspection.interventions import Intervention, check
from sentiment.inspection.predictor import Prediction, Predictor, Trace
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network, device_of
from sentiment.networks.masking import left_align, word_mask
from sentiment.networks.pooling import POOLED_WIDTH, pool, pool_prefixes
from sentiment.networks.recurrent import RecurrentEncoder
from sentiment.networks.trace import LayerTrace, Quantity
from sentiment.progress import Progress

REVIEWS_AT_ONCE = 128
BEGINNINGS_AT_ONCE = 32
# An encoder that reads backwards reads beginnings again for the curve. One word of one of them
# takes as long as this many products of its recurrence, and as those themselves.
OVERHEAD = 80**2
MOST_WORK = 16 * 250 * (256**2 + OVERHEAD)  # about a tenth of a second on one core
FEWEST = 4  # points of the curve


@dataclass(frozen=True)
class IntervenedTrace:
    """One review, read with a changed cell."""

    prediction: Prediction
    places: (
        np.ndarray
    )  # (points,) words, from 0, after which the probability was worked out; rising
    probabilities: (
        np.ndarray
    )  # (points,) of Positive, had the review ended there; last: the verdict
    layers: list[LayerTrace]  # as in the Trace of the unchanged network

    def layer(self, like: LayerTrace) -> LayerTrace:
        """The layer that corresponds to one of the unchanged network."""
        same = (like.layer, like.direction)
        return next(layer for layer in self.layers if (layer.layer, layer.direction) == same)

    def word_table(
        self, trace: Trace, before: LayerTrace, quantity: Quantity
    ) -> list[dict[str, Any]]:
        """A row for each of the `places`: the probability, and the mean of one quantity over the
        units of the layer `before`, without and with the intervention."""
        after = self.layer(before)
        mean = f"mean {quantity.name}"
        return [
            {
                "position": place + 1,
                "word": trace.encoded.kept_tokens[place],
                "P(Positive) before": float(trace.probabilities[place]),
                "P(Positive) after": probability,
                f"{mean} before": float(before.values[quantity.symbol][place].mean()),
                f"{mean} after": float(after.values[quantity.symbol][place].mean()),
            }
            for place, probability in zip(
                self.places.tolist(), self.probabilities.tolist(), strict=True
            )
        ]


@torch.inference_mode()
def trace_with_interventions(
    predictor: Predictor, trace: Trace, interventions: Sequence[Intervention]
) -> IntervenedTrace:
    """Read the review of `trace` again with `interventions` carried out, in their order.

    Of an encoder that reads backwards the probabilities are worked out after some words only, if
    the review is long: each of them takes a reading of its own. Raises ConfigError for what cannot
    be done to this network.
    """
    network = _operable(predictor.network, interventions)
    encoder, pooling = network.encoder, network.config.pooling
    ids = torch.from_numpy(trace.encoded.kept_ids).long()
    means = means_of(trace, interventions)
    hooks = hooks_for(network, interventions, _whole(ids), len(ids), means)
    outputs, layers = encoder.trace(network.embedding(ids), hooks)
    if encoder.causal:
        places = torch.arange(len(ids))
        logits = network.head(pool_prefixes(outputs, pooling)).squeeze(1)
    elif isinstance(encoder, RecurrentEncoder) and encoder.has_independent_directions:
        places, logits = _two_directions(network, trace, ids, outputs, interventions, means)
    else:
        places = _places(len(ids), network.config.hidden_size)
        logits = _each_beginning(network, ids, places, interventions, means)
    probabilities = torch.sigmoid(logits.double()).numpy()
    before = trace.prediction
    prediction = Prediction(
        float(probabilities[-1]), before.words, before.unknown, before.truncated
    )
    return IntervenedTrace(prediction, places.numpy(), probabilities, layers)


@torch.inference_mode()
def intervened_probabilities(
    network: Network,
    dataset: ReviewDataset,
    interventions: Sequence[Intervention],
    progress: Progress | None = None,
) -> np.ndarray:
    """Probability of Positive for each review of `dataset` with `interventions`, (N,) float64.

    The progress is told in reviews. Raises ConfigError for what cannot be done to this network.
    """
    classifier = _operable(network, interventions)
    result = np.zeros(len(dataset))
    order = ByLength(dataset.lengths, REVIEWS_AT_ONCE)
    loader = DataLoader(dataset, batch_sampler=order, collate_fn=dataset.collate)
    done, device = 0, device_of(network)
    for batch, rows in zip(loader, order, strict=True):
        there = batch.to(device)
        ids, lengths = left_align(there.ids), there.lengths
        means = means_of_batch(classifier, ids, lengths, interventions)
        hooks = hooks_for(classifier, interventions, lengths, ids.shape[1], means)
        logits = classifier(ids, lengths, hooks=hooks).cpu()
        result[rows] = torch.sigmoid(logits.double()).numpy()
        done += len(batch)
        if progress:
            progress(done, len(dataset))
    return result


def _two_directions(
    network: SentimentClassifier,
    trace: Trace,
    ids: Tensor,
    outputs: Tensor,
    interventions: Sequence[Intervention],
    means: Means,
) -> tuple[Tensor, Tensor]:
    """The words after which, and the logits there, for one layer that is read both ways.

    outputs: of the whole review, (time, output_size). The head is linear, so each direction has
    its own share of the logit. The forward one reads once. The backward one reads beginnings anew,
    unless nothing was done to it: then its share is what it was.
    """
    encoder, pooling, size = network.encoder, network.config.pooling, network.config.hidden_size
    assert isinstance(encoder, RecurrentEncoder)
    weights = network.head.weight.view(POOLED_WIDTH[pooling], 2, size)
    own, other = weights[:, 0].flatten(), weights[:, 1].flatten()
    forward = pool_prefixes(outputs[:, :size], pooling) @ own  # (time,)
    if not any(intervention.applies_to(0, "backward") for intervention in interventions):
        unchanged = encoder.outputs(network.embedding(ids)[None], _whole(ids), 0, "forward")[0]
        before = torch.logit(torch.from_numpy(trace.probabilities), eps=1e-15)
        return torch.arange(len(ids)), before + (forward - pool_prefixes(unchanged, pooling) @ own)
    places, shares = _places(len(ids), size), []
    for lengths in (places + 1).split(BEGINNINGS_AT_ONCE):
        rows = network.embedding(_beginnings(ids, lengths))
        hooks = hooks_for(network, interventions, lengths, rows.shape[1], means)
        backward = encoder.outputs(rows, lengths, 0, "backward", hooks)
        shares.append(pool(backward, lengths, pooling, 0) @ other)
    return places, forward[places] + torch.cat(shares) + network.head.bias


def _each_beginning(
    network: SentimentClassifier,
    ids: Tensor,
    places: Tensor,
    interventions: Sequence[Intervention],
    means: Means,
) -> Tensor:
    """The logits after `places` from an encoder that has to read every beginning anew."""
    logits = []
    for lengths in (places + 1).split(BEGINNINGS_AT_ONCE):
        rows = _beginnings(ids, lengths)
        hooks = hooks_for(network, interventions, lengths, rows.shape[1], means)
        logits.append(network(rows, lengths, hooks=hooks))
    return torch.cat(logits)


def _whole(ids: Tensor) -> Tensor:
    return torch.tensor([len(ids)])


def _places(words: int, units: int) -> Tensor:
    """Words, from 0, after which a beginning is read: all if that is little work; the last one."""
    most = max(FEWEST, MOST_WORK // (words * (units**2 + OVERHEAD)))
    return torch.linspace(0, words - 1, min(words, most)).round().long().unique()


def _beginnings(ids: Tensor, lengths: Tensor) -> Tensor:
    """Rows that end after so many words: ids (time,), lengths (batch,) -> (batch, longest)."""
    rows = ids[: int(lengths.max())].repeat(len(lengths), 1)
    return rows.masked_fill(~word_mask(lengths, rows.shape[1]), PAD)


def _operable(network: Network, interventions: Sequence[Intervention]) -> SentimentClassifier:
    for intervention in interventions:
        check(intervention, network)
    if not isinstance(network, SentimentClassifier):
        raise ConfigError("There is no cell to operate on in a bag of words.")
    return network
