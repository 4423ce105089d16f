"""Quantized weights of a network for a page: word vectors in 8 bits, all others in 16.

Each word vector has its own scale. The rounded weights are exact in float32, so torch can compute
with them what the page computes.
"""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

EMBEDDING = "embedding.weight"
_LEVELS = 127


@dataclass(frozen=True)
class PageWeights:
    """The weights of a network, rounded.

    content: all arrays, one after the other, each from a multiple of four bytes; little-endian.
    layout: name -> (type, first byte, shape); a type is "int8", "float16" or "float32".
    rounded: name -> float32 array, the weights that `content` stands for.
    """

    content: bytes
    layout: dict[str, tuple[str, int, tuple[int, ...]]]
    rounded: dict[str, np.ndarray]


def page_weights(weights: dict[str, Tensor]) -> PageWeights:
    """Quantize the state of a `SentimentClassifier`: name -> tensor."""
    stored: dict[str, np.ndarray] = {}
    rounded: dict[str, np.ndarray] = {}
    for name, tensor in weights.items():
        values = tensor.float().numpy(force=True)
        if name == EMBEDDING:
            largest = np.abs(values).max(axis=1, keepdims=True)
            scale = np.where(largest > 0, largest / _LEVELS, 1).astype(np.float32)
            stored[name] = np.rint(values / scale).astype(np.int8)
            stored["embedding.scale"] = scale[:, 0]
            rounded[name] = stored[name] * scale
        elif np.abs(values).max(initial=0) > np.finfo(np.float16).max:
            stored[name] = rounded[name] = values
        else:
            stored[name] = values.astype(np.float16)
            rounded[name] = stored[name].astype(np.float32)
    pieces, layout, start = [], {}, 0
    for name, array in stored.items():
        layout[name] = (array.dtype.name, start, array.shape)
        piece = array.astype(array.dtype.newbyteorder("<")).tobytes()
        piece += bytes(-len(piece) % 4)
        pieces.append(piece)
        start += len(piece)
    return PageWeights(b"".join(pieces), layout, rounded)
