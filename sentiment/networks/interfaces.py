"""Interfaces of encoders and networks."""

from abc import ABC, abstractmethod
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from sentiment.networks.class_output import ClassOutput
from sentiment.networks.config import NetworkConfig
from sentiment.networks.hooks import NO_HOOKS, Hooks
from sentiment.networks.trace import LayerTrace, Quantity, StateUpdate


def device_of(network: Any) -> torch.device:
    """The device that holds the weights."""
    return next(iter(network.state_dict().values())).device


class Encoder(nn.Module, ABC):
    """Maps word vectors to one output vector per word. The rest of the network is shared.

    A subclass defines the attributes without a default here, and the abstract methods.
    """

    description: str  # Markdown for a learner, shown above the quantities
    equations: str  # LaTeX
    quantities: tuple[Quantity, ...]  # in every trace; one is "h", the state
    hidden_size: int  # units per layer and direction
    output_size: int
    causal: bool  # whether the output at a word depends only on that word and those before it
    step_code = ""  # source code of one step in plain torch operations
    intervention_targets: tuple[Quantity, ...] = ()  # quantities that a hook can replace
    # Symbol of the share of its state that a unit retains per word: a gate or a unit weight.
    retention = ""
    # Why `state_update` returns None; None for an encoder that defines `state_update`.
    no_state_update: str | None = (
        "The state of this architecture cannot be split into what was kept and what was written."
    )

    @abstractmethod
    def forward(self, x: Tensor, lengths: Tensor, hooks: Hooks = NO_HOOKS) -> Tensor:
        """Outputs of a batch: (batch, time, embedding_dim) -> (batch, time, output_size).

        Words come first, padding after; lengths: (batch,). Outputs at padding have no meaning.
        hooks: replace quantities of `intervention_targets`.
        """

    @abstractmethod
    def trace(self, x: Tensor, hooks: Hooks = NO_HOOKS) -> tuple[Tensor, list[LayerTrace]]:
        """Outputs and all quantities of one review without padding.

        (time, embedding_dim) -> (time, output_size) and one LayerTrace per layer and direction.
        """

    @abstractmethod
    def unroll(self, x: Tensor) -> tuple[Tensor, dict[str, list[Tensor]]]:
        """Outputs of one review, and the states of the lowest layer as separate tensors.

        (time, embedding_dim) -> (time, output_size), and symbol -> one tensor per word with the
        hidden_size numbers of its state. Slow; gradients flow through every state.
        """

    def state_update(self, layer: LayerTrace) -> StateUpdate | None:
        """The state of a traced layer as a sum of kept and written; None if it is no such sum."""
        return None


class Network(Protocol):
    """A complete network (an nn.Module): token ids in, outputs for the classes out.

    `SentimentClassifier` is one, with any encoder; `BagOfWords` is another.
    """

    config: NetworkConfig
    output: ClassOutput
    description: str
    equations: str
    quantities: tuple[Quantity, ...]
    step_code: str
    intervention_targets: tuple[Quantity, ...]

    def __call__(self, ids: Tensor, lengths: Tensor) -> Tensor: ...
    def score(self, ids: Tensor, lengths: Tensor, label: int) -> Tensor: ...
    def trace(self, ids: Tensor) -> tuple[Tensor, Tensor, list[LayerTrace]]: ...
    def empty_outputs(self) -> Tensor: ...  # before any word
    def verdict_positions(self, length: int) -> Tensor: ...
    def parameter_count(self) -> int: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> Any: ...
    def eval(self) -> Any: ...
    @property
    def to(self) -> Any: ...  # takes a dtype or a device
