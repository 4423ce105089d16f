"""LSTM encoder, in one direction or both."""

import inspect
from collections.abc import Iterator
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from sentiment.networks.hooks import Hook
from sentiment.networks.minimal_lstm import lstm_step
from sentiment.networks.recurrent import (
    PreActivation,
    RecurrentEncoder,
    chrono_bias,
    previous,
)
from sentiment.networks.trace import LayerTrace, Quantity, StateUpdate


class LSTMEncoder(RecurrentEncoder):
    """A stack of LSTM layers (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000).

    At each word t, with x_t the layer's input and h, c its state, elementwise products as *:

        i_t = sigmoid(W_ii x_t + b_ii + W_hi h_{t-1} + b_hi)    input gate
        f_t = sigmoid(W_if x_t + b_if + W_hf h_{t-1} + b_hf)    forget gate
        g_t = tanh   (W_ig x_t + b_ig + W_hg h_{t-1} + b_hg)    candidate
        o_t = sigmoid(W_io x_t + b_io + W_ho h_{t-1} + b_ho)    output gate
        c_t = f_t * c_{t-1} + i_t * g_t                         cell state
        h_t = o_t * tanh(c_t)                                   hidden state

    Computed by `torch.nn.LSTM`, which stacks the rows of its weights in the order i, f, g, o.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity("forget gate", "f", (0, 1), "The share of its memory that a unit keeps."),
        Quantity("input gate", "i", (0, 1), "The share of the candidate that is written."),
        Quantity("candidate", "g", (-1, 1), "What the word writes if the input gate is open."),
        Quantity("output gate", "o", (0, 1), "The share of its memory that a unit passes on."),
        Quantity("cell state", "c", (-2, 2), "The memory: what was kept plus what was written."),
        Quantity("hidden state", "h", (-1, 1), "The output: output gate times tanh of the memory."),
    )
    intervention_targets, retention, no_state_update = quantities, "f", None
    state_symbols = ("h", "c")
    description = (
        "An LSTM carries a memory, the cell state *c*, from word to word. At each word three "
        "gates, numbers between 0 and 1 for every unit, decide what happens to it:"
    )
    equations = r"c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad h_t = o_t \odot \tanh(c_t)"
    step_code = inspect.getsource(lstm_step)

    def new_module(self, input_size: int, hidden_size: int, number: int) -> nn.Module:
        return nn.LSTM(input_size, hidden_size, batch_first=True)

    def chrono_initialize(self, module: nn.Module, words: int) -> None:
        _, _, bias_ih, bias_hh = cast(nn.LSTM, module).all_weights[0]
        forget, gates = chrono_bias(self.hidden_size, words), slice(0, 2 * self.hidden_size)
        bias_ih[gates] = 0
        bias_hh[gates] = torch.cat([-forget, forget])  # i and f; i = 1 - f

    def values(self, x: Tensor, module: nn.Module) -> tuple[Tensor, dict[str, Tensor]]:
        values = gates_at_once(x, cast(nn.LSTM, module))
        return values["h"], values

    def pre_activations(
        self, x: Tensor, hidden: Tensor, module: nn.Module
    ) -> dict[str, PreActivation]:
        weight_ih, weight_hh, bias_ih, bias_hh = cast(nn.LSTM, module).all_weights[0]
        terms = x @ weight_ih.T, hidden @ weight_hh.T, (bias_ih + bias_hh).expand(len(x), -1)
        gates = zip(*(term.chunk(4, dim=1) for term in terms), strict=True)
        return {symbol: PreActivation(*gate) for symbol, gate in zip("ifgo", gates, strict=True)}

    def steps(self, x: Tensor, module: nn.Module, hook: Hook) -> Iterator[dict[str, Tensor]]:
        weight_ih, weight_hh, bias_ih, bias_hh = cast(nn.LSTM, module).all_weights[0]
        inputs = x @ weight_ih.T + (bias_ih + bias_hh)  # (batch, time, 4 * hidden_size)
        hidden = cell = x.new_zeros(len(x), self.hidden_size)
        for step in range(x.shape[1]):
            i, f, g, o = torch.addmm(inputs[:, step], hidden, weight_hh.T).chunk(4, dim=1)
            i, f = hook("i", i.sigmoid(), step), hook("f", f.sigmoid(), step)
            g, o = hook("g", g.tanh(), step), hook("o", o.sigmoid(), step)
            cell = hook("c", f * cell + i * g, step)
            hidden = hook("h", o * cell.tanh(), step)
            yield {"i": i, "f": f, "g": g, "o": o, "c": cell, "h": hidden}

    def state_update(self, layer: LayerTrace) -> StateUpdate:
        values = layer.in_reading_order()
        squashed = np.tanh(values["c"])
        # h = o * tanh(c) is o * (tanh(c) / c) * c: every part of c is scaled by the same factor.
        cell = np.where(values["c"] == 0, 1e-30, values["c"])
        factor = values["o"] * np.tanh(cell) / cell
        written = values["i"] * values["g"]
        return StateUpdate(
            "c", values["f"], written, squashed, lambda coefficients: coefficients * factor
        )


def gates_at_once(x: Tensor, lstm: nn.LSTM) -> dict[str, Tensor]:
    """The six quantities of every step: (time, inputs) -> symbol -> (time, hidden_size).

    Equals steps of `lstm_step` within rounding, without a loop over matrix products: once the
    hidden states are known, the gates of all steps are one product, X W_ih' + H_prev W_hh' + b.
    Only the elementwise cell state needs a loop.
    """
    hidden = lstm(x[None])[0][0]  # (time, hidden_size)
    weight_ih, weight_hh, bias_ih, bias_hh = lstm.all_weights[0]
    inputs = torch.addmm(bias_ih + bias_hh, x, weight_ih.T)  # (time, 4 * hidden_size)
    i, f, g, o = torch.addmm(inputs, previous(hidden), weight_hh.T).chunk(4, dim=1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    return {"i": i, "f": f, "g": g, "o": o, "c": _cell_states(f, i * g), "h": hidden}


def _cell_states(forget: Tensor, written: Tensor) -> Tensor:
    """c_t = f_t * c_{t-1} + written_t, all (time, hidden_size)."""
    # In NumPy: a step has a few hundred numbers, and a torch call costs more than the arithmetic.
    kept, added = forget.numpy(force=True), written.numpy(force=True)
    cells = np.empty_like(added)
    cell = np.zeros(added.shape[1], added.dtype)
    for step in range(len(added)):
        cell = kept[step] * cell + added[step]
        cells[step] = cell
    return torch.from_numpy(cells).to(forget.device)
