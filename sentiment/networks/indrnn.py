"""IndRNN encoder: each unit has its own recurrent weight, so that a step is elementwise."""

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from sentiment.networks.config import NetworkConfig
from sentiment.networks.hooks import Hook
from sentiment.networks.recurrent import PreActivation, RecurrentEncoder, previous
from sentiment.networks.trace import LayerTrace, Quantity, StateUpdate, previous_states

# The recurrent weights stay within ±GROWTH^(1/WORDS), so that over WORDS words neither a state nor
# a gradient grows by more than GROWTH (section 3.2 of the paper: gamma and T).
GROWTH, WORDS = 2.0, 1_000
BOUND = GROWTH ** (1 / WORDS)


class IndRNNEncoder(RecurrentEncoder):
    """A stack of IndRNN layers (Li et al. 2018, "Independently Recurrent Neural Network").

    At each word t, with x_t the layer's input and elementwise products as *:

        s_t = W x_t + b + u * h_{t-1}     pre-activation; u is one weight per unit
        h_t = relu(s_t)                   hidden state
        y_t = norm(h_t) [+ x_t]           the layer's output

    The units of a layer are connected only through the next layer, so that one layer alone is weak.
    From the second layer on the input is added to the output (residual connection). `norm` is
    layer normalization over the units: with the paper's batch normalization, padding and the other
    reviews of a batch would change the output.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity("pre-activation", "s", None, "The word's input plus *u* times the old state."),
        Quantity("hidden state", "h", None, "The positive part of the pre-activation."),
    )
    retention, no_state_update = "u", None
    intervention_targets = (
        Quantity("recurrent weight", "u", (-BOUND, BOUND), "The share of its state a unit keeps."),
        quantities[1],
    )
    description = (
        "A unit of an IndRNN sees only its own old state, times one weight *u*. With *u* near 1 it "
        "sums its inputs and forgets nothing; with *u* near 0 it sees the current word only. There "
        "are no gates."
    )
    equations = r"s_t = W x_t + b + u \odot h_{t-1} \qquad h_t = \max(0, s_t)"

    def __init__(self, config: NetworkConfig):
        super().__init__(config)
        # The last layer starts with long time scales (section 3.2 of the paper).
        for module in cast(nn.ModuleList, self.layers[-1]):
            nn.init.uniform_(cast(IndRNNLayer, module).recurrent, 1 / BOUND, BOUND)

    def new_module(self, input_size: int, hidden_size: int, number: int) -> nn.Module:
        return IndRNNLayer(input_size, hidden_size, residual=number > 0)

    def values(self, x: Tensor, module: nn.Module) -> tuple[Tensor, dict[str, Tensor]]:
        layer = cast(IndRNNLayer, module)
        inputs = layer.input(x)
        hidden = scan(inputs[:, None], layer.recurrent)[:, 0]
        pre_activations = inputs + layer.recurrent * previous(hidden)
        return layer.output(hidden, x), {"s": pre_activations, "h": hidden}

    def pre_activations(
        self, x: Tensor, hidden: Tensor, module: nn.Module
    ) -> dict[str, PreActivation]:
        layer = cast(IndRNNLayer, module)
        bias = layer.input.bias.expand(len(x), -1)
        return {"h": PreActivation(x @ layer.input.weight.T, layer.recurrent * hidden, bias)}

    def steps(self, x: Tensor, module: nn.Module, hook: Hook) -> Iterator[dict[str, Tensor]]:
        layer = cast(IndRNNLayer, module)
        inputs = layer.input(x)  # (batch, time, hidden_size)
        hidden = torch.zeros_like(inputs[:, 0])
        for step, word in enumerate(inputs.unbind(1)):
            pre_activations = word + hook("u", layer.recurrent.expand_as(hidden), step) * hidden
            hidden = hook("h", pre_activations.relu(), step)
            yield {"s": pre_activations, "h": hidden}

    def layer_output(self, hidden: Tensor, x: Tensor, module: nn.Module) -> Tensor:
        return cast(IndRNNLayer, module).output(hidden, x)

    def unit_weights(self, module: nn.Module) -> dict[str, Tensor]:
        return {"u": cast(IndRNNLayer, module).recurrent}

    def state_update(self, layer: LayerTrace) -> StateUpdate:
        module = cast(IndRNNLayer, dict(self.layer(layer.layer))[layer.direction])
        values, recurrent = layer.in_reading_order(), layer.unit_weights["u"].astype(np.float64)
        active = values["s"] > 0  # relu passes a sum unchanged or makes it 0
        written = active * (values["s"] - recurrent * previous_states(values["h"]))
        gain = module.norm.weight.detach().double().numpy(force=True)
        spread = np.sqrt(values["h"].var(axis=1, keepdims=True) + module.norm.eps)

        def to_state(coefficients: np.ndarray) -> np.ndarray:
            # (h - mean) / spread is linear in h for a fixed spread.
            scaled = coefficients * gain / spread
            return scaled - scaled.mean(axis=1, keepdims=True)

        return StateUpdate("h", active * recurrent, written, to_state=to_state, bypassed=True)


class IndRNNLayer(nn.Module):
    """One layer: one matrix product for all steps, then the elementwise recurrence."""

    def __init__(self, input_size: int, hidden_size: int, *, residual: bool):
        super().__init__()
        self.input = nn.Linear(input_size, hidden_size)
        self.recurrent = nn.Parameter(torch.empty(hidden_size).uniform_(0, BOUND))
        self.norm = nn.LayerNorm(hidden_size)
        self.residual = residual

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """(batch, time, inputs) -> (batch, time, hidden_size), in a tuple like torch's layers."""
        if self.training:
            with torch.no_grad():  # an optimizer step may have left the bounds
                self.recurrent.clamp_(-BOUND, BOUND)
        inputs = self.input(x).float().transpose(0, 1).contiguous()  # (time, batch, hidden_size)
        return (self.output(scan(inputs, self.recurrent).transpose(0, 1), x),)

    def output(self, hidden: Tensor, x: Tensor) -> Tensor:
        """Input of the next layer; hidden and x: (..., hidden_size) and (..., inputs)."""
        normed = self.norm(hidden)
        return normed + x if self.residual else normed


def scan(inputs: Tensor, recurrent: Tensor) -> Tensor:
    """h_t = relu(inputs_t + recurrent * h_{t-1}): (time, batch, units), (units,) -> all h.

    Has its own backward pass, since autograd would record three operations per step. A step takes
    two calls on existing buffers. Nothing is compiled, so it runs wherever torch does.
    """
    return cast(Tensor, _Scan.apply(inputs, recurrent))


class _Scan(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, inputs: Tensor, recurrent: Tensor) -> Tensor:
        hidden = torch.empty_like(inputs)
        state = torch.zeros_like(inputs[0])
        for step, result in zip(inputs.unbind(), hidden.unbind(), strict=True):
            torch.addcmul(step, recurrent, state, out=result).relu_()
            state = result
        ctx.save_for_backward(hidden, recurrent)
        return hidden

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        hidden, recurrent = ctx.saved_tensors
        active = (hidden > 0).to(gradient.dtype)
        pre_activations = torch.empty_like(gradient)  # with respect to the pre-activations
        later = torch.zeros_like(gradient[0])
        steps = zip(gradient.unbind(), active.unbind(), pre_activations.unbind(), strict=True)
        for direct, passes, result in reversed(list(steps)):
            torch.addcmul(direct, recurrent, later, out=result).mul_(passes)
            later = result
        return pre_activations, (pre_activations[1:] * hidden[:-1]).sum(dim=(0, 1))
