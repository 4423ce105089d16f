"""Base class of the recurrent encoders: layers, directions, traces."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import NamedTuple, cast

import numpy as np
import torch
from torch import Tensor, nn

from sentiment.networks.config import NetworkConfig
from sentiment.networks.hooks import NO_HOOKS, Hook, Hooks, no_hook
from sentiment.networks.interfaces import Encoder
from sentiment.networks.masking import reverse_words
from sentiment.networks.trace import Direction, LayerTrace

PREFIXES_AT_ONCE = 32


class PreActivation(NamedTuple):
    """The three terms of a sum before its nonlinearity, each (time, hidden_size)."""

    word: Tensor  # from the layer's input
    state: Tensor  # from the previous hidden state
    bias: Tensor


class RecurrentEncoder(Encoder):
    """A stack of recurrent layers in one direction or both.

    Each layer and direction is a module of its own. A padded batch then stays on torch's fast
    kernels, and the backward direction starts at the last word of each review. (A bidirectional
    `nn.LSTM` reads the padding first; a PackedSequence leaves the fast kernels.)

    A subclass defines one such module (`new_module`) and its computation step by step (`steps`).
    """

    state_symbols: tuple[str, ...] = ("h",)  # of the quantities that a step hands to the next

    def __init__(self, config: NetworkConfig, *, bidirectional: bool = False):
        super().__init__()
        self.directions: tuple[Direction, ...] = (
            ("forward", "backward") if bidirectional else ("forward",)
        )
        self.causal = not bidirectional
        self.hidden_size = config.hidden_size
        self.output_size = config.hidden_size * len(self.directions)
        sizes = [config.embedding_dim] + [self.output_size] * (config.num_layers - 1)
        self.layers = nn.ModuleList(
            nn.ModuleList(
                self.new_module(size, config.hidden_size, number) for _ in self.directions
            )
            for number, size in enumerate(sizes)
        )
        self.dropout = nn.Dropout(config.dropout)  # between layers
        if config.chrono_time_scale:
            with torch.no_grad():
                for layer in self.layers:
                    for module in cast(nn.ModuleList, layer):
                        self.chrono_initialize(module, config.chrono_time_scale)

    @abstractmethod
    def new_module(self, input_size: int, hidden_size: int, number: int) -> nn.Module:
        """Layer `number` (from 0) in one direction.

        The module returns a tuple. Its first element is the outputs:
        (batch, time, inputs) -> (batch, time, hidden_size).
        """

    @abstractmethod
    def steps(self, x: Tensor, module: nn.Module, hook: Hook) -> Iterator[dict[str, Tensor]]:
        """Every quantity of each step by its symbol, (batch, hidden_size), as `hook` returns it.

        x: (batch, time, inputs). The next step starts from the returned state. Gradients flow. The
        quantities that are passed to `hook` are those of `intervention_targets`.
        """

    def values(self, x: Tensor, module: nn.Module) -> tuple[Tensor, dict[str, Tensor]]:
        """Outputs of `module` for one review, and every quantity by its symbol.

        x: (time, inputs); outputs and quantities: (time, hidden_size) each. Encoders that can do
        it without a loop over `steps` override it.
        """
        return self._values_by_steps(x, module, no_hook)

    def _values_by_steps(
        self, x: Tensor, module: nn.Module, hook: Hook
    ) -> tuple[Tensor, dict[str, Tensor]]:
        steps = list(self.steps(x[None], module, hook))
        values = {symbol: torch.cat([step[symbol] for step in steps]) for symbol in steps[0]}
        return self.layer_output(values["h"], x, module), values

    def chrono_initialize(self, module: nn.Module, words: int) -> None:
        """Set the gate biases of `module` for time scales of up to `words` words.

        A unit whose gate keeps a share k of its state per word has a time scale of 1 / (1 - k)
        words. torch's initialization gives k = 0.5: after ten words a thousandth is left. An
        encoder without gates does nothing here.
        """

    def pre_activations(
        self, x: Tensor, hidden: Tensor, module: nn.Module
    ) -> dict[str, PreActivation]:
        """The sum before each nonlinearity, by the symbol of the result.

        x: (time, inputs); hidden: the state before each step, (time, hidden_size).
        """
        return {}

    def layer_output(self, hidden: Tensor, x: Tensor, module: nn.Module) -> Tensor:
        """Output of `module` for its states, (..., hidden_size); x: its inputs, (..., inputs)."""
        return hidden

    def unit_weights(self, module: nn.Module) -> dict[str, Tensor]:
        """Weights with one value per unit that a trace shows: symbol -> (hidden_size,)."""
        return {}

    def forward(self, x: Tensor, lengths: Tensor, hooks: Hooks = NO_HOOKS) -> Tensor:
        """As in `Encoder`. Layers and directions with a hook run step by step, which is slower."""
        for number in range(len(self.layers)):
            if number:
                x = self.dropout(x)
            both = [
                self.outputs(x, lengths, number, direction, hooks) for direction in self.directions
            ]
            x = torch.cat(both, dim=2)
        return x

    def outputs(
        self,
        x: Tensor,
        lengths: Tensor,
        number: int,
        direction: Direction,
        hooks: Hooks = NO_HOOKS,
    ) -> Tensor:
        """Outputs of one layer in one direction, in the order of the text.

        (batch, time, inputs), words first -> (batch, time, hidden_size).
        """
        module, hook = dict(self.layer(number))[direction], hooks.get((number, direction))
        if direction == "backward":
            x = reverse_words(x, lengths)
        if hook is None:
            outputs = module(x)[0]
        else:
            hidden = [values["h"] for values in self.steps(x, module, hook)]
            outputs = self.layer_output(torch.stack(hidden, dim=1), x, module)
        return reverse_words(outputs, lengths) if direction == "backward" else outputs

    def layer(self, number: int) -> list[tuple[Direction, nn.Module]]:
        """Directions and modules of one layer (from 0, the lowest)."""
        modules = cast(nn.ModuleList, self.layers[number])
        return list(zip(self.directions, modules, strict=True))

    def trace(self, x: Tensor, hooks: Hooks = NO_HOOKS) -> tuple[Tensor, list[LayerTrace]]:
        traces = []
        for number in range(len(self.layers)):
            outputs = []
            for direction, module in self.layer(number):
                hook = hooks.get((number, direction))
                output, values = self._values_in_text_order(x, direction, module, hook)
                outputs.append(output)
                weights = _arrays(self.unit_weights(module))
                trace = LayerTrace(number, direction, _arrays(values), weights, self.retention)
                traces.append(trace)
            x = torch.cat(outputs, dim=1)
        return x, traces

    def _values_in_text_order(
        self, x: Tensor, direction: Direction, module: nn.Module, hook: Hook | None = None
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """`values` in the order of the text, for either direction, with or without a hook."""
        backward = direction == "backward"
        x = x.flip(0) if backward else x
        if hook:
            output, values = self._values_by_steps(x, module, hook)
        else:
            output, values = self.values(x, module)
        if backward:
            return output.flip(0), {symbol: value.flip(0) for symbol, value in values.items()}
        return output, values

    def layer_pre_activations(self, x: Tensor, layer: LayerTrace) -> dict[str, PreActivation]:
        """`pre_activations` of a traced layer for its review, x (time, embedding_dim), in the order
        of the text."""
        for below in range(layer.layer):
            x = torch.cat([self._values_in_text_order(x, *one)[0] for one in self.layer(below)], 1)
        module = dict(self.layer(layer.layer))[layer.direction]
        hidden = torch.from_numpy(layer.values["h"]).to(x)
        if backward := layer.direction == "backward":
            x, hidden = x.flip(0), hidden.flip(0)
        found = self.pre_activations(x, previous(hidden), module)
        if not backward:
            return found
        return {
            symbol: PreActivation(*(term.flip(0) for term in terms))
            for symbol, terms in found.items()
        }

    @property
    def has_independent_directions(self) -> bool:
        """Whether there are two directions and neither depends on the other's outputs."""
        return len(self.directions) == 2 and len(self.layers) == 1

    def backward_prefixes(self, x: Tensor, ends: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Outputs of the backward direction for prefixes of one review, x (time, inputs).

        Only for `has_independent_directions`. ends: lengths of the prefixes in words, rising,
        (prefixes,). Yields some at a time: outputs (some, time, hidden_size) from the last word of
        a prefix to its first, and lengths (some,).
        """
        _, (_, module) = self.layer(0)
        for lengths in ends.split(PREFIXES_AT_ONCE):
            steps = torch.arange(int(lengths[-1]), device=x.device)
            source = (lengths[:, None] - 1 - steps).clamp(min=0)  # (prefixes, time)
            yield module(x[source])[0], lengths

    def unroll(self, x: Tensor) -> tuple[Tensor, dict[str, list[Tensor]]]:
        states: dict[str, list[Tensor]] = {}
        for number in range(len(self.layers)):
            outputs = []
            for direction, module in self.layer(number):
                backward = direction == "backward"
                inputs = x.flip(0) if backward else x
                steps = list(self.steps(inputs[None], module, no_hook))
                if number == 0 and not backward:
                    states = {name: [step[name] for step in steps] for name in self.state_symbols}
                hidden = torch.cat([step["h"] for step in steps])
                output = self.layer_output(hidden, inputs, module)
                outputs.append(output.flip(0) if backward else output)
            x = torch.cat(outputs, dim=1)
        return x, states


def _arrays(tensors: dict[str, Tensor]) -> dict[str, np.ndarray]:
    return {symbol: tensor.float().numpy(force=True) for symbol, tensor in tensors.items()}


def previous(hidden: Tensor) -> Tensor:
    """The hidden state before each step: (time, hidden_size), zeros first."""
    return torch.cat([hidden.new_zeros(1, hidden.shape[1]), hidden[:-1]])


def chrono_bias(units: int, words: int) -> Tensor:
    """Biases of forget gates, (units,), with time scales from 2 to `words` words.

    "Chrono initialization" (Tallec & Ollivier 2018).
    """
    return torch.empty(units).uniform_(1, words - 1).log()
