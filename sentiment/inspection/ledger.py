"""The memory ledger: what each word wrote into the state, what survived, and what that pushed.

An LSTM's cell state is a sum that can be taken apart without any approximation,

    c_T = sum over t of (f_T * ... * f_{t+1}) * i_t * g_t,

and so is every state of the form state_t = kept_t * state_{t-1} + written_t, products elementwise.
The head is linear, so each part has its push on the logit. (Compare Murdoch & Szlam 2017,
"Automatic Rule Extraction from Long Short Term Memory Networks".)
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch

from sentiment.inspection.predictor import Trace
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.networks.trace import LayerTrace, StateUpdate

Array = np.ndarray


@dataclass(frozen=True)
class LayerLedger:
    """The books of one layer in one direction.

    Arrays are float64 and, unless said otherwise, (words, units) in the reading order of the text.
    """

    layer: LayerTrace
    symbol: str  # of the state that is taken apart
    written: Array  # by each word when it was read
    survived: Array  # of that, in the state at the end; adds up to `final`
    final: Array  # (units,) the state when the direction was through
    half_lives: Array  # (units,) words after which half of a memory is gone; may be inf
    contributions: Array | None  # what each writing adds to the logit; None below the topmost layer

    def strongest_units(self, count: int) -> Array:
        """Units that push the verdict most, (count,); of a lower layer, those that hold most."""
        amounts = self.survived if self.contributions is None else self.contributions
        return np.argsort(-np.abs(amounts).sum(axis=0), kind="stable")[:count]

    @property
    def left(self) -> float:
        """Share of all that was written, in absolute amounts, that is left at the end."""
        return float(np.abs(self.survived).sum() / (np.abs(self.written).sum() or 1.0))

    @property
    def recent(self) -> int:
        """How many of the words read last wrote half of what is left at the end."""
        amounts = np.abs(self.survived).sum(axis=1)
        if self.layer.direction != "backward":
            amounts = amounts[::-1]
        return int(np.searchsorted(amounts.cumsum(), amounts.sum() / 2)) + 1


@dataclass(frozen=True)
class Ledger:
    """All accounts of a review, and the logit: bias + pushes + passed_by + residual."""

    accounts: list[LayerLedger]  # in the order of `Trace.layers`
    contributions: Array  # (words,) of each word on the logit, over all units and directions
    outside_memory: float  # what reaches the head around the memory of the topmost layer
    bias: float
    logit: float
    squashed: bool  # whether shares of a tanh had to be dealt out to the words

    @property
    def residual(self) -> float:
        """What the sum leaves unexplained: no more than rounding."""
        return self.logit - self.bias - self.outside_memory - float(self.contributions.sum())

    def account(self, layer: LayerTrace) -> LayerLedger:
        (account,) = (
            account
            for account in self.accounts
            if (account.layer.layer, account.layer.direction) == (layer.layer, layer.direction)
        )
        return account


def why_no_ledger(network: Network) -> str | None:
    """Why there is no exact split for this network, or None if there is one."""
    if isinstance(network, BagOfWords):
        return None
    return cast(SentimentClassifier, network).encoder.no_state_update


def ledger(network: Network, trace: Trace) -> Ledger:
    """Split what `network` remembered in `trace`. Only where `why_no_ledger` is None.

    Linear in words and units: the coefficient of a writing in the logit follows from that of the
    next word's by one multiplication with what was kept.
    """
    if isinstance(network, BagOfWords):
        return _sum_of_words(network, trace)
    network = cast(SentimentClassifier, network)
    encoder = network.encoder
    with torch.inference_mode():
        ids = torch.from_numpy(trace.encoded.kept_ids).long()
        outputs = encoder.trace(network.embedding(ids))[0].double().numpy(force=True)
    coefficients = head_coefficients(network, outputs)
    accounts, outside_memory, top = [], 0.0, trace.layers[-1].layer
    squashed = False
    for layer in trace.layers:
        update = encoder.state_update(layer)
        assert update, "`why_no_ledger` tells whether there is one"
        squashed |= update.squashed is not None
        backward = layer.direction == "backward"
        order = slice(None, None, -1 if backward else 1)  # in which the layer reads the words
        contributions = None
        if layer.layer == top:
            own = slice(encoder.hidden_size, None) if backward else slice(encoder.hidden_size)
            of_outputs = coefficients[order, own]
            of_states = update.to_state(of_outputs)
            contributions = (update.written * _carried_back(update.kept, of_states))[order]
            if update.bypassed:
                state = layer.values[update.symbol][order].astype(np.float64)
                outside = (of_outputs * outputs[order, own]).sum() - (of_states * state).sum()
                outside_memory += float(outside)
        accounts.append(_account(layer, update, order, contributions))
    bias = float(network.head.bias.detach())
    return Ledger(
        accounts,
        contributions=np.sum(
            [a.contributions.sum(axis=1) for a in accounts if a.contributions is not None], axis=0
        ),
        outside_memory=outside_memory,
        bias=bias,
        logit=float(trace.contributions.astype(np.float64).sum()) + bias,
        squashed=squashed,
    )


def head_coefficients(network: SentimentClassifier, outputs: Array) -> Array:
    """How much each output counts in the logit: logit = bias + sum(coefficients * outputs).

    outputs: (words, output_size). "last" counts the step at which a direction was through, "mean"
    all steps alike, "max" for each unit the step its maximum came from.
    """
    words, size = outputs.shape
    weights = network.head.weight.detach().double().numpy(force=True).reshape(-1, size)
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


def _account(
    layer: LayerTrace, update: StateUpdate, order: slice, contributions: Array | None
) -> LayerLedger:
    survived = update.written * _kept_afterwards(update.kept)
    assert layer.retained is not None
    return LayerLedger(
        layer,
        update.symbol,
        written=update.written[order],
        survived=survived[order],
        final=np.asarray(layer.values[update.symbol][order][-1], np.float64),
        half_lives=half_lives(np.abs(layer.retained.astype(np.float64))),
        contributions=contributions,
    )


def _kept_afterwards(kept: Array) -> Array:
    """The share of each writing that remains after all later words, (words, units)."""
    shares = np.ones_like(kept)
    shares[:-1] = np.cumprod(kept[:0:-1], axis=0)[::-1]
    return shares


def _carried_back(kept: Array, of_states: Array) -> Array:
    """Coefficient of each writing in the logit, through all later states, (words, units).

    With B_t the coefficient of state t: G_t = B_t + kept_{t+1} * G_{t+1}.
    """
    counts = np.empty_like(of_states)
    later = np.zeros(of_states.shape[1])
    for step in reversed(range(len(kept))):
        counts[step] = of_states[step] + later
        later = kept[step] * counts[step]
    return counts


def half_lives(rates: Array) -> Array:
    """ln 0.5 / mean ln rate of each unit, (units,), in words; rates: (words, units), from 0.

    inf where nothing is lost, 0 where a rate of 0 empties the memory.
    """
    with np.errstate(divide="ignore"):
        loss = -np.log(rates).mean(axis=0)
        return np.where(loss > 0, np.log(2) / np.where(loss > 0, loss, 1.0), np.inf)


def _sum_of_words(network: BagOfWords, trace: Trace) -> Ledger:
    """A bag of words forgets nothing: what is written is what survives and what pushes."""
    (layer,) = trace.layers
    written = layer.values["w"].astype(np.float64) + layer.values["p"]
    bias = float(network.bias)
    final = layer.values["h"][-1].astype(np.float64) - bias
    account = LayerLedger(layer, "h", written, written, final, np.array([np.inf]), written)
    return Ledger([account], written[:, 0], 0.0, bias, float(layer.values["h"][-1, 0]), False)
