"""The GRU encoder, in one direction or both, and its gates."""

from collections.abc import Iterator
from typing import cast

import torch
from torch import Tensor, nn

from sentiment.networks.interventions import Change
from sentiment.networks.recurrent import RecurrentEncoder, StepState, Sum, chrono_bias, previous
from sentiment.networks.trace import Quantity


class GRUEncoder(RecurrentEncoder):
    """A stack of GRU layers (Cho et al. 2014).

    At each word t, with x_t the layer's input and h its state, elementwise products as *:

        r_t = sigmoid(W_ir x_t + b_ir + W_hr h_{t-1} + b_hr)       reset gate
        z_t = sigmoid(W_iz x_t + b_iz + W_hz h_{t-1} + b_hz)       update gate
        n_t = tanh(W_in x_t + b_in + r_t * (W_hn h_{t-1} + b_hn))  candidate
        h_t = (1 - z_t) * n_t + z_t * h_{t-1}                      hidden state

    This is torch's convention: z is the share of the old state that is KEPT (the paper's is the
    share replaced), and r works on the product with W_hn (the paper's on the state before it).
    `torch.nn.GRU` does the work. It stacks the rows of its weights in the order r, z, n.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity("update gate", "z", (0, 1), "How much of its old state a unit keeps: 1 is all."),
        Quantity("reset gate", "r", (0, 1), "How much of the old state the candidate gets to see."),
        Quantity("candidate", "n", (-1, 1), "What the word would put in place of the old state."),
        Quantity(
            "hidden state", "h", (-1, 1), "Memory and output in one: old state and candidate mixed."
        ),
    )
    intervenable, keeps = quantities, "z"
    about = (
        "A GRU has no separate memory: the hidden state *h* is mixed anew at each word from what "
        "it was and a candidate. In torch's convention, used here, an update gate *z* of 1 keeps "
        "everything; the original paper has it the other way round."
    )
    equations = (
        r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t \qquad "
        r"n_t = \tanh(W_n x_t + b_n + r_t \odot (U_n h_{t-1} + c_n))"
    )

    def new_module(self, input_size: int, hidden_size: int, number: int) -> nn.Module:
        return nn.GRU(input_size, hidden_size, batch_first=True)

    def open_gates(self, module: nn.Module, words: int) -> None:
        _, _, bias_ih, bias_hh = cast(nn.GRU, module).all_weights[0]
        update = slice(self.hidden_size, 2 * self.hidden_size)
        bias_ih[update] = 0
        bias_hh[update] = chrono_bias(self.hidden_size, words)

    def values(self, x: Tensor, module: nn.Module) -> tuple[Tensor, dict[str, Tensor]]:
        gru = cast(nn.GRU, module)
        hidden = gru(x[None])[0][0]  # (time, hidden_size)
        # As with the LSTM: once the states are known, the gates of all steps are two products.
        r, z, n = _gates(x, previous(hidden), gru)
        return hidden, {"r": r, "z": z, "n": n, "h": hidden}

    def sums(self, x: Tensor, hidden: Tensor, module: nn.Module) -> dict[str, Sum]:
        gru = cast(nn.GRU, module)
        weight_ih, weight_hh, bias_ih, bias_hh = gru.all_weights[0]
        words = (x @ weight_ih.T).chunk(3, dim=1)
        states = (hidden @ weight_hh.T).chunk(3, dim=1)
        own, others = (bias.expand(len(x), -1).chunk(3, dim=1) for bias in (bias_ih, bias_hh))
        reset, *_ = _gates(x, hidden, gru)  # of the candidate's sum, what comes from the state
        return {
            "r": Sum(words[0], states[0], own[0] + others[0]),
            "z": Sum(words[1], states[1], own[1] + others[1]),
            "n": Sum(words[2], reset * states[2], own[2] + reset * others[2]),
        }

    def step(
        self, x: Tensor, state: StepState | None, module: nn.Module
    ) -> tuple[Tensor, StepState]:
        (hidden,) = state or (x.new_zeros(self.hidden_size),)
        _, z, n = _gates(x, hidden, cast(nn.GRU, module))
        hidden = (1 - z) * n + z * hidden
        return hidden, (hidden,)

    def intervened(
        self, x: Tensor, module: nn.Module, change: Change
    ) -> Iterator[dict[str, Tensor]]:
        weight_ih, weight_hh, bias_ih, bias_hh = cast(nn.GRU, module).all_weights[0]
        inputs = x @ weight_ih.T + bias_ih  # (batch, time, 3 * hidden_size)
        hidden = x.new_zeros(len(x), self.hidden_size)
        for step in range(x.shape[1]):
            xr, xz, xn = inputs[:, step].chunk(3, dim=1)
            hr, hz, hn = torch.addmm(bias_hh, hidden, weight_hh.T).chunk(3, dim=1)
            r = change("r", torch.sigmoid(xr + hr), step)
            z = change("z", torch.sigmoid(xz + hz), step)
            n = change("n", torch.tanh(xn + r * hn), step)
            hidden = change("h", (1 - z) * n + z * hidden, step)
            yield {"r": r, "z": z, "n": n, "h": hidden}


def _gates(x: Tensor, hidden: Tensor, gru: nn.GRU) -> tuple[Tensor, Tensor, Tensor]:
    """r, z and n from inputs and the states before them: (..., inputs), (..., hidden_size)."""
    weight_ih, weight_hh, bias_ih, bias_hh = gru.all_weights[0]
    from_input = (x @ weight_ih.T + bias_ih).chunk(3, dim=-1)
    from_hidden = (hidden @ weight_hh.T + bias_hh).chunk(3, dim=-1)
    r = torch.sigmoid(from_input[0] + from_hidden[0])
    z = torch.sigmoid(from_input[1] + from_hidden[1])
    n = torch.tanh(from_input[2] + r * from_hidden[2])
    return r, z, n
