"""Pad or truncate: every review becomes a row of the same length."""

from collections.abc import Sequence

import numpy as np

from sentiment.encoding.settings import Keep, PaddingSide, SequenceConfig
from sentiment.encoding.vocabulary import PAD


def kept_positions(length: int, sequence_length: int, keep: Keep) -> np.ndarray:
    """Positions (0-based, rising) of the words that truncation keeps, shape (kept,) int64.

    "both" keeps the first half and the last half of the sequence length: reviews open with what
    they are about and close with the verdict.
    """
    if length <= sequence_length:
        return np.arange(length)
    if keep == "head":
        return np.arange(sequence_length)
    if keep == "tail":
        return np.arange(length - sequence_length, length)
    head = sequence_length // 2
    tail = sequence_length - head
    return np.concatenate([np.arange(head), np.arange(length - tail, length)])


def truncate(ids: np.ndarray, sequence_length: int, keep: Keep) -> np.ndarray:
    """`ids` itself if it is short enough, else what `keep` leaves of it."""
    if len(ids) <= sequence_length:
        return ids
    return ids[kept_positions(len(ids), sequence_length, keep)]


def pad(ids: np.ndarray, sequence_length: int, side: PaddingSide) -> np.ndarray:
    """`ids` with `<pad>` before or after it up to `sequence_length`."""
    row = np.full(sequence_length, PAD, np.int32)
    if side == "before":
        row[sequence_length - len(ids) :] = ids
    else:
        row[: len(ids)] = ids
    return row


def stacked(reviews: Sequence[np.ndarray], width: int, side: PaddingSide) -> np.ndarray:
    """Reviews of at most `width` words as the rows of a batch, (reviews, width) int32."""
    return np.stack([pad(ids, width, side) for ids in reviews])


def pad_or_truncate(ids: np.ndarray, config: SequenceConfig) -> np.ndarray:
    """One row as the network gets it, shape (sequence_length,) int32."""
    kept = truncate(ids, config.sequence_length, config.truncation)
    return pad(kept, config.sequence_length, config.padding)
