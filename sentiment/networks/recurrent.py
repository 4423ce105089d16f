"""What all recurrent encoders share: layers, directions, and the walk through them for a trace."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from sentiment.networks.config import NetworkConfig
from sentiment.networks.interventions import NO_CHANGES, Change, Changes
from sentiment.networks.masking import reverse_words
from sentiment.networks.trace import Direction, LayerTrace, Quantity

BEGINNINGS_AT_ONCE = 32


class Sum(NamedTuple):
    """The three things that are added up before a squashing, each (time, hidden_size)."""

    word: Tensor  # from the layer's input
    state: Tensor  # from the state before
    bias: Tensor


StepState = tuple[Tensor, ...]  # what a cell hands to its next step, the hidden state first


class RecurrentEncoder(nn.Module, ABC):
    """A stack of recurrent layers in one direction or both.

    One module per layer and direction: that keeps a padded batch on torch's fast kernels, and the
    backward direction starts at each review's own last word. (A bidirectional `nn.LSTM` would
    read the padding first; a PackedSequence leaves the fast kernels.)

    A subclass says what one such module is, what it computes at every step, and how one step goes.
    """

    quantities: tuple[Quantity, ...]
    state_symbols: tuple[str, ...] = ("h",)  # of what `step` hands on
    about: str  # for a learner, before the quantities
    equations: str  # LaTeX
    code = ""  # one step in plain torch operations, for who would rather read that
    intervenable: tuple[Quantity, ...] = ()  # what `intervened` lets one change
    keeps = ""  # symbol of the share of its state that a unit keeps at a step, if there is one

    def __init__(self, config: NetworkConfig, *, bidirectional: bool = False):
        super().__init__()
        self.directions: tuple[Direction, ...] = (
            ("forward", "backward") if bidirectional else ("forward",)
        )
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
                        self.open_gates(module, config.chrono_time_scale)

    def open_gates(self, module: nn.Module, words: int) -> None:
        """Start the gates of `module` so that it remembers up to so many words.

        A unit whose gate keeps the share k of its memory remembers about 1 / (1 - k) words. A
        fresh gate keeps a half, so what it read ten words ago is a thousandth. An encoder without
        gates has nothing to set.
        """

    @abstractmethod
    def new_module(self, input_size: int, hidden_size: int, number: int) -> nn.Module:
        """Layer `number` (from 0) in one direction, as a module whose result is a tuple.

        Its first part is the outputs: (batch, time, inputs) -> (batch, time, hidden_size).
        """

    @abstractmethod
    def values(self, x: Tensor, module: nn.Module) -> tuple[Tensor, dict[str, Tensor]]:
        """All steps of one review: x (time, inputs) -> the outputs of `module`, (time,
        hidden_size), and every quantity by its symbol, each (time, hidden_size)."""

    @abstractmethod
    def step(
        self, x: Tensor, state: StepState | None, module: nn.Module
    ) -> tuple[Tensor, StepState]:
        """One word, (inputs,), from one state to the next; None is the state before the first
        word. Returns the output, (hidden_size,), and the state. Slow; gradients flow."""

    def sums(self, x: Tensor, hidden: Tensor, module: nn.Module) -> dict[str, Sum]:
        """What is added up before each squashing, by the symbol of what comes out.

        x: (time, inputs), hidden: the outputs' states before each step, (time, hidden_size).
        """
        return {}

    def layer_sums(self, x: Tensor, number: int, direction: Direction) -> dict[str, Sum]:
        """`sums` of one layer while it reads one review, x (time, embedding_dim).

        In the order of the text also for the backward direction.
        """
        for below in range(number):
            x = torch.cat([self._read(x, *one)[0] for one in self.layer(below)], dim=1)
        module = dict(self.layer(number))[direction]
        _, values = self._read(x, direction, module)
        if direction == "forward":
            return self.sums(x, previous(values["h"]), module)
        backwards = self.sums(x.flip(0), previous(values["h"].flip(0)), module)
        return {
            symbol: Sum(*(part.flip(0) for part in parts)) for symbol, parts in backwards.items()
        }

    def intervened(
        self, x: Tensor, module: nn.Module, change: Change
    ) -> Iterator[dict[str, Tensor]]:
        """Word by word with a changed cell: x (batch, time, inputs) -> at each step every quantity
        by its symbol, (batch, hidden_size), after `change` had its say about it.

        What is changed at a step is what the next one starts from. An encoder that offers this
        lists in `intervenable` what may be changed.
        """
        raise NotImplementedError(f"{type(self).__name__} has nothing to operate on")

    def shown(self, hidden: Tensor, x: Tensor, module: nn.Module) -> Tensor:
        """What the layer above sees of its states, (..., hidden_size); x: (..., inputs)."""
        return hidden

    def per_unit(self, module: nn.Module) -> dict[str, Tensor]:
        """What is fixed for each unit and worth seeing, by name, each (hidden_size,)."""
        return {}

    @property
    def causal(self) -> bool:
        """Whether the output at a word depends only on that word and those before it."""
        return self.directions == ("forward",)

    def forward(self, x: Tensor, lengths: Tensor, changes: Changes = NO_CHANGES) -> Tensor:
        """(batch, time, embedding_dim), words first -> (batch, time, output_size).

        What stands in the output at padded steps has no meaning; pooling masks it.
        changes: of what is computed; the layers and directions they name go step by step.
        """
        for number in range(len(self.layers)):
            if number:
                x = self.dropout(x)
            x = torch.cat(
                [
                    self.outputs(x, lengths, number, direction, changes)
                    for direction in self.directions
                ],
                dim=2,
            )
        return x

    def outputs(
        self,
        x: Tensor,
        lengths: Tensor,
        number: int,
        direction: Direction,
        changes: Changes = NO_CHANGES,
    ) -> Tensor:
        """What one layer makes of its inputs in one direction, both in the order of the text:
        (batch, time, inputs), words first -> (batch, time, hidden_size)."""
        module, change = dict(self.layer(number))[direction], changes.get((number, direction))
        if direction == "backward":
            x = reverse_words(x, lengths)
        if change is None:
            outputs = module(x)[0]
        else:
            hidden = [values["h"] for values in self.intervened(x, module, change)]
            outputs = self.shown(torch.stack(hidden, dim=1), x, module)
        return reverse_words(outputs, lengths) if direction == "backward" else outputs

    def layer(self, number: int) -> list[tuple[Direction, nn.Module]]:
        """The modules of one layer (from 0, the lowest) with the direction each reads in."""
        modules = cast(nn.ModuleList, self.layers[number])
        return list(zip(self.directions, modules, strict=True))

    def trace(self, x: Tensor, changes: Changes = NO_CHANGES) -> tuple[Tensor, list[LayerTrace]]:
        """Read one review without padding and keep every quantity.

        x: (time, embedding_dim). Returns the output (time, output_size) and one LayerTrace per
        layer and direction. changes: as in `forward`.
        """
        traces = []
        for number in range(len(self.layers)):
            outputs = []
            for direction, module in self.layer(number):
                output, values = self._read(x, direction, module, changes.get((number, direction)))
                outputs.append(output)
                arrays = {
                    symbol: value.float().numpy(force=True) for symbol, value in values.items()
                }
                fixed = {
                    name: value.float().numpy(force=True)
                    for name, value in self.per_unit(module).items()
                }
                traces.append(LayerTrace(number, direction, arrays, fixed))
            x = torch.cat(outputs, dim=1)
        return x, traces

    def _read(
        self, x: Tensor, direction: Direction, module: nn.Module, change: Change | None = None
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """`values` in the order of the text, whichever way the module reads, changed or not."""
        backward = direction == "backward"
        read = x.flip(0) if backward else x
        if change:
            output, values = self._values_operated(read, module, change)
        else:
            output, values = self.values(read, module)
        if backward:
            return output.flip(0), {symbol: value.flip(0) for symbol, value in values.items()}
        return output, values

    def _values_operated(
        self, x: Tensor, module: nn.Module, change: Change
    ) -> tuple[Tensor, dict[str, Tensor]]:
        steps = list(self.intervened(x[None], module, change))
        values = {symbol: torch.cat([step[symbol] for step in steps]) for symbol in steps[0]}
        return self.shown(values["h"], x, module), values

    @property
    def directions_apart(self) -> bool:
        """Whether there are two, and neither reads what the other made of the words."""
        return len(self.directions) == 2 and len(self.layers) == 1

    def beginnings_backwards(self, x: Tensor, ends: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """What the backward direction makes of beginnings of a review, x (time, inputs).

        Only for `directions_apart`. ends: (beginnings,) their lengths in words, rising. Yields
        some at a time: outputs (some, time, hidden_size) in the order of reading, from the last
        word to the first, and lengths (some,).
        """
        _, (_, module) = self.layer(0)
        for lengths in ends.split(BEGINNINGS_AT_ONCE):
            steps = torch.arange(int(lengths[-1]), device=x.device)
            source = (lengths[:, None] - 1 - steps).clamp(min=0)  # (beginnings, time)
            yield module(x[source])[0], lengths

    def unrolled(self, x: Tensor) -> tuple[Tensor, dict[str, list[Tensor]]]:
        """Read one review word by word, keeping every state a gradient can be asked for.

        x: (time, embedding_dim). Returns the output (time, output_size), and for the lowest layer
        in reading direction the states by symbol, one (hidden_size,) a word.
        """
        kept: dict[str, list[Tensor]] = {symbol: [] for symbol in self.state_symbols}
        for number in range(len(self.layers)):
            outputs = []
            for direction, module in self.layer(number):
                steps = []
                state: StepState | None = None
                for word in x.flip(0) if direction == "backward" else x:
                    output, state = self.step(word, state, module)
                    steps.append(output)
                    if number == 0 and direction == "forward":
                        for symbol, part in zip(self.state_symbols, state, strict=True):
                            kept[symbol].append(part)
                stacked = torch.stack(steps)
                outputs.append(stacked.flip(0) if direction == "backward" else stacked)
            x = torch.cat(outputs, dim=1)
        return x, kept


def previous(hidden: Tensor) -> Tensor:
    """The hidden state each step started from: (time, hidden_size), zeros first."""
    return torch.cat([hidden.new_zeros(1, hidden.shape[1]), hidden[:-1]])


def chrono_bias(units: int, words: int) -> Tensor:
    """Biases of gates that keep, (units,): the memories of the units spread from 2 to `words`
    words ("chrono initialization", Tallec & Ollivier 2018)."""
    return torch.empty(units).uniform_(1, words - 1).log()
