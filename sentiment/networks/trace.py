"""What one layer of an encoder computed at each word. Free of torch: pages draw it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Direction = Literal["forward", "backward"]


@dataclass(frozen=True)
class Quantity:
    """One of the things a recurrent cell computes at each step."""

    name: str  # "forget gate"
    symbol: str  # "f"
    bounds: tuple[float, float]  # of the scale it is drawn on; a cell state may go beyond
    meaning: str  # one sentence for a learner


@dataclass(frozen=True)
class LayerTrace:
    """The values of one layer in one direction, in the reading order of the text.

    values: symbol -> (words, hidden_size) float32. Row t belongs to word t also for the backward
    direction, which computed row t after row t + 1.
    """

    layer: int  # from 0, the lowest
    direction: Direction
    values: dict[str, np.ndarray]
