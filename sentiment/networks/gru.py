"""GRU encoder, in one direction or both."""

from collections.abc import Iterator
from typing import cast

import torch
from torch import Tensor, nn

from sentiment.networks.hooks import Hook
from sentiment.networks.recurrent import (
    PreActivation,
    RecurrentEncoder,
    chrono_bias,
    previous,
)
from sentiment.networks.trace import LayerTrace, Quantity, StateUpdate


class GRUEncoder(RecurrentEncoder):
    """A stack of GRU layers (Cho et al. 2014).

    At each word t, with x_t the layer's input and h its state, elementwise products as *:

        r_t = sigmoid(W_ir x_t + b_ir + W_hr h_{t-1} + b_hr)       reset gate
        z_t = sigmoid(W_iz x_t + b_iz + W_hz h_{t-1} + b_hz)       update gate
        n_t = tanh(W_in x_t + b_in + r_t * (W_hn h_{t-1} + b_hn))  candidate
        h_t = (1 - z_t) * n_t + z_t * h_{t-1}                      hidden state

    This is torch's convention: z is the share of the old state that is kept (in the paper: the
    share that is replaced), and r scales the product with W_hn (in the paper: the state before the
    product). Computed by `torch.nn.GRU`, which stacks the rows of its weights in the order r, z, n.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity(
            "update gate", "z", (0, 1), "The share of its old state that a unit keeps; 1 keeps all."
        ),
        Quantity(
            "reset gate", "r", (0, 1), "The share of the old state that enters the candidate."
        ),
        Quantity("candidate", "n", (-1, 1), "What the word writes in place of the old state."),
        Quantity(
            "hidden state",
            "h",
            (-1, 1),
            "Memory and output in one: a mix of old state and candidate.",
        ),
    )
    intervention_targets, retention, no_state_update = quantities, "z", None
    description = (
        "A GRU has no separate memory. At each word it mixes its old hidden state *h* with a "
        "candidate. An update gate *z* of 1 keeps everything. This is torch's convention; the "
        "original paper defines *z* the other way round."
    )
    equations = (
        r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t \qquad "
        r"n_t = \tanh(W_n x_t + b_n + r_t \odot (U_n h_{t-1} + c_n))"
    )

    def new_module(self, input_size: int, hidden_size: int, number: int) -> nn.Module:
        return nn.GRU(input_size, hidden_size, batch_first=True)

    def chrono_initialize(self, module: nn.Module, words: int) -> None:
        _, _, bias_ih, bias_hh = cast(nn.GRU, module).all_weights[0]
        update = slice(self.hidden_size, 2 * self.hidden_size)
        bias_ih[update] = 0
        bias_hh[update] = chrono_bias(self.hidden_size, words)

    def values(self, x: Tensor, module: nn.Module) -> tuple[Tensor, dict[str, Tensor]]:
        gru = cast(nn.GRU, module)
        hidden = gru(x[None])[0][0]  # (time, hidden_size)
        # As for the LSTM: once the states are known, the gates of all steps are two products.
        r, z, n = _gates(x, previous(hidden), gru)
        return hidden, {"r": r, "z": z, "n": n, "h": hidden}

    def pre_activations(
        self, x: Tensor, hidden: Tensor, module: nn.Module
    ) -> dict[str, PreActivation]:
        gru = cast(nn.GRU, module)
        weight_ih, weight_hh, bias_ih, bias_hh = gru.all_weights[0]
        words = (x @ weight_ih.T).chunk(3, dim=1)
        states = (hidden @ weight_hh.T).chunk(3, dim=1)
        from_ih, from_hh = (b.expand(len(x), -1).chunk(3, dim=1) for b in (bias_ih, bias_hh))
        reset, *_ = _gates(x, hidden, gru)  # scales the state's term of the candidate
        return {
            "r": PreActivation(words[0], states[0], from_ih[0] + from_hh[0]),
            "z": PreActivation(words[1], states[1], from_ih[1] + from_hh[1]),
            "n": PreActivation(words[2], reset * states[2], from_ih[2] + reset * from_hh[2]),
        }

    def steps(self, x: Tensor, module: nn.Module, hook: Hook) -> Iterator[dict[str, Tensor]]:
        weight_ih, weight_hh, bias_ih, bias_hh = cast(nn.GRU, module).all_weights[0]
        inputs = x @ weight_ih.T + bias_ih  # (batch, time, 3 * hidden_size)
        hidden = x.new_zeros(len(x), self.hidden_size)
        for step in range(x.shape[1]):
            xr, xz, xn = inputs[:, step].chunk(3, dim=1)
            hr, hz, hn = torch.addmm(bias_hh, hidden, weight_hh.T).chunk(3, dim=1)
            r = hook("r", torch.sigmoid(xr + hr), step)
            z = hook("z", torch.sigmoid(xz + hz), step)
            n = hook("n", torch.tanh(xn + r * hn), step)
            hidden = hook("h", (1 - z) * n + z * hidden, step)
            yield {"r": r, "z": z, "n": n, "h": hidden}

    def state_update(self, layer: LayerTrace) -> StateUpdate:
        values = layer.in_reading_order()
        return StateUpdate("h", values["z"], (1 - values["z"]) * values["n"])


def _gates(x: Tensor, hidden: Tensor, gru: nn.GRU) -> tuple[Tensor, Tensor, Tensor]:
    """r, z and n from inputs and previous states: (..., inputs), (..., hidden_size)."""
    weight_ih, weight_hh, bias_ih, bias_hh = gru.all_weights[0]
    from_input = (x @ weight_ih.T + bias_ih).chunk(3, dim=-1)
    from_hidden = (hidden @ weight_hh.T + bias_hh).chunk(3, dim=-1)
    r = torch.sigmoid(from_input[0] + from_hidden[0])
    z = torch.sigmoid(from_input[1] + from_hidden[1])
    n = torch.tanh(from_input[2] + r * from_hidden[2])
    return r, z, n
