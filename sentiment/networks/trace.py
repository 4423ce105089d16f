"""Values that one layer of an encoder computed at each word. Free of torch."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

Direction = Literal["forward", "backward", "both"]  # both: a layer that sees either side at once


@dataclass(frozen=True)
class Quantity:
    """A value that an encoder computes at each step. "h" is its state, "c" a separate memory."""

    name: str  # "forget gate"
    symbol: str  # "f"
    bounds: tuple[float, float] | None  # of the color scale; None: the range of the values
    meaning: str  # one sentence for a learner

    @property
    def is_gate(self) -> bool:
        """Whether the values are shares from 0 to 1, so that a mean over units is meaningful."""
        return self.bounds == (0, 1)


@dataclass(frozen=True)
class LayerTrace:
    """The values of one layer in one direction, in the order of the text.

    values: symbol -> (words, hidden_size) float32, "h" among them. Row t belongs to word t, also
    for the backward direction, which computes row t after row t + 1.
    """

    layer: int  # from 0, the lowest
    direction: Direction
    values: dict[str, np.ndarray]
    unit_weights: dict[str, np.ndarray] = field(default_factory=dict)  # symbol -> (hidden_size,)
    retention: str = ""  # symbol of the share of its state that a unit retains per word

    def part(self, start: int, end: int) -> "LayerTrace":
        """The trace of some of the words."""
        values = {symbol: value[start:end] for symbol, value in self.values.items()}
        return replace(self, values=values)

    @property
    def retained(self) -> np.ndarray | None:
        """The share of its state that each unit retains, (words, hidden_size) or, if it is the
        same at every word, (1, hidden_size); None if the encoder declares none."""
        if self.retention in self.values:
            return self.values[self.retention]
        if self.retention in self.unit_weights:
            return self.unit_weights[self.retention][None]
        return None

    def in_reading_order(self) -> dict[str, np.ndarray]:
        """The values as float64, in the order in which the layer reads the words."""
        step = -1 if self.direction == "backward" else 1
        return {symbol: value[::step].astype(np.float64) for symbol, value in self.values.items()}

    @property
    def title(self) -> str:
        direction = "" if self.direction == "both" else f", {self.direction}"
        return f"layer {self.layer + 1}{direction}"


@dataclass(frozen=True)
class StateUpdate:
    """A state that is a sum: state_t = kept_t * state_{t-1} + written_t, elementwise.

    Arrays are (words, units) float64, in the order in which the layer reads the words.
    """

    symbol: str  # of the state
    kept: np.ndarray
    written: np.ndarray
    squashed: np.ndarray | None = None  # tanh of the state, if the output depends on that
    # From the coefficients of the layer's outputs in the logit to those of its states.
    to_state: Callable[[np.ndarray], np.ndarray] = lambda coefficients: coefficients
    bypassed: bool = False  # whether a part of the outputs does not come from the state


def previous_states(states: np.ndarray) -> np.ndarray:
    """The state before each step, in the order of the steps: (words, units), zeros first."""
    return np.concatenate([np.zeros_like(states[:1]), states[:-1]])
