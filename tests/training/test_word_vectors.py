"""Word vectors against the formula of PPMI, and words in the same contexts."""

import itertools

import numpy as np
import pytest

from sentiment.corpus.review import Split
from sentiment.dataset.prepare import prepare
from sentiment.encoding.settings import PrepareConfig
from sentiment.training import word_vectors as vectors_of
from sentiment.training.initialization import corpus_word_vectors
from sentiment.training.word_vectors import word_vectors

SIZE = 12


@pytest.fixture
def reviews():
    ids = np.random.default_rng(0).integers(1, SIZE, 400)
    return ids, np.array([0, 3, 3, 90, 250, 400])  # one is empty


def test_counts_and_ppmi_equal_their_formulas(reviews):
    ids, offsets = reviews
    counts = np.zeros((SIZE, SIZE))
    for start, end in itertools.pairwise(offsets):
        for here in range(start, end):
            for there in range(start, end):
                if 0 < abs(here - there) <= 5:
                    counts[ids[here], ids[there]] += (6 - abs(here - there)) / 5
    found = vectors_of._cooccurrences(ids, offsets, SIZE)
    np.testing.assert_allclose(found.toarray(), counts, rtol=1e-5)

    total = counts.sum()
    context = counts.sum(axis=0) ** 0.75
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.log(
            (counts / total) / np.outer(counts.sum(axis=1) / total, context / context.sum())
        )
    expected = np.where(counts > 0, np.maximum(information, 0), 0)
    np.testing.assert_allclose(vectors_of._ppmi(found).toarray(), expected, atol=1e-5)


def test_words_in_the_same_contexts_have_similar_vectors():
    # 1 and 2 occur between 5 and 6, 3 and 4 between 7 and 8.
    order = np.random.default_rng(1)
    pieces = [
        (5, order.choice([1, 2]), 6) if n % 2 else (7, order.choice([3, 4]), 8) for n in range(400)
    ]
    ids = np.concatenate(pieces)
    vectors = word_vectors(ids, np.arange(0, len(ids) + 1, 3), SIZE, 4)
    assert vectors.shape == (SIZE, 4) and vectors.dtype == np.float32

    def cosine(one, other):
        a, b = vectors[one], vectors[other]
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    assert cosine(1, 2) > 0.99 and cosine(3, 4) > 0.99
    assert abs(cosine(1, 3)) < 0.1
    assert not vectors[0].any() and not vectors[11].any()  # padding and a word that does not occur


def test_vectors_are_deterministic_and_zero_beyond_the_rank(reviews):
    ids, offsets = reviews
    np.testing.assert_array_equal(
        word_vectors(ids, offsets, SIZE, 6), word_vectors(ids, offsets, SIZE, 6)
    )
    wide = word_vectors(ids, offsets, SIZE, 40)
    assert np.isfinite(wide).all() and not wide[:, SIZE:].any()
    assert not word_vectors(np.array([3, 4]), np.array([0, 1, 2]), SIZE, 6).any()


def test_only_the_training_split_is_counted():
    corpus = prepare("sample", PrepareConfig())
    rows = corpus.rows(Split.TRAIN)
    ids, offsets = corpus.concatenated_ids(rows)
    assert [len(rows), len(ids)] == [len(offsets) - 1, corpus.lengths[rows].sum()]
    for number in (0, 7, len(rows) - 1):
        np.testing.assert_array_equal(
            ids[offsets[number] : offsets[number + 1]], corpus.token_ids(rows[number])
        )
    expected = word_vectors(ids, offsets, len(corpus.vocabulary), 8)
    np.testing.assert_array_equal(corpus_word_vectors(corpus, 8), expected)
