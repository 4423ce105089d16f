"""One cell at work: every number that a step of a recurrent layer adds, squashes or multiplies."""

from dataclasses import dataclass

import numpy as np
import torch

from sentiment.inspection.predictor import Predictor, Trace
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.recurrent import RecurrentEncoder
from sentiment.networks.trace import LayerTrace


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
    for symbol, parts in encoder.layer_sums(
        network.embedding(ids), layer.layer, layer.direction
    ).items():
        for name, part in zip(parts._fields, parts, strict=True):
            numbers[f"{symbol}.{name}"] = part.float().numpy(force=True)
        numbers[f"{symbol}.sum"] = sum(parts).float().numpy(force=True)  # type: ignore[union-attr]
    backward = layer.direction == "backward"
    numbers |= _memory(layer.values, backward)
    return Steps(
        words=trace.encoded.kept_tokens,
        numbers={
            name: values.mean(axis=1) if unit is None else values[:, unit]
            for name, values in numbers.items()
        },
        unit=unit,
        backward=backward,
    )


def _memory(values: dict[str, np.ndarray], backward: bool) -> dict[str, np.ndarray]:
    """What each step found in its memory, what it kept of it and what it wrote."""
    if "c" in values:
        before = _before(values["c"], backward)
        return {
            "h.before": _before(values["h"], backward),
            "c.before": before,
            "c.kept": values["f"] * before,
            "c.written": values["i"] * values["g"],
            "c.shown": np.tanh(values["c"]),
        }
    before = _before(values["h"], backward)
    if "z" in values:
        kept, written = values["z"] * before, (1 - values["z"]) * values["n"]
        return {"h.before": before, "h.kept": kept, "h.written": written}
    return {"h.before": before}


def _before(states: np.ndarray, backward: bool) -> np.ndarray:
    """The state each step started from, (words, units); the first started from zero."""
    zero = np.zeros_like(states[:1])
    return np.concatenate([states[1:], zero] if backward else [zero, states[:-1]])
