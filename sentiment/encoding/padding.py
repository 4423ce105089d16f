"""Padding and truncation of reviews to rows of the same length."""

from collections.abc import Sequence

import numpy as np

from sentiment.encoding.settings import Keep, PaddingSide, SequenceConfig
from sentiment.encoding.vocabulary import PAD


def kept_positions(length: int, sequence_length: int, keep: Keep) -> np.ndarray:
    """Positions (0-based, sorted) of the words that truncation keeps, (kept,) int64.

    "both" fills half of the row from the beginning and half from the end: reviews often begin with
    their subject and end with their verdict.
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
    """`ids`, shortened to `sequence_length` if longer."""
    if len(ids) <= sequence_length:
        return ids
    return ids[kept_positions(len(ids), sequence_length, keep)]


def pad(ids: np.ndarray, sequence_length: int, side: PaddingSide) -> np.ndarray:
    """`ids` with `<pad>` before or after, (sequence_length,) int32."""
    row = np.full(sequence_length, PAD, np.int32)
    if side == "before":
        row[sequence_length - len(ids) :] = ids
    else:
        row[: len(ids)] = ids
    return row


def stack_padded(reviews: Sequence[np.ndarray], width: int, side: PaddingSide) -> np.ndarray:
    """Reviews of at most `width` token ids as a padded batch, (reviews, width) int32."""
    return np.stack([pad(ids, width, side) for ids in reviews])


def pad_or_truncate(ids: np.ndarray, config: SequenceConfig) -> np.ndarray:
    """One row of network input, (sequence_length,) int32."""
    kept = truncate(ids, config.sequence_length, config.truncation)
    return pad(kept, config.sequence_length, config.padding)
