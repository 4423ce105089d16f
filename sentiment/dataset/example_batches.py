"""A batch to look at, before and after bucketing; without torch, so that a page can show it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sentiment.corpus.review import LABEL_NAMES
from sentiment.encoding.buckets import bucketed_batches, padded_width, shuffled_batches
from sentiment.encoding.padding import stacked, truncate
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary

FIRST_CELLS = 12  # of a row, in the table


@dataclass(frozen=True)
class ExampleBatch:
    """What enters the network at one step, as far as it is known."""

    items: np.ndarray  # (batch,) which of the reviews
    words: np.ndarray  # (batch,) of each before truncation
    lengths: np.ndarray  # (batch,) after it
    labels: np.ndarray  # (batch,)
    width: int  # cells of every row
    ids: np.ndarray | None  # (batch, width) int32; None where only the lengths are known
    config: SequenceConfig

    @property
    def padding(self) -> int:
        """Cells without a word."""
        return self.width * len(self.items) - int(self.lengths.sum())

    @property
    def padding_share(self) -> float:
        return self.padding / max(self.width * len(self.items), 1)

    @property
    def filled(self) -> np.ndarray:
        """True where a cell holds a word, (batch, width)."""
        place = np.arange(self.width)
        if self.config.padding == "before":
            place = place[::-1]
        filled: np.ndarray = place[None] < self.lengths[:, None]
        return filled

    def table(self, vocabulary: Vocabulary | None = None) -> list[dict[str, Any]]:
        """A row a review: its label, its words, how many are read, and its first ids."""
        rows: list[dict[str, Any]] = [
            {
                "review": number + 1,
                "label": label,
                "means": LABEL_NAMES[label],
                "words": words,
                "read": length,
                "padding": self.width - length,
            }
            for number, (label, words, length) in enumerate(
                zip(self.labels.tolist(), self.words.tolist(), self.lengths.tolist(), strict=True)
            )
        ]
        if self.ids is not None and vocabulary is not None:
            for row, ids in zip(rows, self.ids[:, :FIRST_CELLS].tolist(), strict=True):
                row["first ids"] = " ".join(map(str, ids))
                row["which stand for"] = " ".join(vocabulary.decode(ids))
        return rows


def example_batch(
    words: np.ndarray,
    labels: np.ndarray,
    config: SequenceConfig,
    *,
    batch_size: int,
    bucketed: bool,
    number: int = 0,
    token_ids: Callable[[int], np.ndarray] | None = None,
    seed: int = 0,
) -> ExampleBatch:
    """Batch `number` of the first epoch of reviews with so many words, put together as training
    does or, without buckets, as they come.

    words, labels: (N,); encoded: the ids of a review, by its number among these.
    """
    lengths = np.minimum(words, config.sequence_length)
    # The seed of an epoch as `LengthBuckets` has it.
    order = np.random.default_rng((seed, 0))
    batches = (bucketed_batches if bucketed else shuffled_batches)(lengths, batch_size, order)
    items = np.array(batches[number % len(batches)])
    width = padded_width(int(lengths[items].max()))
    ids = None
    if token_ids is not None:
        kept = [
            truncate(token_ids(item), config.sequence_length, config.truncation)
            for item in items.tolist()
        ]
        ids = stacked(kept, width, config.padding)
    return ExampleBatch(items, words[items], lengths[items], labels[items], width, ids, config)
