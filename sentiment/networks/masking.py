"""Working with padded batches so that the padding never matters.

Inside the network every review starts at step 0 and its padding follows. A one-directional
recurrence then never reads padding before a word, and pooling masks what it reads after.
"""

import torch
from torch import Tensor

from sentiment.encoding.vocabulary import PAD


def word_mask(lengths: Tensor, steps: int) -> Tensor:
    """True where a word stands, (batch, time); lengths: (batch,)."""
    return torch.arange(steps, device=lengths.device) < lengths[:, None]


def left_align(ids: Tensor) -> Tensor:
    """Rows with their words moved to the front, in order: (batch, time) -> (batch, time).

    Rows padded after are returned as they are; rows padded before are shifted.
    """
    is_pad = ids == PAD
    if not bool((is_pad[:, :-1] & ~is_pad[:, 1:]).any()):  # no word after a pad anywhere
        return ids
    order = torch.argsort(is_pad.to(torch.uint8), dim=1, stable=True)
    return ids.gather(1, order)


def reverse_words(x: Tensor, lengths: Tensor) -> Tensor:
    """Each review backwards within its own length, padding left in place.

    x: (batch, time, features), lengths: (batch,). Applying it twice gives x again.
    """
    steps = torch.arange(x.shape[1], device=x.device)
    last = lengths[:, None] - 1
    source = torch.where(steps <= last, last - steps, steps)  # (batch, time)
    return x.gather(1, source[..., None].expand_as(x))
