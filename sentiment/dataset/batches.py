"""Datasets and batches for torch: reviews of similar length share a batch, which saves padding.

Earlier stages of the pipeline do not need torch.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from sentiment.corpus.review import Split
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.buckets import bucketed_batches, padded_width
from sentiment.encoding.padding import stack_padded, truncate
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.progress import Progress

Share = Callable[[list[int]], list[int]]


def shares_of(labels: np.ndarray, classes: int) -> np.ndarray:
    """Codes (N,) as shares of the classes, (N, classes) float32."""
    return np.eye(classes, dtype=np.float32)[labels]


@dataclass(frozen=True)
class Batch:
    """Input of the network."""

    ids: Tensor  # (batch, time) int64, padded with PAD
    lengths: Tensor  # (batch,) int64, words after truncation
    labels: Tensor  # codes (batch,) int64, or shares of the classes (batch, K) float32

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def words(self) -> int:
        return int(self.lengths.sum())

    def to(self, device: torch.device) -> "Batch":
        """The same batch on `device`."""
        return Batch(
            self.ids.to(device, non_blocking=True),
            self.lengths.to(device, non_blocking=True),
            self.labels.to(device, non_blocking=True),
        )

    def pin_memory(self) -> "Batch":
        """The same batch in pinned memory; DataLoader calls this with `pin_memory=True`."""
        return Batch(self.ids.pin_memory(), self.lengths.pin_memory(), self.labels.pin_memory())


class ReviewDataset(Dataset[tuple[np.ndarray, np.ndarray]]):
    """Item n is (truncated token ids, label) of the review in row `rows[n]`."""

    def __init__(
        self,
        ids: np.ndarray,  # (total words,)
        offsets: np.ndarray,  # (reviews + 1,); review r is ids[offsets[r]:offsets[r + 1]]
        labels: np.ndarray,  # codes (reviews,), or shares of the classes (reviews, K)
        rows: np.ndarray,  # (items,) the reviews in this dataset
        config: SequenceConfig,
    ):
        self.ids, self.offsets, self.rows, self.config = ids, offsets, rows, config
        self.labels = labels[rows]
        self.lengths = np.minimum(offsets[rows + 1] - offsets[rows], config.sequence_length)

    @classmethod
    def of(cls, corpus: PreparedCorpus, split: Split, config: SequenceConfig) -> "ReviewDataset":
        """One split of a prepared corpus, without dropped reviews."""
        return cls(corpus.ids, corpus.offsets, corpus.labels, corpus.rows(split), config)

    @classmethod
    def of_texts(
        cls,
        texts: Sequence[str],
        labels: np.ndarray,
        vocabulary: Vocabulary,
        config: SequenceConfig,
        progress: Progress | None = None,
    ) -> "ReviewDataset":
        """Texts encoded with the vocabulary of a trained model."""
        tokenized = TokenizedCorpus.of(texts, progress)
        ids = tokenized.renumbered(vocabulary.encode(tokenized.words))
        return cls(ids, tokenized.offsets, labels, np.arange(len(texts)), config)

    @property
    def is_soft(self) -> bool:
        return self.labels.ndim == 2

    def concatenated_with(self, other: "ReviewDataset") -> "ReviewDataset":
        """The items of this dataset, then those of `other`; both have codes, or both shares."""
        ids = np.concatenate([self.ids, other.ids])
        offsets = np.concatenate([self.offsets, self.offsets[-1] + other.offsets[1:]])
        both = ReviewDataset(ids, offsets, np.zeros(len(offsets) - 1), self.rows, self.config)
        both.rows = np.concatenate([self.rows, len(self.offsets) - 1 + other.rows])
        both.labels = np.concatenate([self.labels, other.labels])
        both.lengths = np.concatenate([self.lengths, other.lengths])
        return both

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        row = self.rows[index]
        review = self.ids[self.offsets[row] : self.offsets[row + 1]]
        ids = truncate(review, self.config.sequence_length, self.config.truncation)
        return ids, self.labels[index]

    def collate(self, items: Sequence[tuple[np.ndarray, np.ndarray]]) -> Batch:
        """Pad to the longest review of the batch, rounded up."""
        lengths = [len(ids) for ids, _ in items]
        reviews = [ids for ids, _ in items]
        labels = np.stack([label for _, label in items])
        rows = stack_padded(reviews, padded_width(max(lengths)), self.config.padding)
        return Batch(
            ids=torch.from_numpy(rows).long(),
            lengths=torch.tensor(lengths),
            labels=torch.from_numpy(labels.astype(np.int64 if labels.ndim == 1 else np.float32)),
        )


class LengthBuckets(Sampler[list[int]]):
    """Batches of indices of items with similar lengths, in a new seeded order each epoch."""

    def __init__(self, lengths: np.ndarray, batch_size: int, seed: int, share: Share = list):
        """share: selects the part of each batch for this process, if several processes train."""
        self.lengths = lengths
        self.batch_size = batch_size
        self.seed = seed
        self.share = share
        self.epoch = 0
        self.skipped = 0  # first batches to skip, to resume within an epoch

    def __len__(self) -> int:
        return math.ceil(len(self.lengths) / self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        order = np.random.default_rng((self.seed, self.epoch))
        for batch in bucketed_batches(self.lengths, self.batch_size, order)[self.skipped :]:
            yield self.share(batch)


class ByLength(Sampler[list[int]]):
    """Every item once, shortest first: the fastest order for inference."""

    def __init__(self, lengths: np.ndarray, batch_size: int):
        order = np.argsort(lengths, kind="stable")
        self.batches = [
            order[start : start + batch_size].tolist() for start in range(0, len(order), batch_size)
        ]

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self.batches)


def training_batches(
    dataset: ReviewDataset, batch_size: int, seed: int, share: Share = list
) -> DataLoader[Batch]:
    """Length-bucketed batches; set `loader.batch_sampler.epoch` before each epoch."""
    sampler = LengthBuckets(dataset.lengths, batch_size, seed, share)
    return _loader(dataset, sampler)


def scoring_batches(
    dataset: ReviewDataset, batch_size: int = 128, share: Share = list
) -> DataLoader[Batch]:
    """Batches that cover the dataset once, in the fastest order.

    share: selects the batches for this process by index, if several processes share the work.
    """
    sampler = ByLength(dataset.lengths, batch_size)
    sampler.batches = [sampler.batches[index] for index in share(list(range(len(sampler))))]
    return _loader(dataset, sampler)


def _loader(dataset: ReviewDataset, sampler: Sampler[list[int]]) -> DataLoader[Batch]:
    # DataLoader is typed by the items of its dataset, but it yields what `collate` returns.
    loader = DataLoader(
        dataset,
        batch_sampler=sampler,
        collate_fn=dataset.collate,
        pin_memory=torch.cuda.is_available(),
    )
    return cast("DataLoader[Batch]", loader)
