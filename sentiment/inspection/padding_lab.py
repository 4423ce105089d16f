"""Effect of padding on the prediction if the network did not mask it."""

from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import torch

from sentiment.encoding.padding import pad_or_truncate
from sentiment.encoding.settings import PaddingSide
from sentiment.encoding.vocabulary import PAD
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.trace import Trace
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.trace import LayerTrace
from sentiment.wording import percentage_points


@dataclass(frozen=True)
class Unmasked:
    """A forward pass over one row with its padding processed like words."""

    probability: float  # of the explained class
    padding: np.ndarray  # (cells,) bool
    # (cells,) distance of the state from the masked state, as a share of the largest masked norm
    drift: np.ndarray


@dataclass(frozen=True)
class PaddingLab:
    """The predictions of one review with masked padding, and unmasked on either side."""

    name: str  # of the explained class
    masked: float  # its probability
    unmasked: dict[str, Unmasked]  # by the side of the padding

    @property
    def finding(self) -> str:
        """The larger effect of the two sides, in one sentence."""
        side, one = max(
            self.unmasked.items(), key=lambda item: abs(item[1].probability - self.masked)
        )
        cells = int(np.count_nonzero(one.padding))
        if not cells:
            return "The review fills its row, so there is no padding."
        return (
            f"With masked padding P({self.name}) is {self.masked:.1%} on either side. Unmasked, "
            f"{cells} cells of padding {side} the words change it to {one.probability:.1%} "
            f"({percentage_points(one.probability - self.masked)})."
        )


@torch.inference_mode()
def padding_lab(predictor: Predictor, trace: Trace) -> PaddingLab:
    """Process the row of `trace` with unmasked padding, once before and once after the words."""
    network, encoded = predictor.network, trace.encoded
    unmasked = {}
    for side in get_args(PaddingSide):
        row = pad_or_truncate(encoded.ids, replace(encoded.config, padding=side))
        ids, padding = torch.from_numpy(row).long(), row == PAD
        score = network.score(ids[None], torch.tensor([len(row)]), trace.explained)
        drift = np.zeros(len(row))
        if isinstance(network, SentimentClassifier):
            _, layers = network.encoder.trace(network.embedding(ids))
            drift = _drift(layers, trace.layers, padding)
        unmasked[side] = Unmasked(float(torch.sigmoid(score.double())), padding, drift)
    return PaddingLab(trace.name, trace.probability, unmasked)


def _drift(row: list[LayerTrace], words: list[LayerTrace], padding: np.ndarray) -> np.ndarray:
    """Distance of the last layer's state from the masked state, per cell."""
    squares, size = np.zeros(len(padding)), 0.0
    for unmasked, masked in zip(row, words, strict=True):
        if masked.layer != words[-1].layer:
            continue
        states = masked.values["h"]
        # The masked state is zero before the first word, then that of the last processed word.
        seen = np.concatenate([np.zeros_like(states[:1]), states])
        if masked.direction == "backward":
            seen = np.concatenate([states, np.zeros_like(states[:1])])
            read = np.cumsum(~padding) - ~padding  # words to the left, not yet processed
        else:
            read = np.cumsum(~padding)
        expected = seen[read]
        squares += np.square(unmasked.values["h"] - expected).sum(axis=1)
        size = max(size, float(np.square(states).sum(axis=1).max()))
    return np.sqrt(squares / (size or 1.0))
