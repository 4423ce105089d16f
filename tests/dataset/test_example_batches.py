"""An example batch equals the batch that training uses."""

import numpy as np
import pytest
import torch

from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset, training_batches
from sentiment.dataset.example_batches import TrainingReviews, example_batch
from sentiment.dataset.prepare import encode_corpus, prepare
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.prepared_statistics import statistics_of
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.encoding.vocabulary import FIRST_WORD
from tests.corpora import small_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    encode_corpus(small_corpus(400), PrepareConfig(), folder)
    return PreparedCorpus.open(folder)


@pytest.mark.parametrize("padding", ["before", "after"])
@pytest.mark.parametrize("truncation", ["head", "tail", "both"])
def test_an_example_batch_equals_a_training_batch(corpus, padding, truncation):
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


def test_the_table_decodes_the_ids(corpus):
    rows = corpus.rows(Split.TRAIN)
    shown = example_batch(
        corpus.lengths[rows],
        corpus.labels[rows],
        SequenceConfig(),
        batch_size=4,
        bucketed=False,
        token_ids=lambda item: corpus.token_ids(rows[item]),
    )
    for number, line in enumerate(shown.table(corpus.classes, corpus.vocabulary)):
        ids = [int(index) for index in line["first ids"].split()]
        assert ids == shown.ids[number, : len(ids)].tolist()
        assert line["first tokens"].split() == corpus.vocabulary.decode(ids)
        assert line["words kept"] + line["padding"] == shown.width
    assert "first ids" not in shown.table(corpus.classes)[0]


def test_batch_numbers_wrap_around():
    one = example_batch(
        np.array([5]), np.array([1]), SequenceConfig(), batch_size=32, bucketed=True, number=99
    )
    assert (len(one.items), one.width, one.padding) == (1, 32, 27)


def test_reviews_from_statistics_and_from_the_corpus_have_the_same_lengths(tmp_path, monkeypatch):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    corpus = prepare("sample")
    statistics = statistics_of(corpus)
    known = TrainingReviews.from_statistics(statistics, 10, 40)
    read = TrainingReviews.from_corpus(corpus, 10, 40, max_words=5)
    assert sorted(zip(known.words, known.labels, strict=True)) == sorted(
        zip(read.words, read.labels, strict=True)
    )
    assert known.token_ids is None
    assert read.words.min() >= 10 and read.words.max() <= 40
    ids = read.token_ids(0)
    assert len(ids) == read.words[0] and ids.max() < 5 + FIRST_WORD


def test_a_sample_keeps_words_labels_and_ids_together():
    reviews = TrainingReviews(np.arange(50), np.arange(50) % 2, lambda n: np.full(n, n))
    assert reviews.sample(50) is reviews
    sample = reviews.sample(20)
    assert 0 < len(sample) <= 20
    assert (sample.labels == sample.words % 2).all()
    assert [len(sample.token_ids(n)) for n in range(len(sample))] == sample.words.tolist()
