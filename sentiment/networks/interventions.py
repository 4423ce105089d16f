"""What lets a quantity be changed while an encoder computes it (`inspection.surgery` does)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from torch import Tensor

from sentiment.networks.trace import Direction

# Given a symbol, its value and the step, it returns what takes the value's place. Value: (batch,
# hidden_size), steps from 0 in the order in which the layer reads; or, from an encoder that
# computes all words at once, (batch, time, hidden_size) and None.
Change = Callable[[str, Tensor, int | None], Tensor]
Changes = Mapping[tuple[int, Direction], Change]  # by layer (from 0, the lowest) and direction
NO_CHANGES: Changes = MappingProxyType({})
