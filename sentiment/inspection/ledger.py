"""The memory ledger: what each word wrote into the state, what survived, and what that pushed.

An LSTM's cell state is a sum that can be taken apart without any approximation,

    c_T = sum over t of (f_T * ... * f_{t+1}) * i_t * g_t,

and so is every state of the form state_t = kept_t * state_{t-1} + written_t, products elementwise.
The head is linear, so each part has its push on the logit. (Compare Murdoch & Szlam 2017,
"Automatic Rule Extraction from Long Short Term Memory Networks".)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch

from sentiment.inspection.predictor import Trace
from sentiment.networks.bow import BagOfWords
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.gru import GRUEncoder
from sentiment.networks.indrnn import IndRNNEncoder, IndRNNLayer
from sentiment.networks.interfaces import Network
from sentiment.networks.lstm import LSTMEncoder
from sentiment.networks.resnet import ResNetEncoder
from sentiment.networks.rnn import RNNEncoder
from sentiment.networks.trace import LayerTrace

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
    encoder = cast(SentimentClassifier, network).encoder
    if isinstance(encoder, LSTMEncoder | GRUEncoder | IndRNNEncoder):
        return None
    if isinstance(encoder, RNNEncoder):
        return (
            "A plain RNN sends its whole state through a matrix and a tanh at every word. What a "
            "word wrote is mixed with everything else at once, so no exact split exists."
        )
    if isinstance(encoder, ResNetEncoder):
        return "A residual network reads all words at once. It has no memory to keep books on."
    return (
        "This architecture's state is not a sum of what was kept and what was written, or nobody "
        "has told the ledger so yet."
    )


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
    for layer in trace.layers:
        carry = _carry(encoder, layer)
        backward = layer.direction == "backward"
        contributions = None
        if layer.layer == top:
            own = slice(encoder.hidden_size, None) if backward else slice(encoder.hidden_size)
            on_state = carry.on_state(coefficients[:, own])
            state = layer.values[carry.symbol].astype(np.float64)
            contributions = carry.written * _carried_back(carry.kept, on_state, backward=backward)
            around = (coefficients[:, own] * outputs[:, own]).sum() - (on_state * state).sum()
            outside_memory += (
                float(around) if isinstance(cast(object, encoder), IndRNNEncoder) else 0.0
            )
        accounts.append(_account(layer, carry, contributions))
    bias = float(network.head.bias.detach())
    return Ledger(
        accounts,
        contributions=np.sum(
            [a.contributions.sum(axis=1) for a in accounts if a.contributions is not None], axis=0
        ),
        outside_memory=outside_memory,
        bias=bias,
        logit=float(trace.contributions.astype(np.float64).sum()) + bias,
        squashed=isinstance(encoder, LSTMEncoder),
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


@dataclass(frozen=True)
class _Carry:
    """state_t = kept_t * state_{t-1} + written_t, (words, units); t - 1 is what was read before."""

    symbol: str
    kept: Array
    written: Array
    rates: Array  # (words or 1, units), of what is kept; their mean gives the half-life
    # From coefficients of the outputs in the logit to those of the states.
    on_state: Callable[[Array], Array] = lambda coefficients: coefficients


def _carry(encoder: object, layer: LayerTrace) -> _Carry:
    values = {symbol: value.astype(np.float64) for symbol, value in layer.values.items()}
    if isinstance(encoder, LSTMEncoder):
        # h = o * tanh(c) is o * (tanh(c) / c) times c: every part of c is squashed alike.
        cell = np.where(values["c"] == 0, 1e-30, values["c"])
        shown = values["o"] * np.tanh(cell) / cell
        return _Carry(
            "c", values["f"], values["i"] * values["g"], values["f"], lambda by: by * shown
        )
    if isinstance(encoder, GRUEncoder):
        return _Carry("h", values["z"], (1 - values["z"]) * values["n"], values["z"])
    assert isinstance(encoder, IndRNNEncoder), "no_ledger says whether there is one"
    # relu either passes the sum as it is or makes it nothing, so that it only opens and shuts.
    recurrent = layer.per_unit["recurrent weight u"].astype(np.float64)[None]
    passes = values["s"] > 0
    before = np.zeros_like(values["h"])
    if layer.direction == "backward":
        before[:-1] = values["h"][1:]
    else:
        before[1:] = values["h"][:-1]
    directions = dict(encoder.layer(layer.layer))
    norm = cast(IndRNNLayer, directions[layer.direction]).norm
    gain = norm.weight.detach().double().numpy(force=True)
    spread = np.sqrt(values["h"].var(axis=1, keepdims=True) + norm.eps)

    def through_norm(coefficients: Array) -> Array:
        # (h - mean) / spread is linear in h once the spread is taken as it is.
        scaled = coefficients * gain / spread
        return scaled - scaled.mean(axis=1, keepdims=True)

    return _Carry(
        "h",
        passes * recurrent,
        passes * (values["s"] - recurrent * before),
        np.abs(recurrent),
        through_norm,
    )


def _account(layer: LayerTrace, carry: _Carry, contributions: Array | None) -> LayerLedger:
    backward = layer.direction == "backward"
    state = layer.values[carry.symbol]
    final = np.asarray(state[0 if backward else -1], np.float64)
    survived = carry.written * _kept_afterwards(carry.kept, backward=backward)
    return LayerLedger(
        layer, carry.symbol, carry.written, survived, final, half_lives(carry.rates), contributions
    )


def _kept_afterwards(kept: Array, *, backward: bool) -> Array:
    """What is kept of each word's writing by all that is read after it, (words, units)."""
    ordered = kept if backward else kept[::-1]
    shares = np.ones_like(ordered)
    np.cumprod(ordered[:-1], axis=0, out=shares[1:])
    return shares if backward else shares[::-1]


def _carried_back(kept: Array, on_state: Array, *, backward: bool) -> Array:
    """How much each writing counts in the logit by way of all later states, (words, units).

    With B_t the coefficient of state t: G_t = B_t + kept_{t+1} * G_{t+1}.
    """
    order = range(len(kept)) if backward else reversed(range(len(kept)))
    counts = np.empty_like(on_state)
    later = np.zeros(on_state.shape[1])
    for step in order:
        counts[step] = on_state[step] + later
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
