"""The plain recurrent network: no gates, and a memory that fades."""

from collections.abc import Iterator
from typing import cast

import torch
from torch import Tensor, nn

from sentiment.networks.interventions import Change
from sentiment.networks.recurrent import RecurrentEncoder, StepState, Sum, previous
from sentiment.networks.trace import Quantity


class RNNEncoder(RecurrentEncoder):
    """A stack of simple recurrent layers (Elman 1990).

        s_t = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh    pre-activation
        h_t = tanh(s_t)                                hidden state

    The gradient from h_t back to h_{t-k} is a product of k matrices W_hh' diag(1 - h²), and so
    vanishes or explodes exponentially in k (Hochreiter 1991; Bengio et al. 1994).
    `torch.nn.RNN` does the work.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity("pre-activation", "s", None, "The weighted sum of the word and the old state."),
        Quantity("hidden state", "h", (-1, 1), "The sum squashed: all the memory there is."),
    )
    intervenable = quantities[1:]
    about = (
        "A plain RNN writes over its whole state at every word. Nothing protects what it read "
        "before: it survives only as far as the weights *U* happen to carry it along."
    )
    equations = r"s_t = W x_t + b + U h_{t-1} + c \qquad h_t = \tanh(s_t)"

    def new_module(self, input_size: int, hidden_size: int, number: int) -> nn.Module:
        return nn.RNN(input_size, hidden_size, batch_first=True)

    def values(self, x: Tensor, module: nn.Module) -> tuple[Tensor, dict[str, Tensor]]:
        rnn = cast(nn.RNN, module)
        hidden = rnn(x[None])[0][0]
        return hidden, {"s": _sums(x, previous(hidden), rnn), "h": hidden}

    def sums(self, x: Tensor, hidden: Tensor, module: nn.Module) -> dict[str, Sum]:
        weight_ih, weight_hh, bias_ih, bias_hh = cast(nn.RNN, module).all_weights[0]
        bias = (bias_ih + bias_hh).expand(len(x), -1)
        return {"h": Sum(x @ weight_ih.T, hidden @ weight_hh.T, bias)}

    def step(
        self, x: Tensor, state: StepState | None, module: nn.Module
    ) -> tuple[Tensor, StepState]:
        (hidden,) = state or (x.new_zeros(self.hidden_size),)
        hidden = torch.tanh(_sums(x, hidden, cast(nn.RNN, module)))
        return hidden, (hidden,)

    def intervened(
        self, x: Tensor, module: nn.Module, change: Change
    ) -> Iterator[dict[str, Tensor]]:
        hidden = x.new_zeros(len(x), self.hidden_size)
        for step, word in enumerate(x.unbind(1)):
            sums = _sums(word, hidden, cast(nn.RNN, module))
            hidden = change("h", sums.tanh(), step)
            yield {"s": sums, "h": hidden}


def _sums(x: Tensor, hidden: Tensor, rnn: nn.RNN) -> Tensor:
    weight_ih, weight_hh, bias_ih, bias_hh = rnn.all_weights[0]
    return x @ weight_ih.T + bias_ih + hidden @ weight_hh.T + bias_hh
