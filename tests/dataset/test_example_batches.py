"""The batch that is shown is the batch that training reads."""

import numpy as np
import pytest
import torch

from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset, training_batches
from sentiment.dataset.example_batches import example_batch
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from tests.corpora import small_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    encode_corpus(small_corpus(400), PrepareConfig(), folder)
    return PreparedCorpus.open(folder)


@pytest.mark.parametrize("padding", ["before", "after"])
@pytest.mark.parametrize("truncation", ["head", "tail", "both"])
def test_it_is_the_batch_of_training(corpus, padding, truncation):
    config = SequenceConfig(sequence_length=12, padding=padding, truncation=truncation)
    dataset = ReviewDataset.of(corpus, Split.TRAIN, config)
    batches = list(training_batches(dataset, 16, seed=4))
    rows = corpus.rows(Split.TRAIN)
    for number in (0, 1, len(batches) - 1):
        shown = example_batch(
            corpus.lengths[rows],
            corpus.labels[rows],
            config,
            batch_size=16,
            bucketed=True,
            number=number,
            token_ids=lambda item: corpus.token_ids(rows[item]),
            seed=4,
        )
        read = batches[number]
        assert torch.equal(torch.from_numpy(shown.ids).long(), read.ids)
        assert shown.lengths.tolist() == read.lengths.tolist()
        assert shown.labels.tolist() == read.labels.tolist()
        assert shown.padding == int((read.ids == 0).sum())
        np.testing.assert_array_equal(shown.filled, read.ids.numpy() != 0)


def test_its_table_has_words_for_the_ids(corpus):
    rows = corpus.rows(Split.TRAIN)
    shown = example_batch(
        corpus.lengths[rows],
        corpus.labels[rows],
        SequenceConfig(),
        batch_size=4,
        bucketed=False,
        token_ids=lambda item: corpus.token_ids(rows[item]),
    )
    for number, line in enumerate(shown.table(corpus.vocabulary)):
        ids = [int(index) for index in line["first ids"].split()]
        assert ids == shown.ids[number, : len(ids)].tolist()
        assert line["which stand for"].split() == corpus.vocabulary.decode(ids)
        assert line["read"] + line["padding"] == shown.width
    assert "first ids" not in shown.table()[0]


def test_there_is_always_a_batch():
    one = example_batch(
        np.array([5]), np.array([1]), SequenceConfig(), batch_size=32, bucketed=True, number=99
    )
    assert (len(one.items), one.width, one.padding) == (1, 32, 27)
