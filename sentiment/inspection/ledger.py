"""The memory ledger: what each word wrote into the state, what remains, and its contribution.

An LSTM's cell state is a sum over the words, without any approximation,

    c_T = sum over t of (f_T * ... * f_{t+1}) * i_t * g_t,

and so is every state of the form state_t = kept_t * state_{t-1} + written_t, products elementwise.
The head is linear, so each term has a contribution to the logit. (Compare Murdoch & Szlam 2017,
"Automatic Rule Extraction from Long Short Term Memory Networks".)
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch

from sentiment.inspection.trace import Trace
from sentiment.inspection.unit_statistics import half_lives, retention_in_review
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.networks.trace import LayerTrace, StateUpdate

Array = np.ndarray


@dataclass(frozen=True)
class LayerLedger:
    """The ledger of one layer in one direction.

    Arrays are float64 and, unless stated otherwise, (words, units) in the order of the text.
    """

    layer: LayerTrace
    symbol: str  # of the state
    written: Array  # by each word at its step
    remaining: Array  # of that, in the state at the end; sums to `final`
    final: Array  # (units,) the state after the last step of the direction
    half_lives: Array  # (units,) in words; may be inf
    contributions: Array | None  # of what each word wrote to the logit; None below the last layer

    def strongest_units(self, count: int) -> Array:
        """Units with the largest contributions, (count,); of a lower layer, the largest states."""
        amounts = self.remaining if self.contributions is None else self.contributions
        return np.argsort(-np.abs(amounts).sum(axis=0), kind="stable")[:count]

    @property
    def recent_words(self) -> int:
        """Number of last read words that wrote half of what remains at the end."""
        amounts = np.abs(self.remaining).sum(axis=1)
        if self.layer.direction != "backward":
            amounts = amounts[::-1]
        return int(np.searchsorted(amounts.cumsum(), amounts.sum() / 2)) + 1


@dataclass(frozen=True)
class Ledger:
    """The ledger of a review: logit = bias + contributions + outside_memory + residual.

    The logit is the score of the explained class.
    """

    layers: list[LayerLedger]  # in the order of `Trace.layers`
    contributions: Array  # (words,) to the logit, over all units and directions
    outside_memory: float  # part of the logit that does not come from the last layer's state
    bias: float
    logit: float
    splits_tanh: bool  # whether a tanh of the state is split among the words in proportion

    @property
    def residual(self) -> float:
        """Difference between the logit and the sum: rounding errors."""
        return self.logit - self.bias - self.outside_memory - float(self.contributions.sum())

    def layer(self, trace: LayerTrace) -> LayerLedger:
        """The ledger of the layer and direction of `trace`."""
        site = (trace.layer, trace.direction)
        return next(one for one in self.layers if (one.layer.layer, one.layer.direction) == site)


def why_no_ledger(network: Network) -> str | None:
    """Why this network has no exact ledger, or None if it has one."""
    if isinstance(network, BagOfWords):
        return None
    return cast(SentimentClassifier, network).encoder.no_state_update


def ledger(network: Network, trace: Trace) -> Ledger:
    """The ledger of `trace`. Only where `why_no_ledger` is None.

    Its time is linear in words and units: the coefficient of what a word wrote follows from the
    coefficient of the next word.
    """
    if isinstance(network, BagOfWords):
        return _sum_of_words(network, trace)
    network = cast(SentimentClassifier, network)
    encoder = network.encoder
    with torch.inference_mode():
        ids = torch.from_numpy(trace.encoded.kept_ids).long()
        outputs = encoder.trace(network.embedding(ids))[0].double().numpy(force=True)
    weight, bias = score_head(network, trace)
    coefficients = head_coefficients(network, weight, outputs)
    layers, outside_memory, top = [], 0.0, trace.layers[-1].layer
    splits_tanh = False
    for layer in trace.layers:
        update = encoder.state_update(layer)
        assert update, "see why_no_ledger"
        splits_tanh |= update.squashed is not None
        backward = layer.direction == "backward"
        order = slice(None, None, -1 if backward else 1)  # in which the layer reads the words
        contributions = None
        if layer.layer == top:
            own = slice(encoder.hidden_size, None) if backward else slice(encoder.hidden_size)
            of_outputs = coefficients[order, own]
            of_states = update.to_state(of_outputs)
            contributions = (update.written * _through_later_states(update.kept, of_states))[order]
            if update.bypassed:
                state = layer.values[update.symbol][order].astype(np.float64)
                outside = (of_outputs * outputs[order, own]).sum() - (of_states * state).sum()
                outside_memory += float(outside)
        layers.append(_layer_ledger(layer, update, order, contributions))
    return Ledger(
        layers,
        contributions=np.sum(
            [a.contributions.sum(axis=1) for a in layers if a.contributions is not None], axis=0
        ),
        outside_memory=outside_memory,
        bias=bias,
        logit=float(trace.contributions.astype(np.float64).sum()) + bias,
        splits_tanh=splits_tanh,
    )


def score_head(network: SentimentClassifier, trace: Trace) -> tuple[Array, float]:
    """Weight, (pooled,), and bias of the head of the explained score at the end of the review."""
    with torch.inference_mode():
        outputs = torch.from_numpy(trace.outputs[-1])
        weight, bias = network.score_head(outputs, trace.explained)
    return weight.double().numpy(force=True), float(bias)


def head_coefficients(network: SentimentClassifier, weight: Array, outputs: Array) -> Array:
    """Coefficients of the outputs in the score: score = bias + sum(coefficients * outputs).

    weight: (pooled,), outputs: (words, output_size). Pooling "last" uses the last step of each
    direction, "mean" all steps equally, "max" for each unit the step of its maximum.
    """
    words, size = outputs.shape
    weights = weight.reshape(-1, size)
    coefficients = np.zeros(outputs.shape)
    if network.config.pooling == "last":
        forward = network.encoder.hidden_size
        coefficients[-1, :forward] = weights[0, :forward]
        coefficients[0, forward:] += weights[0, forward:]
        return coefficients
    if "max" in network.config.pooling:
        coefficients[outputs.argmax(axis=0), np.arange(size)] = weights[0]
    if "mean" in network.config.pooling:
        coefficients += weights[-1] / words
    return coefficients


def _layer_ledger(
    layer: LayerTrace, update: StateUpdate, order: slice, contributions: Array | None
) -> LayerLedger:
    remaining = update.written * _remaining_shares(update.kept)
    return LayerLedger(
        layer,
        update.symbol,
        written=update.written[order],
        remaining=remaining[order],
        final=np.asarray(layer.values[update.symbol][order][-1], np.float64),
        half_lives=half_lives(retention_in_review(layer)),
        contributions=contributions,
    )


def _remaining_shares(kept: Array) -> Array:
    """Share of what each word wrote that remains after all later words, (words, units)."""
    shares = np.ones_like(kept)
    shares[:-1] = np.cumprod(kept[:0:-1], axis=0)[::-1]
    return shares


def _through_later_states(kept: Array, of_states: Array) -> Array:
    """Coefficient in the logit of what each word wrote, through all later states, (words, units).

    With B_t the coefficient of state t: G_t = B_t + kept_{t+1} * G_{t+1}.
    """
    counts = np.empty_like(of_states)
    later = np.zeros(of_states.shape[1])
    for step in reversed(range(len(kept))):
        counts[step] = of_states[step] + later
        later = kept[step] * counts[step]
    return counts


def _sum_of_words(network: BagOfWords, trace: Trace) -> Ledger:
    """The ledger of a bag of words, which keeps everything."""
    (layer,) = trace.layers
    sums = layer.values["h"][-1].astype(np.float64)  # (outputs,)
    scale, constant = (
        part.numpy()
        for part in network.output.linear_score(torch.from_numpy(sums), trace.explained)
    )
    bias = network.bias.double().numpy(force=True)
    written = (layer.values["w"].astype(np.float64) + layer.values["p"]) * scale
    final = (sums - bias) * scale
    ages = np.full(len(sums), np.inf)
    return Ledger(
        [LayerLedger(layer, "h", written, written, final, ages, written)],
        written.sum(axis=1),
        0.0,
        float(bias @ scale + constant),
        float(sums @ scale + constant),
        False,
    )
