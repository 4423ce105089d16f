"""Edits, nearest neighbors, the search for flips, and alignment."""

import itertools

import numpy as np
import pytest
import torch

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.inspection import flips
from sentiment.inspection.alignment import GAP, align
from sentiment.inspection.edits import (
    Edit,
    apply_edits,
    neighbors,
    outputs_after_edits,
    single_edits,
)
from sentiment.inspection.flips import smallest_flip
from sentiment.inspection.predictor import Predictor
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.registry import ARCHITECTURES

WORDS = [*(f"w{n}" for n in range(18)), "not", "dull"]
TEXT = "w3 w1 w4 unheard w1 w5 w9 w2"


def predictor_of(architecture, length=30, seed=1):
    torch.manual_seed(seed)
    config = NetworkConfig(architecture=architecture, embedding_dim=8, hidden_size=6, num_layers=2)
    vocabulary = Vocabulary(WORDS, [1] * len(WORDS))
    network = new_network(config, len(vocabulary))
    if isinstance(network, BagOfWords):
        weights = np.linspace(-1, 1, len(vocabulary))
        network.set_weights(
            weights[None], np.array([22 * 5 + 3]), np.array([[0.5]]), np.array([0.1])
        )
    else:
        with torch.no_grad():  # far from the small values of a fresh network
            network.embedding.weight.mul_(10)
            network.head.weight.normal_()
    return Predictor(network, vocabulary, SequenceConfig(sequence_length=length), NEGATIVE_POSITIVE)


def test_edits_and_their_titles():
    words = ["a", "dull", "film", "a", "bore"]
    several = [
        Edit("swap", 1, "dull", "fine"),
        Edit("delete", 3, "a"),
        Edit("negate", 4, "bore"),
    ]
    for order in itertools.permutations(several):
        assert apply_edits(words, order) == ["a", "fine", "film", "not", "bore"]
    assert words == ["a", "dull", "film", "a", "bore"]
    assert [edit.title for edit in several] == [
        "swap “dull” for “fine”",
        "delete “a”",
        "put “not” before “bore”",
    ]
    assert [edit.kind for edit in single_edits(["one"], 0, [])] == ["negate"]  # one must be left


@pytest.mark.parametrize("architecture", ["lstm", "bigru", "resnet", "rnn"])
def test_neighbors_equal_a_brute_force_search(architecture):
    predictor = predictor_of(architecture)
    vectors = predictor.network.embedding.weight.detach().double().numpy()
    words = ["w3", "dull", "unheard", "w3"]
    found = neighbors(predictor.network, predictor.vocabulary, words, 5)
    assert found[2] == [] and found[0] == found[3]
    for word, near in zip(words[:2], found, strict=False):
        own = vectors[predictor.vocabulary.index(word)]
        cosines = {
            other: vectors[predictor.vocabulary.index(other)]
            @ own
            / np.linalg.norm(own)
            / np.linalg.norm(vectors[predictor.vocabulary.index(other)])
            for other in WORDS
            if other != word
        }
        expected = sorted(cosines, key=lambda other: -cosines[other])[:5]
        assert [neighbor.word for neighbor in near] == expected
        for neighbor in near:
            assert neighbor.similarity == pytest.approx(cosines[neighbor.word], abs=1e-5)


def test_a_bag_of_words_has_no_neighbors_and_a_small_vocabulary_few():
    predictor = predictor_of("bow")
    assert neighbors(predictor.network, predictor.vocabulary, ["w3"], 5) == [[]]
    lstm = predictor_of("lstm")
    (near,) = neighbors(lstm.network, lstm.vocabulary, ["w3"], 1_000)
    assert len(near) == len(WORDS) - 1


@pytest.mark.parametrize("length", [30, 5])  # 5: longer than the row, words are cut
@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
def test_the_logit_after_an_edit_equals_that_of_the_edited_text(architecture, length):
    predictor, words = predictor_of(architecture, length), TEXT.split()
    several = [
        [],
        [Edit("delete", 0, "w3")],
        [Edit("negate", 7, "w2"), Edit("swap", 1, "w1", "dull")],
    ]
    outputs = outputs_after_edits(predictor, words, several, predictor.sequence)
    logits = predictor.network.output.score(outputs, 1).tolist()
    for edits, logit in zip(several, logits, strict=True):
        typed = predictor.predict([" ".join(apply_edits(words, edits))])[0].probabilities[1]
        assert 1 / (1 + np.exp(-logit)) == pytest.approx(typed, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
def test_a_flip_is_minimal(architecture, seed):
    predictor = predictor_of(architecture, seed=seed)
    trace = predictor.trace(TEXT)
    search = smallest_flip(predictor, trace)
    words = TEXT.split()
    near = neighbors(predictor.network, predictor.vocabulary, words, flips.SWAPS)
    singles = [edit for place in range(8) for edit in single_edits(words, place, near[place])]

    def label(edits):
        return predictor.predict([" ".join(apply_edits(words, edits))])[0].label

    assert search.exhaustive_up_to >= 1  # eight words are few
    if search.found:
        assert label(search.found.edits) != trace.prediction.label
        after = predictor.predict([" ".join(apply_edits(words, search.found.edits))])[0]
        assert after.probabilities[1] == pytest.approx(search.found.probability, abs=1e-6)
    if search.found is None or len(search.found.edits) > 1:
        assert all(label([edit]) == trace.prediction.label for edit in singles)


def test_without_a_flip_the_closest_edits_are_reported(monkeypatch):
    predictor = predictor_of("lstm")
    with torch.no_grad():
        predictor.network.head.bias.fill_(100)
    trace = predictor.trace("w3 w1 w4")
    search = smallest_flip(predictor, trace, ["delete", "negate"])
    assert search.found is None
    assert 0.5 < search.closest.probability <= 1
    assert search.exhaustive_up_to == 3  # there are no four words to edit
    monkeypatch.setattr(flips, "VARIANTS_BUDGET", 7)
    short = smallest_flip(predictor, trace, ["delete", "negate"])
    assert short.variants <= 7 and short.exhaustive_up_to == 0
    assert smallest_flip(predictor, predictor.trace("w3"), ["delete"]).closest is None


def test_the_budget_is_respected_and_the_largest_attributions_come_first(monkeypatch):
    predictor = predictor_of("bilstm")
    trace = predictor.trace(" ".join(WORDS))
    reports = []
    monkeypatch.setattr(flips, "VARIANTS_BUDGET", 60)
    search = smallest_flip(
        predictor, trace, ["delete"], lambda stage, done, total: reports.append((done, total))
    )
    assert 0 < search.variants <= 60
    assert reports and all(done <= total for done, total in reports)


def test_shared_words_are_aligned_and_others_leave_gaps():
    left = ["the", "film", "was", "not", "good", "at", "all"]
    right = ["the", "film", "really", "was", "bad", "at", "all", "times"]
    aligned = align(left, right)
    for here, there, label in zip(aligned.left, aligned.right, aligned.labels, strict=True):
        if here != GAP and there != GAP and left[here] == right[there]:
            assert label == left[here]
    assert [place for place in aligned.left if place != GAP] == list(range(len(left)))
    assert [place for place in aligned.right if place != GAP] == list(range(len(right)))
    assert "+really" in aligned.labels and "not→bad" in aligned.labels
    assert "−good" in aligned.labels and "+times" in aligned.labels
    assert aligned.shared == pytest.approx(5 / 9)
    values = np.arange(len(left), dtype=float)[:, None] * [1, 10]
    spread = aligned.on_left(values)
    assert spread.shape == (9, 2)
    assert np.isnan(spread[aligned.labels.index("+really")]).all()
    assert spread[aligned.labels.index("all")].tolist() == [6, 60]


def test_equal_texts_align_fully_and_disjoint_texts_do_not():
    words = ["the", "film"] * 200  # more than difflib takes for junk
    same = align(words, words)
    assert same.labels == words and same.shared == 1
    other = align(["a", "b"], ["c"])
    assert other.labels == ["a→c", "−b"] and other.shared == 0
