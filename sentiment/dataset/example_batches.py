"""Example batches with and without length buckets, computed without torch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.corpus.classes import Classes
from sentiment.corpus.review import Split
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.buckets import bucketed_batches, padded_width, shuffled_batches
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.padding import stack_padded, truncate
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import FIRST_WORD, UNK, Vocabulary

FIRST_CELLS = 12  # of each row, shown in the table


@dataclass(frozen=True)
class ExampleBatch:
    """Input of the network at one training step."""

    items: np.ndarray  # (batch,) indices of the reviews
    words: np.ndarray  # (batch,) before truncation
    lengths: np.ndarray  # (batch,) words after truncation
    labels: np.ndarray  # (batch,)
    width: int  # cells per row
    ids: np.ndarray | None  # (batch, width) int32; None if only the lengths are known
    config: SequenceConfig

    @property
    def padding(self) -> int:
        """Number of cells without a word."""
        return self.width * len(self.items) - int(self.lengths.sum())

    @property
    def padding_share(self) -> float:
        return self.padding / max(self.width * len(self.items), 1)

    @property
    def filled(self) -> np.ndarray:
        """True for cells that hold a word, (batch, width) bool."""
        position = np.arange(self.width)
        if self.config.padding == "before":
            position = position[::-1]
        filled: np.ndarray = position[None] < self.lengths[:, None]
        return filled

    def table(self, classes: Classes, vocabulary: Vocabulary | None = None) -> list[dict[str, Any]]:
        """One table row per review: label, words before and after truncation, first token ids."""
        rows: list[dict[str, Any]] = [
            {
                "review": number + 1,
                "label": label,
                "class": classes.name(label),
                "words": words,
                "words kept": length,
                "padding": self.width - length,
            }
            for number, (label, words, length) in enumerate(
                zip(self.labels.tolist(), self.words.tolist(), self.lengths.tolist(), strict=True)
            )
        ]
        if self.ids is not None and vocabulary is not None:
            for row, ids in zip(rows, self.ids[:, :FIRST_CELLS].tolist(), strict=True):
                row["first ids"] = " ".join(map(str, ids))
                row["first tokens"] = " ".join(vocabulary.decode(ids))
        return rows


@dataclass(frozen=True)
class TrainingReviews:
    """The training reviews that two cutoffs keep: their lengths, and their words if available."""

    words: np.ndarray  # (N,) length of each review in words
    labels: np.ndarray  # (N,)
    token_ids: Callable[[int], np.ndarray] | None  # of review n; None where texts are missing

    def __len__(self) -> int:
        return len(self.words)

    @classmethod
    def from_statistics(
        cls, statistics: CorpusStatistics, low: int, high: int
    ) -> "TrainingReviews":
        """Reviews without words; only their lengths are known."""
        kept = {
            label: statistics.cut(low, high, Split.TRAIN.title, label).kept
            for label in statistics.labels
        }
        words = [np.repeat(lengths.lengths, lengths.counts) for lengths in kept.values()]
        labels = [np.full(lengths.reviews, label) for label, lengths in kept.items()]
        return cls(np.concatenate(words), np.concatenate(labels), None)

    @classmethod
    def from_corpus(
        cls, corpus: PreparedCorpus, low: int, high: int, max_words: int
    ) -> "TrainingReviews":
        """Reviews of a prepared corpus, encoded with a vocabulary of `max_words` words.

        The cutoffs replace those the corpus was prepared with; other drop reasons still apply.
        """
        reasons = (DropReason.KEPT, DropReason.SHORT, DropReason.LONG)
        kept = (corpus.splits == Split.TRAIN) & np.isin(corpus.drop_reasons, reasons)
        kept &= (corpus.lengths >= low) & (corpus.lengths <= high)
        rows = np.flatnonzero(kept)

        def token_ids(number: int) -> np.ndarray:
            # Ids are ordered by frequency, so a smaller vocabulary is a prefix of a larger one.
            ids = corpus.token_ids(int(rows[number]))
            return np.where(ids < max_words + FIRST_WORD, ids, UNK)

        return cls(corpus.lengths[rows], np.asarray(corpus.labels[rows]), token_ids)

    def sample(self, limit: int) -> "TrainingReviews":
        """At most `limit` of these reviews, drawn at random with a fixed seed."""
        if len(self) <= limit:
            return self
        chosen = np.unique(np.random.default_rng(0).integers(0, len(self), limit))
        token_ids = self.token_ids
        return TrainingReviews(
            self.words[chosen],
            self.labels[chosen],
            token_ids and (lambda number: token_ids(int(chosen[number]))),
        )


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
    """Batch `number` of the first epoch, with length buckets as in training or in random order.

    words, labels: (N,) of each review; token_ids: returns the token ids of review n.
    """
    lengths = np.minimum(words, config.sequence_length)
    # The same seed as in `LengthBuckets`.
    order = np.random.default_rng((seed, 0))
    batches = (bucketed_batches if bucketed else shuffled_batches)(lengths, batch_size, order)
    items = np.array(batches[number % len(batches)])
    width = padded_width(int(lengths[items].max()))
    ids = None
    if token_ids is not None:
        reviews = [
            truncate(token_ids(item), config.sequence_length, config.truncation)
            for item in items.tolist()
        ]
        ids = stack_padded(reviews, width, config.padding)
    return ExampleBatch(items, words[items], lengths[items], labels[items], width, ids, config)
