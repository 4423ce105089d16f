"""The minimal LSTM over a whole review, to compare with."""

import torch

from sentiment.networks.minimal_lstm import lstm_step


def lstm_steps(inputs, weights):
    """All steps of one review: (time, embedding_dim) -> symbol -> (time, hidden_size)."""
    hidden = cell = inputs.new_zeros(weights.hidden_size)
    steps = []
    for x in inputs:
        values, hidden, cell = lstm_step(x, hidden, cell, weights)
        steps.append(values)
    return {symbol: torch.stack([step[symbol] for step in steps]) for symbol in steps[0]}
