"""The interfaces of encoders and networks."""

from typing import Any, Protocol

import torch
from torch import Tensor

from sentiment.networks.config import NetworkConfig
from sentiment.networks.interventions import Changes
from sentiment.networks.trace import LayerTrace, Quantity


def device_of(network: Any) -> torch.device:
    """Where its weights are, for ids to be sent to."""
    return next(iter(network.state_dict().values())).device


class Encoder(Protocol):
    """What the classifier, the traces and the pages ask of an encoder, which is an nn.Module.

    forward: (batch, time, embedding_dim) with words first, lengths (batch,)
    -> (batch, time, output_size). trace: (time, embedding_dim) of one review -> its outputs
    (time, output_size) and its values. unrolled: the same outputs, slowly, and the states of the
    lowest layer word by word, by symbol, for gradients.
    """

    quantities: tuple[Quantity, ...]
    about: str  # markdown for a learner
    equations: str  # LaTeX
    code: str  # one step in plain torch operations, or nothing
    intervenable: tuple[Quantity, ...]  # what a change may concern
    hidden_size: int
    output_size: int

    @property
    def causal(self) -> bool: ...
    def parameters(self) -> Any: ...
    def __call__(self, x: Tensor, lengths: Tensor, changes: Changes = ...) -> Tensor: ...
    def trace(self, x: Tensor, changes: Changes = ...) -> tuple[Tensor, list[LayerTrace]]: ...
    def unrolled(self, x: Tensor) -> tuple[Tensor, dict[str, list[Tensor]]]: ...


class Network(Protocol):
    """What training, models and pages ask of a network, which is an nn.Module.

    `SentimentClassifier` is one, with any encoder; `bow.BagOfWords` is another.
    """

    config: NetworkConfig
    quantities: tuple[Quantity, ...]
    about: str
    equations: str
    code: str
    intervenable: tuple[Quantity, ...]

    def __call__(self, ids: Tensor, lengths: Tensor) -> Tensor: ...
    def trace(self, ids: Tensor) -> tuple[Tensor, Tensor, list[LayerTrace]]: ...
    def empty_logit(self) -> float: ...  # before any word
    def verdict_positions(self, length: int) -> Tensor: ...
    def parameter_count(self) -> int: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> Any: ...
    def eval(self) -> Any: ...
    @property
    def to(self) -> Any: ...  # takes a dtype or a device
