"""Pooling over time: one vector per word to one vector per review."""

import torch
from torch import Tensor

from sentiment.networks.config import Pooling
from sentiment.networks.masking import word_mask

POOLED_WIDTH = {"last": 1, "mean": 1, "max": 1, "max+mean": 2}  # times the encoder's output size


def pool(outputs: Tensor, lengths: Tensor, pooling: Pooling, forward_size: int) -> Tensor:
    """(batch, time, features) -> (batch, pooled), ignoring padding.

    "last" takes the final output of each direction: the first `forward_size` features at the last
    word, the others (backward) at the first word.
    """
    if pooling == "last":
        rows = torch.arange(len(outputs), device=outputs.device)
        ends = outputs[rows, lengths - 1, :forward_size]
        return torch.cat([ends, outputs[:, 0, forward_size:]], dim=1)
    mask = word_mask(lengths, outputs.shape[1])[..., None]  # (batch, time, 1)
    pooled = []
    if "max" in pooling:
        pooled.append(outputs.masked_fill(~mask, -torch.inf).amax(dim=1))
    if "mean" in pooling:
        pooled.append((outputs * mask).sum(dim=1) / lengths[:, None])
    return torch.cat(pooled, dim=1)


def pool_prefixes(outputs: Tensor, pooling: Pooling) -> Tensor:
    """`pool` of each prefix of one review: (time, features) -> (time, pooled).

    Only for a causal encoder.
    """
    if pooling == "last":
        return outputs
    pooled = []
    if "max" in pooling:
        pooled.append(outputs.cummax(dim=0).values)
    if "mean" in pooling:
        counts = torch.arange(1, len(outputs) + 1, device=outputs.device)[:, None]
        pooled.append(outputs.cumsum(dim=0) / counts)
    return torch.cat(pooled, dim=1)
