"""One cell at work: every number that a step of a recurrent layer adds, squashes or multiplies."""

from dataclasses import dataclass

import numpy as np
import torch

from sentiment.inspection.predictor import Predictor, Trace
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.recurrent import RecurrentEncoder
from sentiment.networks.trace import LayerTrace, previous_states


@dataclass(frozen=True)
class Steps:
    """What one unit, or the mean over all units, computed at each word.

    numbers: name -> (words,), in the order of the text. The quantities go by their symbols. Of
    what is squashed into f, "f.word", "f.state" and "f.bias" are what the word, the state before
    and the bias add, and "f.sum" is the sum. Of a cell with a memory c (the GRU's is h),
    "c.before" is what the step found, "c.kept" and "c.written" add up to what it left, and
    "c.shown" is tanh(c).
    """

    words: list[str]
    numbers: dict[str, np.ndarray]
    unit: int | None  # None: the mean
    backward: bool  # whether the step before is that of the next word


def has_steps(predictor: Predictor) -> bool:
    """Whether the network is recurrent, so that there is a step to look at."""
    return isinstance(getattr(predictor.network, "encoder", None), RecurrentEncoder)


@torch.inference_mode()
def steps(predictor: Predictor, trace: Trace, layer: LayerTrace, unit: int | None) -> Steps:
    """Every number of `unit` of `layer`, or their means. For networks that `has_steps`."""
    network = predictor.network
    assert isinstance(network, SentimentClassifier)
    encoder = network.encoder
    assert isinstance(encoder, RecurrentEncoder)
    ids = torch.from_numpy(trace.encoded.kept_ids).long()
    numbers = dict(layer.values)
    for symbol, parts in encoder.layer_pre_activations(
        network.embedding(ids), layer.layer, layer.direction
    ).items():
        for name, part in zip(parts._fields, parts, strict=True):
            numbers[f"{symbol}.{name}"] = part.float().numpy(force=True)
        numbers[f"{symbol}.sum"] = sum(parts).float().numpy(force=True)  # type: ignore[union-attr]
    backward = layer.direction == "backward"
    numbers |= _state_terms(encoder, layer)
    return Steps(
        words=trace.encoded.kept_tokens,
        numbers={
            name: values.mean(axis=1) if unit is None else values[:, unit]
            for name, values in numbers.items()
        },
        unit=unit,
        backward=backward,
    )


def _state_terms(encoder: RecurrentEncoder, layer: LayerTrace) -> dict[str, np.ndarray]:
    """The states before each step, and the terms of the state if it is a sum."""
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
