"""What padding would do to a network that did not mask it."""

from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import torch

from sentiment.encoding.encode_text import EncodedText
from sentiment.encoding.padding import pad_or_truncate
from sentiment.encoding.settings import PaddingSide
from sentiment.inspection.predictor import Predictor, Trace
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.trace import LayerTrace


@dataclass(frozen=True)
class Unmasked:
    """One row read as if its padding were words."""

    probability: float  # of Positive
    padding: np.ndarray  # (cells,) bool
    drift: np.ndarray  # (cells,) distance of the state from where masking has it; 1 is its size


@dataclass(frozen=True)
class PaddingLab:
    """The same review with its padding masked, as the network does it, and read, on either side."""

    masked: float  # probability of Positive
    unmasked: dict[str, Unmasked]  # by the side of the padding

    @property
    def finding(self) -> str:
        """In a sentence, what reading the padding would have done."""
        side, one = max(
            self.unmasked.items(), key=lambda item: abs(item[1].probability - self.masked)
        )
        cells = int(np.count_nonzero(one.padding))
        if not cells:
            return "The review fills its row, so there is no padding to mask."
        return (
            f"Masked, the verdict is {self.masked:.1%} on whichever side the padding stands. Read "
            f"like words, {cells} cells of padding {side} the review would make it "
            f"{one.probability:.1%}."
        )


@torch.inference_mode()
def padding_lab(predictor: Predictor, trace: Trace) -> PaddingLab:
    """Read the row of `trace` with its padding unmasked, once before and once after the words."""
    network, reading = predictor.network, trace.encoded
    unmasked = {}
    for side in get_args(PaddingSide):
        row = pad_or_truncate(reading.ids, replace(reading.config, padding=side))
        ids, padding = torch.from_numpy(row).long(), _padding(reading, side)
        logit = network(ids[None], torch.tensor([len(row)]))
        drift = np.zeros(len(row))
        if isinstance(network, SentimentClassifier):
            _, layers = network.encoder.trace(network.embedding(ids))
            drift = _drift(layers, trace.layers, padding)
        unmasked[side] = Unmasked(float(torch.sigmoid(logit.double())), padding, drift)
    return PaddingLab(trace.prediction.probability, unmasked)


def _padding(reading: EncodedText, side: str) -> np.ndarray:
    padding = np.ones(len(reading.row), bool)
    words = len(reading.kept)
    padding[len(padding) - words :] = False
    return padding if side == "before" else padding[::-1]


def _drift(row: list[LayerTrace], words: list[LayerTrace], padding: np.ndarray) -> np.ndarray:
    """How far the topmost state is from that of masked reading, cell by cell."""
    squares, size = np.zeros(len(padding)), 0.0
    for unmasked, masked in zip(row, words, strict=True):
        if masked.layer != words[-1].layer:
            continue
        states = masked.values["h"]
        # Where masking has the state: zero until the first word that it reads, then that of the
        # last word it has read. Row 0 is before any word.
        seen = np.concatenate([np.zeros_like(states[:1]), states])
        if masked.direction == "backward":
            seen = np.concatenate([states, np.zeros_like(states[:1])])
            read = np.cumsum(~padding) - ~padding  # words to the left, which it has not read
        else:
            read = np.cumsum(~padding)
        expected = seen[read]
        squares += np.square(unmasked.values["h"] - expected).sum(axis=1)
        size = max(size, float(np.square(states).sum(axis=1).max()))
    return np.sqrt(squares / (size or 1.0))
