"""The LSTM encoder, in one direction or both, and its gates."""

from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from sentiment.networks.config import NetworkConfig
from sentiment.networks.padded import reverse_words
from sentiment.networks.trace import Direction, LayerTrace, Quantity

QUANTITIES = (
    Quantity("forget gate", "f", (0, 1), "How much of its old memory a unit keeps: 1 is all."),
    Quantity("input gate", "i", (0, 1), "How much of the candidate a unit writes to memory."),
    Quantity("candidate", "g", (-1, 1), "What the word would write, if the input gate lets it."),
    Quantity("output gate", "o", (0, 1), "How much of its memory each unit shows to the outside."),
    Quantity("cell state", "c", (-2, 2), "The memory itself: what was kept plus what was written."),
    Quantity("hidden state", "h", (-1, 1), "What is shown: output gate times squashed memory."),
)


class LSTMEncoder(nn.Module):
    """A stack of LSTM layers (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000).

    At each word t, with x_t the layer's input and h, c its state, elementwise products as *:

        i_t = sigmoid(W_ii x_t + b_ii + W_hi h_{t-1} + b_hi)    input gate
        f_t = sigmoid(W_if x_t + b_if + W_hf h_{t-1} + b_hf)    forget gate
        g_t = tanh   (W_ig x_t + b_ig + W_hg h_{t-1} + b_hg)    candidate
        o_t = sigmoid(W_io x_t + b_io + W_ho h_{t-1} + b_ho)    output gate
        c_t = f_t * c_{t-1} + i_t * g_t                         cell state
        h_t = o_t * tanh(c_t)                                   hidden state

    `torch.nn.LSTM` does the work, one module per layer and direction: that keeps a padded batch
    on the fast kernels, and the backward direction starts at each review's own last word.
    torch stacks the rows of its weights in the order i, f, g, o.
    """

    quantities = QUANTITIES

    def __init__(self, config: NetworkConfig, *, bidirectional: bool):
        super().__init__()
        self.directions: tuple[Direction, ...] = (
            ("forward", "backward") if bidirectional else ("forward",)
        )
        self.hidden_size = config.hidden_size
        self.output_size = config.hidden_size * len(self.directions)
        sizes = [config.embedding_dim] + [self.output_size] * (config.num_layers - 1)
        self.layers = nn.ModuleList(
            nn.ModuleList(
                nn.LSTM(size, config.hidden_size, batch_first=True) for _ in self.directions
            )
            for size in sizes
        )
        self.dropout = nn.Dropout(config.dropout)  # between layers

    @property
    def causal(self) -> bool:
        """Whether the output at a word depends only on that word and those before it."""
        return self.directions == ("forward",)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """(batch, time, embedding_dim), words first -> (batch, time, output_size).

        What stands in the output at padded steps has no meaning; pooling masks it.
        """
        for number in range(len(self.layers)):
            if number:
                x = self.dropout(x)
            outputs = []
            for direction, lstm in self.layer(number):
                if direction == "forward":
                    outputs.append(lstm(x)[0])
                else:
                    backwards = lstm(reverse_words(x, lengths))[0]
                    outputs.append(reverse_words(backwards, lengths))
            x = torch.cat(outputs, dim=2)
        return x

    def layer(self, number: int) -> list[tuple[Direction, nn.LSTM]]:
        """The LSTMs of one layer (from 0, the lowest) with the direction each reads in."""
        modules = cast(nn.ModuleList, self.layers[number])
        return [
            (direction, cast(nn.LSTM, module))
            for direction, module in zip(self.directions, modules, strict=True)
        ]

    def trace(self, x: Tensor) -> tuple[Tensor, list[LayerTrace]]:
        """Read one review without padding and keep every gate.

        x: (time, embedding_dim). Returns the output (time, output_size) and one LayerTrace per
        layer and direction. No step-by-step loop over matrix products: with the hidden sequence
        known, the gates of all steps are one product, X W_ih' + H_prev W_hh' + b.
        """
        traces = []
        for number in range(len(self.layers)):
            outputs = []
            for direction, lstm in self.layer(number):
                inputs = x if direction == "forward" else x.flip(0)
                values = gates_at_once(inputs, lstm)
                if direction == "backward":
                    values = {symbol: value.flip(0) for symbol, value in values.items()}
                outputs.append(values["h"])
                arrays = {
                    symbol: value.numpy(force=True).astype(np.float32, copy=False)
                    for symbol, value in values.items()
                }
                traces.append(LayerTrace(number, direction, arrays))
            x = torch.cat(outputs, dim=1)
        return x, traces


def gates_at_once(x: Tensor, lstm: nn.LSTM) -> dict[str, Tensor]:
    """The six values of every step: (time, inputs) -> symbol -> (time, hidden_size).

    Equals `minimal_lstm.lstm_steps` within rounding; only the elementwise cell state needs a loop.
    """
    hidden = lstm(x[None])[0][0]  # (time, hidden_size)
    previous = torch.cat([hidden.new_zeros(1, hidden.shape[1]), hidden[:-1]])
    weight_ih, weight_hh, bias_ih, bias_hh = lstm.all_weights[0]
    sums = torch.addmm(bias_ih + bias_hh, x, weight_ih.T)
    sums = torch.addmm(sums, previous, weight_hh.T)  # (time, 4 * hidden_size)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    return {"i": i, "f": f, "g": g, "o": o, "c": _cell_states(f, i * g), "h": hidden}


def _cell_states(forget: Tensor, written: Tensor) -> Tensor:
    """c_t = f_t * c_{t-1} + written_t, all (time, hidden_size)."""
    # In NumPy, since a step is a few hundred numbers and a torch call costs more than the work.
    kept, added = forget.numpy(force=True), written.numpy(force=True)
    cells = np.empty_like(added)
    cell = np.zeros(added.shape[1], added.dtype)
    for step in range(len(added)):
        cell = kept[step] * cell + added[step]
        cells[step] = cell
    return torch.from_numpy(cells).to(forget.device)
