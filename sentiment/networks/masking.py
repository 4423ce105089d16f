"""Masks and orders of padded batches.

Inside a network every review starts at step 0, before its padding. A forward recurrence then reads
no padding before a word, and pooling masks the outputs at padding.
"""

import torch
from torch import Tensor

from sentiment.encoding.vocabulary import PAD


def word_mask(lengths: Tensor, steps: int) -> Tensor:
    """True at words, False at padding: (batch, time); lengths: (batch,)."""
    return torch.arange(steps, device=lengths.device) < lengths[:, None]


def left_align(ids: Tensor) -> Tensor:
    """Move the words of each row before its padding, in order: (batch, time) -> (batch, time).

    Rows that are padded after their words do not change.
    """
    is_pad = ids == PAD
    if not bool((is_pad[:, :-1] & ~is_pad[:, 1:]).any()):  # no word after a pad anywhere
        return ids
    order = torch.argsort(is_pad.to(torch.uint8), dim=1, stable=True)
    return ids.gather(1, order)


def prefixes(ids: Tensor, lengths: Tensor) -> Tensor:
    """The prefixes of one review with these lengths, padded: (time,), (batch,) -> (batch, longest).

    lengths: rising.
    """
    rows = ids[: lengths[-1]].repeat(len(lengths), 1)
    return rows.masked_fill(~word_mask(lengths, rows.shape[1]), PAD)


def reverse_words(x: Tensor, lengths: Tensor) -> Tensor:
    """Reverse the words of each review and leave the padding in place.

    x: (batch, time, features), lengths: (batch,). Applying it twice gives x again.
    """
    steps = torch.arange(x.shape[1], device=x.device)
    last = lengths[:, None] - 1
    source = torch.where(steps <= last, last - steps, steps)  # (batch, time)
    return x.gather(1, source[..., None].expand_as(x))
