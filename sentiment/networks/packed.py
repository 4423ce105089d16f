"""Outputs and states of LSTMs of one layer for many reviews at once, without a step for padding.

`nn.LSTM` computes the padding of a batch too, and the product of every word with its weights. Here
the reviews are sorted by length, so that those that have ended drop off the end of the batch, and
the product is computed once for each distinct word. tanh(x) is 2 sigmoid(2x) - 1, which is several
times faster on a CPU. The results are those of the network within 1e-5.
"""

from collections.abc import Iterator, Sequence
from typing import TypeGuard

import numpy as np
import torch
from torch import Tensor, nn

from sentiment.encoding.padding import stack_padded
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.config import Pooling
from sentiment.networks.interfaces import Network
from sentiment.networks.lstm import LSTMEncoder
from sentiment.networks.masking import reverse_words
from sentiment.networks.trace import Direction


def can_pack(network: Network) -> TypeGuard[SentimentClassifier]:
    """Whether the functions here compute it: an LSTM of one layer on the CPU, in float32."""
    if not isinstance(network, SentimentClassifier):
        return False
    weight = network.embedding.weight
    is_plain = weight.device.type == "cpu" and weight.dtype == torch.float32
    encoder = network.encoder
    return is_plain and isinstance(encoder, LSTMEncoder) and len(encoder.layers) == 1


@torch.inference_mode()
def packed_outputs(network: SentimentClassifier, reviews: Sequence[np.ndarray]) -> Tensor:
    """Outputs for each review, (reviews, output.size); a review: its token ids, at least one."""
    order = sorted(range(len(reviews)), key=lambda number: -len(reviews[number]))
    lengths = torch.tensor([len(reviews[number]) for number in order])
    pooled = [
        _pooled(steps, lengths, network.config.hidden_size, network.config.pooling)
        for _, steps in _directions(network, [reviews[number] for number in order])
    ]
    # As `pooling.pool` orders them: each kind of pooling, and in it each direction.
    joined = torch.cat([part for kind in zip(*pooled, strict=True) for part in kind], dim=1)
    outputs = torch.empty(len(reviews), network.output.size)
    outputs[order] = network.head(joined)
    return outputs


@torch.inference_mode()
def packed_states(
    network: SentimentClassifier, reviews: Sequence[np.ndarray]
) -> list[tuple[Direction, Tensor, Tensor]]:
    """Hidden states and forget gates of each direction, (reviews, time, units) each.

    reviews: their token ids, the longest one first. Row t is the word that the direction reads
    after t others. After the last word, states are 0 and gates are 1.
    """
    shape = (len(reviews), len(reviews[0]), network.config.hidden_size)
    found: list[tuple[Direction, Tensor, Tensor]] = []
    for direction, steps in _directions(network, reviews):
        states, forget_gates = torch.zeros(shape), torch.ones(shape)
        for step, (hidden, forget_gate) in enumerate(steps):
            states[: len(hidden), step] = hidden
            forget_gates[: len(hidden), step] = forget_gate
        found.append((direction, states, forget_gates))
    return found


def _directions(
    network: SentimentClassifier, reviews: Sequence[np.ndarray]
) -> Iterator[tuple[Direction, Iterator[tuple[Tensor, Tensor]]]]:
    """Each direction and its `_steps`; reviews: the longest one first."""
    assert isinstance(network.encoder, LSTMEncoder)
    ids = torch.from_numpy(stack_padded(reviews, len(reviews[0]), "after")).long()
    lengths = torch.tensor([len(review) for review in reviews])
    for direction, module in network.encoder.layer(0):
        assert isinstance(module, nn.LSTM)
        backward = direction == "backward"
        read = reverse_words(ids[..., None], lengths)[..., 0] if backward else ids
        yield direction, _steps(network.embedding, module, read, lengths)


def _steps(
    embedding: nn.Embedding, lstm: nn.LSTM, ids: Tensor, lengths: Tensor
) -> Iterator[tuple[Tensor, Tensor]]:
    """Hidden state and forget gate after each word, of the reviews that have it: (active, units).

    They are valid until the next step. ids: (batch, time), the longest review first; lengths:
    (batch,).
    """
    weight_ih, weight_hh, bias_ih, bias_hh = lstm.all_weights[0]
    size = lstm.hidden_size
    double = torch.ones(4 * size, 1)
    double[2 * size : 3 * size] = 2  # the candidate: i, f, g, o
    recurrent = (weight_hh * double).T.contiguous()
    bias = (bias_ih + bias_hh) * double[:, 0]
    words, places = torch.unique(ids, return_inverse=True)
    inputs = torch.addmm(bias, embedding(words), (weight_ih * double).T)  # (words, 4 * units)
    places = places.T.contiguous()  # (time, batch)
    # Written again at each step: new memory would cost more than the arithmetic on it.
    all_gates, hidden = torch.empty(len(ids), 4 * size), torch.empty(len(ids), size)
    cell = torch.zeros_like(hidden)
    active = (lengths > torch.arange(ids.shape[1])[:, None]).sum(dim=1).tolist()
    for step, count in enumerate(active):
        gates = torch.index_select(inputs, 0, places[step, :count], out=all_gates[:count])
        hidden = hidden[:count]
        if step:
            gates.addmm_(hidden, recurrent)
        i, f, g, o = gates.sigmoid_().chunk(4, dim=1)
        cell = cell[:count].mul_(f).addcmul_(i, g, value=2).sub_(i)
        torch.mul(cell, 2, out=hidden).sigmoid_().mul_(2).sub_(1).mul_(o)
        yield hidden, f


def _pooled(
    steps: Iterator[tuple[Tensor, Tensor]], lengths: Tensor, size: int, pooling: Pooling
) -> list[Tensor]:
    """The hidden states of each review, pooled in each way of `pooling`: (batch, size) each."""
    last, total = torch.zeros(len(lengths), size), torch.zeros(len(lengths), size)
    largest = torch.full_like(last, -torch.inf)
    for hidden, _ in steps:
        count = len(hidden)
        if pooling == "last":
            last[:count] = hidden
        if "max" in pooling:
            torch.maximum(largest[:count], hidden, out=largest[:count])
        if "mean" in pooling:
            total[:count] += hidden
    kinds = {"last": last, "max": largest, "mean": total / lengths[:, None]}
    return [kinds[kind] for kind in pooling.split("+")]
