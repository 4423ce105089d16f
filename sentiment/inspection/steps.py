"""All numbers of each step of a recurrent layer: terms, pre-activations, gates, states."""

from dataclasses import dataclass

import numpy as np
import torch

from sentiment.inspection.predictor import Predictor
from sentiment.inspection.trace import Trace
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.recurrent import RecurrentEncoder
from sentiment.networks.trace import LayerTrace, previous_states


@dataclass(frozen=True)
class Steps:
    """The numbers of one unit, or the means over all units, at each word.

    numbers: name -> (words,), in the order of the text. Quantities are named by their symbols. The
    pre-activation "f.sum" of f is the sum of "f.word", "f.state" and "f.bias": the terms of the
    word, the previous state and the bias. Of the state c (of a GRU: h), "c.before" is the previous
    state, "c.kept" and "c.written" sum to the new state, and "c.shown" is tanh(c).
    """

    words: list[str]
    numbers: dict[str, np.ndarray]
    unit: int | None  # None: the mean
    backward: bool  # whether the previous step is that of the next word


def has_steps(predictor: Predictor) -> bool:
    """Whether the network is recurrent."""
    return isinstance(getattr(predictor.network, "encoder", None), RecurrentEncoder)


@torch.inference_mode()
def steps(predictor: Predictor, trace: Trace, layer: LayerTrace, unit: int | None) -> Steps:
    """All numbers of `unit` of `layer`, or the means over units. Only where `has_steps`."""
    network = predictor.network
    assert isinstance(network, SentimentClassifier)
    encoder = network.encoder
    assert isinstance(encoder, RecurrentEncoder)
    ids = torch.from_numpy(trace.encoded.kept_ids).long()
    numbers = dict(layer.values)
    for symbol, parts in encoder.layer_pre_activations(network.embedding(ids), layer).items():
        for name, part in zip(parts._fields, parts, strict=True):
            numbers[f"{symbol}.{name}"] = part.float().numpy(force=True)
        numbers[f"{symbol}.sum"] = sum(parts).float().numpy(force=True)  # type: ignore[union-attr]
    numbers |= _state_terms(encoder, layer)
    return Steps(
        words=trace.encoded.kept_tokens,
        numbers={
            name: values.mean(axis=1) if unit is None else values[:, unit]
            for name, values in numbers.items()
        },
        unit=unit,
        backward=layer.direction == "backward",
    )


def _state_terms(encoder: RecurrentEncoder, layer: LayerTrace) -> dict[str, np.ndarray]:
    """The previous states, and the terms of the state if it is a sum."""
    values = layer.in_reading_order()
    terms = {
        f"{symbol}.before": previous_states(values[symbol]) for symbol in encoder.state_symbols
    }
    if update := encoder.state_update(layer):
        terms[f"{update.symbol}.kept"] = update.kept * terms[f"{update.symbol}.before"]
        terms[f"{update.symbol}.written"] = update.written
        if update.squashed is not None:
            terms[f"{update.symbol}.shown"] = update.squashed
    step = -1 if layer.direction == "backward" else 1
    return {name: term[::step] for name, term in terms.items()}
