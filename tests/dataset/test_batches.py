"""Batches contain every review once per epoch, with others of similar length, in a new order."""

import numpy as np
import pytest

from sentiment.dataset.batches import (
    ByLength,
    LengthBuckets,
    ReviewDataset,
    scoring_batches,
    training_batches,
)
from sentiment.encoding.padding import pad, truncate
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary

LENGTHS = np.random.default_rng(0).integers(1, 300, 1_003)


def test_buckets_cover_every_review_once_and_change_with_the_epoch():
    sampler = LengthBuckets(LENGTHS, 32, seed=1)
    first = list(sampler)
    assert sorted(n for batch in first for n in batch) == list(range(1_003))
    assert list(sampler) == first
    sampler.epoch = 2
    assert list(sampler) != first
    assert len(sampler) == len(first)


def test_buckets_save_padding():
    def padding(batches):
        return sum(max(LENGTHS[b]) * len(b) - LENGTHS[b].sum() for b in map(np.array, batches))

    in_order = [list(range(n, min(n + 32, 1_003))) for n in range(0, 1_003, 32)]
    assert padding(LengthBuckets(LENGTHS, 32, seed=1)) < padding(in_order) / 5


def test_by_length_covers_every_review_once():
    assert sorted(n for batch in ByLength(LENGTHS, 100) for n in batch) == list(range(1_003))


@pytest.mark.parametrize("padding", ["before", "after"])
def test_a_batch_holds_the_padded_reviews(padding):
    texts = ["good film", "bad", "a film not good at all " * 10]
    vocabulary = Vocabulary(["good", "bad", "film", "not", "a"], [1] * 5)
    config = SequenceConfig(sequence_length=40, padding=padding, truncation="tail")
    dataset = ReviewDataset.of_texts(texts, np.array([1, 0, 1]), vocabulary, config)
    (batch,) = scoring_batches(dataset, 3)
    assert batch.ids.shape == (3, 64)  # 40 words, rounded up to a multiple of 32
    assert batch.lengths.tolist() == [1, 2, 40]
    assert batch.labels.tolist() == [0, 1, 1]
    assert batch.words == 43
    for row, text in zip(batch.ids.tolist(), ["bad", "good film", texts[2]], strict=True):
        ids = truncate(vocabulary.encode(text.split()), 40, "tail")
        assert row == pad(ids, 64, padding).tolist()


def test_training_batches_of_a_tiny_dataset():
    vocabulary = Vocabulary(["good"], [1])
    config = SequenceConfig(sequence_length=5)
    dataset = ReviewDataset.of_texts(["good"], np.array([1]), vocabulary, config)
    assert [len(batch) for batch in training_batches(dataset, 32, seed=0)] == [1]
