"""The encoders by name. A new one is a file of its own and a line here."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from torch import Tensor, nn

from sentiment.networks.config import NetworkConfig
from sentiment.networks.lstm import LSTMEncoder
from sentiment.networks.trace import LayerTrace, Quantity


class Encoder(Protocol):
    """What the classifier, the traces and the pages ask of an encoder.

    forward: (batch, time, embedding_dim) with words first, lengths (batch,)
    -> (batch, time, output_size). trace: (time, embedding_dim) of one review -> its outputs
    (time, output_size) and its values.
    """

    quantities: tuple[Quantity, ...]
    hidden_size: int
    output_size: int

    @property
    def causal(self) -> bool: ...
    def __call__(self, x: Tensor, lengths: Tensor) -> Tensor: ...
    def trace(self, x: Tensor) -> tuple[Tensor, list[LayerTrace]]: ...


ENCODERS: dict[str, Callable[[NetworkConfig], nn.Module]] = {
    "lstm": partial(LSTMEncoder, bidirectional=False),
    "bilstm": partial(LSTMEncoder, bidirectional=True),
}
