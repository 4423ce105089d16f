"""What one layer of an encoder computed at each word. Free of torch: pages draw it."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Direction = Literal["forward", "backward", "both"]  # both: a layer that sees either side at once


@dataclass(frozen=True)
class Quantity:
    """One of the things an encoder computes at each step. The one called h is its state."""

    name: str  # "forget gate"
    symbol: str  # "f"
    bounds: tuple[float, float] | None  # of the scale it is drawn on; None: as wide as its values
    meaning: str  # one sentence for a learner

    @property
    def is_gate(self) -> bool:
        """Whether it is a share, so that a mean over units says something."""
        return self.bounds == (0, 1)


@dataclass(frozen=True)
class LayerTrace:
    """The values of one layer in one direction, in the reading order of the text.

    values: symbol -> (words, hidden_size) float32, "h" among them. Row t belongs to word t also
    for the backward direction, which computed row t after row t + 1.
    """

    layer: int  # from 0, the lowest
    direction: Direction
    values: dict[str, np.ndarray]
    per_unit: dict[str, np.ndarray] = field(default_factory=dict)  # name -> (hidden_size,)

    def part(self, start: int, end: int) -> "LayerTrace":
        """The same for some of the words."""
        values = {symbol: value[start:end] for symbol, value in self.values.items()}
        return LayerTrace(self.layer, self.direction, values, self.per_unit)

    @property
    def title(self) -> str:
        return f"layer {self.layer + 1}" + (
            f", {self.direction}" if self.direction != "both" else ""
        )
