"""The LSTM written out, one step at a time: slow, and short enough to be read in class.

The networks use `torch.nn.LSTM`; this is what it computes. Tests hold the two together, and the
Inspect page shows these equations beside the gates.
"""

import torch
from torch import Tensor, nn


def lstm_step(
    x: Tensor, hidden: Tensor, cell: Tensor, weights: nn.LSTM
) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    """One word through one cell (Hochreiter & Schmidhuber 1997, forget gate by Gers et al. 2000).

        i = sigmoid(W_ii x + b_ii + W_hi h + b_hi)    input gate: how much of g is written
        f = sigmoid(W_if x + b_if + W_hf h + b_hf)    forget gate: how much of the cell is kept
        g = tanh   (W_ig x + b_ig + W_hg h + b_hg)    candidate: what would be written
        o = sigmoid(W_io x + b_io + W_ho h + b_ho)    output gate: how much of the cell is shown
        c = f * cell + i * g                          cell state: the memory
        h = o * tanh(c)                               hidden state: what the next step sees

    x: (embedding_dim,), hidden and cell: (hidden_size,), weights: a one-layer LSTM whose rows
    stand in torch's order i, f, g, o. Returns the six values by symbol, then h and c.
    """
    weight_ih, weight_hh, bias_ih, bias_hh = weights.all_weights[0]
    sums = weight_ih @ x + bias_ih + weight_hh @ hidden + bias_hh
    i, f, g, o = sums.chunk(4)
    i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
    c = f * cell + i * g
    h = o * torch.tanh(c)
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}, h, c


def lstm_steps(inputs: Tensor, weights: nn.LSTM) -> dict[str, Tensor]:
    """A whole review, word by word: (time, embedding_dim) -> symbol -> (time, hidden_size)."""
    hidden = cell = inputs.new_zeros(weights.hidden_size)
    steps = []
    for x in inputs:
        values, hidden, cell = lstm_step(x, hidden, cell, weights)
        steps.append(values)
    return {symbol: torch.stack([step[symbol] for step in steps]) for symbol in steps[0]}
