"""Minimal LSTM, one step at a time: slow and easy to read.

The networks use `torch.nn.LSTM`, which computes the same; tests compare the two. The Inspect page
shows this code beside the gates.
"""

import torch
from torch import Tensor, nn


def lstm_step(
    x: Tensor, hidden: Tensor, cell: Tensor, weights: nn.LSTM
) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    """One step of an LSTM cell (Hochreiter & Schmidhuber 1997, forget gate by Gers et al. 2000).

        i = sigmoid(W_ii x + b_ii + W_hi h + b_hi)    input gate: share of g that is written
        f = sigmoid(W_if x + b_if + W_hf h + b_hf)    forget gate: share of the cell that is kept
        g = tanh   (W_ig x + b_ig + W_hg h + b_hg)    candidate: what can be written
        o = sigmoid(W_io x + b_io + W_ho h + b_ho)    output gate: share of the cell that is output
        c = f * cell + i * g                          cell state: the memory
        h = o * tanh(c)                               hidden state: the output

    x: (embedding_dim,), hidden and cell: (hidden_size,), weights: a one-layer LSTM with
    rows in torch's order i, f, g, o. Returns the six quantities by symbol, then h and c.
    """
    weight_ih, weight_hh, bias_ih, bias_hh = weights.all_weights[0]
    sums = weight_ih @ x + bias_ih + weight_hh @ hidden + bias_hh
    i, f, g, o = sums.chunk(4)
    i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
    c = f * cell + i * g
    h = o * torch.tanh(c)
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}, h, c
