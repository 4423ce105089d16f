"""The independently recurrent network: every unit remembers only itself, which is fast."""

from collections.abc import Iterator
from typing import Any, cast

import torch
from torch import Tensor, nn

from sentiment.networks.config import NetworkConfig
from sentiment.networks.interventions import Change
from sentiment.networks.recurrent import RecurrentEncoder, StepState, Sum, previous
from sentiment.networks.trace import Quantity

# The recurrent weights are kept within ±GROWTH^(1/LONGEST), so that over LONGEST words neither a
# state nor a gradient grows by more than GROWTH (section 3.2 of the paper, its gamma and T).
GROWTH, LONGEST = 2.0, 1_000
BOUND = GROWTH ** (1 / LONGEST)


class IndRNNEncoder(RecurrentEncoder):
    """A stack of IndRNN layers (Li et al. 2018, "Independently Recurrent Neural Network").

    At each word t, with x_t the layer's input and elementwise products as *:

        s_t = W x_t + b + u * h_{t-1}     pre-activation; u is one weight per unit
        h_t = relu(s_t)                   hidden state
        y_t = norm(h_t) [+ x_t]           the layer's output

    The units of a layer see each other only through the layer above, so one layer alone is weak.
    From the second layer on the input is added to the output (residual connection). `norm` is
    layer normalization over the units: the paper's batch normalization would let the padding and
    the other reviews of a batch have a say.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity("pre-activation", "s", None, "The word's input plus the unit's own old state."),
        Quantity("hidden state", "h", None, "The positive part of it: what the unit has gathered."),
    )
    keeps = "u"
    intervenable = (
        Quantity(
            "recurrent weight", "u", (-BOUND, BOUND), "How much of its old state a unit keeps."
        ),
        quantities[1],
    )
    about = (
        "In an IndRNN a unit sees of the past only its own state, times one number *u*. A unit "
        "with *u* near 1 adds up what it reads and forgets nothing; with *u* near 0 it sees the "
        "present word alone. There are no gates."
    )
    equations = r"s_t = W x_t + b + u \odot h_{t-1} \qquad h_t = \max(0, s_t)"

    def __init__(self, config: NetworkConfig):
        super().__init__(config)
        # The layer that is read at the end starts out remembering (section 3.2 of the paper).
        for module in cast(nn.ModuleList, self.layers[-1]):
            cast(IndRNNLayer, module).start_remembering()

    def new_module(self, input_size: int, hidden_size: int, number: int) -> nn.Module:
        return IndRNNLayer(input_size, hidden_size, residual=number > 0)

    def values(self, x: Tensor, module: nn.Module) -> tuple[Tensor, dict[str, Tensor]]:
        layer = cast(IndRNNLayer, module)
        inputs = layer.input(x)
        hidden = scan(inputs[:, None], layer.recurrent)[:, 0]
        sums = inputs + layer.recurrent * previous(hidden)
        return layer.output(hidden, x), {"s": sums, "h": hidden}

    def sums(self, x: Tensor, hidden: Tensor, module: nn.Module) -> dict[str, Sum]:
        layer = cast(IndRNNLayer, module)
        bias = layer.input.bias.expand(len(x), -1)
        return {"h": Sum(x @ layer.input.weight.T, layer.recurrent * hidden, bias)}

    def step(
        self, x: Tensor, state: StepState | None, module: nn.Module
    ) -> tuple[Tensor, StepState]:
        layer = cast(IndRNNLayer, module)
        (hidden,) = state or (x.new_zeros(self.hidden_size),)
        hidden = torch.relu(layer.input(x) + layer.recurrent * hidden)
        return layer.output(hidden, x), (hidden,)

    def intervened(
        self, x: Tensor, module: nn.Module, change: Change
    ) -> Iterator[dict[str, Tensor]]:
        layer = cast(IndRNNLayer, module)
        inputs = layer.input(x)  # (batch, time, hidden_size)
        hidden = torch.zeros_like(inputs[:, 0])
        for step, word in enumerate(inputs.unbind(1)):
            sums = word + change("u", layer.recurrent.expand_as(hidden), step) * hidden
            hidden = change("h", sums.relu(), step)
            yield {"s": sums, "h": hidden}

    def shown(self, hidden: Tensor, x: Tensor, module: nn.Module) -> Tensor:
        return cast(IndRNNLayer, module).output(hidden, x)

    def per_unit(self, module: nn.Module) -> dict[str, Tensor]:
        return {"recurrent weight u": cast(IndRNNLayer, module).recurrent}


class IndRNNLayer(nn.Module):
    """One layer: a product for all steps at once, then the elementwise recurrence."""

    def __init__(self, input_size: int, hidden_size: int, *, residual: bool):
        super().__init__()
        self.input = nn.Linear(input_size, hidden_size)
        self.recurrent = nn.Parameter(torch.empty(hidden_size).uniform_(0, BOUND))
        self.norm = nn.LayerNorm(hidden_size)
        self.residual = residual

    def start_remembering(self) -> None:
        nn.init.uniform_(self.recurrent, 1 / BOUND, BOUND)

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """(batch, time, inputs) -> (batch, time, hidden_size), in a tuple as torch's layers do."""
        if self.training:
            with torch.no_grad():  # a step may have left the bounds
                self.recurrent.clamp_(-BOUND, BOUND)
        inputs = self.input(x).float().transpose(0, 1).contiguous()  # (time, batch, hidden_size)
        return (self.output(scan(inputs, self.recurrent).transpose(0, 1), x),)

    def output(self, hidden: Tensor, x: Tensor) -> Tensor:
        """What the layer above sees; hidden and x: (..., hidden_size) and (..., inputs)."""
        normed = self.norm(hidden)
        return normed + x if self.residual else normed


def scan(inputs: Tensor, recurrent: Tensor) -> Tensor:
    """h_t = relu(inputs_t + recurrent * h_{t-1}): (time, batch, units), (units,) -> all h.

    With its own backward pass: autograd would record three operations a step. Nothing is compiled,
    so it runs wherever torch does; two calls a step on buffers that exist already are all.
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
        sums = torch.empty_like(gradient)  # with respect to the pre-activations
        later = torch.zeros_like(gradient[0])
        steps = zip(gradient.unbind(), active.unbind(), sums.unbind(), strict=True)
        for direct, passes, result in reversed(list(steps)):
            torch.addcmul(direct, recurrent, later, out=result).mul_(passes)
            later = result
        return sums, (sums[1:] * hidden[:-1]).sum(dim=(0, 1))
