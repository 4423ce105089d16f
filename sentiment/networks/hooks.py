"""Hooks that replace a quantity while an encoder computes it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from torch import Tensor

from sentiment.networks.trace import Direction

# (symbol, value, step) -> the value to continue with. Value: (batch, hidden_size) with steps from 0
# in reading order; or, from an encoder that computes all words at once, (batch, time, hidden_size)
# with None as the step.
Hook = Callable[[str, Tensor, int | None], Tensor]
Hooks = Mapping[tuple[int, Direction], Hook]  # by layer (from 0, the lowest) and direction
NO_HOOKS: Hooks = MappingProxyType({})


def no_hook(symbol: str, value: Tensor, step: int | None) -> Tensor:
    return value
