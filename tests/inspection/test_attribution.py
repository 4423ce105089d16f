"""Attributions against autograd, captum and separate forward passes; deletion curves."""

import numpy as np
import pytest
import torch

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.inspection.attribution import METHODS, Attribution, attribute, methods_for
from sentiment.inspection.faithfulness import (
    DRAWS,
    DeletionCurve,
    deletion_curve,
    random_deletion,
    removal_counts,
)
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.variants import WORDS_AT_ONCE, variant_scores
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.pooling import pool
from sentiment.networks.registry import ARCHITECTURES

NETWORKS = [name for name, entry in ARCHITECTURES.items() if entry.encoder]
WORDS = [f"w{n}" for n in range(20)]
TEXT = "w3 w1 w4 unheard w1 w5 w9 w2 w6 w5 w3 w5"


def predictor_of(architecture, pooling="max+mean"):
    torch.manual_seed(1)
    config = NetworkConfig(
        architecture=architecture, embedding_dim=8, hidden_size=6, num_layers=2, pooling=pooling
    )
    vocabulary = Vocabulary(WORDS, [1] * len(WORDS))
    network = new_network(config, len(vocabulary))
    if isinstance(network, BagOfWords):
        keys = np.array([len(vocabulary) * 5 + 3])
        network.set_weights(
            np.linspace(-1, 1, len(vocabulary))[None], keys, np.array([[0.5]]), np.array([0.1])
        )
    else:
        with torch.no_grad():  # far from the small values of a fresh network
            network.embedding.weight.mul_(10)
            network.head.weight.normal_()
    return Predictor(network, vocabulary, SequenceConfig(sequence_length=30), NEGATIVE_POSITIVE)


def logits_of(network, vectors):
    """The logits of word vectors (batch, time, embedding_dim), by definition."""
    lengths = torch.full((len(vectors),), vectors.shape[1])
    outputs = network.encoder(vectors, lengths)
    pooled = pool(outputs, lengths, network.config.pooling, network.encoder.hidden_size)
    return network.head(pooled).squeeze(1)


@pytest.mark.parametrize("pooling", ["last", "mean", "max+mean"])
@pytest.mark.parametrize("architecture", NETWORKS)
def test_gradient_times_input_equals_autograd(architecture, pooling):
    predictor = predictor_of(architecture, pooling)
    trace, network = predictor.trace(TEXT), predictor.network
    vectors = network.embedding(torch.from_numpy(trace.encoded.kept_ids).long()).detach()
    vectors.requires_grad_()
    logits_of(network, vectors[None]).backward()
    expected = (vectors.grad * vectors).sum(dim=1).detach().numpy()
    found = attribute(network, trace, "gradient × input")
    np.testing.assert_allclose(found.words, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("pooling", ["last", "mean", "max+mean"])
@pytest.mark.parametrize("architecture", NETWORKS)
def test_integrated_gradients_are_complete_and_equal_captum(architecture, pooling):
    from captum.attr import IntegratedGradients

    predictor = predictor_of(architecture, pooling)
    trace, network = predictor.trace(TEXT), predictor.network
    found = attribute(network, trace, "integrated gradients")
    vectors = network.embedding(torch.from_numpy(trace.encoded.kept_ids).long()).detach()
    with torch.no_grad():
        difference = logits_of(network, torch.stack([vectors, torch.zeros_like(vectors)]))
    assert found.words.sum() == pytest.approx(float(difference[0] - difference[1]), rel=0.01)
    theirs = IntegratedGradients(lambda batch: logits_of(network, batch)).attribute(
        vectors[None], n_steps=1_000, method="riemann_trapezoid", internal_batch_size=500
    )
    expected = theirs[0].sum(dim=1).detach().numpy()
    np.testing.assert_allclose(found.words, expected, atol=0.02 * np.abs(expected).max())


def test_integrated_gradients_refine_steps_at_an_abrupt_change():
    """Even steps would need thousands: the gradient is near zero almost everywhere."""
    predictor = predictor_of("lstm", "max+mean")
    network, trace = predictor.network, predictor.trace(TEXT)
    with torch.no_grad():
        network.embedding.weight.mul_(300.0)
    found = attribute(network, trace, "integrated gradients")
    ids = torch.from_numpy(trace.encoded.kept_ids).long()
    vectors = network.embedding(ids).detach()
    fine = torch.cat([torch.linspace(0, 0.05, 4_001), torch.linspace(0.05, 1, 4_001)[1:]]).double()
    nudged = (fine.float()[:, None, None] * vectors).requires_grad_()
    logits = logits_of(network, nudged)
    (gradient,) = torch.autograd.grad(logits.sum(), nudged)
    expected = torch.trapezoid((gradient * vectors).sum(dim=2).double(), fine, dim=0).numpy()
    assert logits[-1].item() - logits[0].item() == pytest.approx(expected.sum(), abs=0.01)
    np.testing.assert_allclose(found.words, expected, atol=0.03 * np.abs(expected).max())
    steps = int(found.note.rsplit(" steps", 1)[0].rsplit(" ", 1)[1].replace(",", ""))
    assert steps < 512


@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
def test_leave_one_out_equals_a_prediction_without_the_word(architecture):
    predictor = predictor_of(architecture)
    words = TEXT.split()
    found = attribute(predictor.network, predictor.trace(TEXT), "leave one out")

    def logit(text):
        probability = predictor.predict([text])[0].probabilities[1]
        return np.log(probability / (1 - probability))

    for place, change in enumerate(found.words):
        without = " ".join(words[:place] + words[place + 1 :])
        assert change == pytest.approx(logit(TEXT) - logit(without), abs=1e-4)
    alone = attribute(predictor.network, predictor.trace("w3"), "leave one out")
    assert alone.words == pytest.approx([logit("w3") - logit("unheard")], abs=1e-4)


@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
def test_every_method_gives_one_value_per_word(architecture):
    predictor = predictor_of(architecture)
    methods = methods_for(predictor.network)
    assert "leave one out" in methods
    assert ("gradient × input" in methods) == (architecture != "bow")
    assert ("ledger" in methods) == (architecture not in ("rnn", "resnet"))
    for text in (TEXT, "w3"):
        trace = predictor.trace(text)
        for method in methods:
            reports = []
            found = attribute(
                predictor.network,
                trace,
                method,
                lambda *report, reports=reports: reports.append(report),
            )
            assert found.method == method and METHODS[method].description
            assert found.words.shape == trace.curve.shape
            assert np.isfinite(found.words).all()
            assert all(done <= total for _, done, total in reports)


def test_the_ledger_of_a_bag_of_words_sums_to_the_logit():
    predictor = predictor_of("bow")
    trace = predictor.trace("w1 w4 w9 w3")  # no word twice, no pair: leaving out is exact too
    books = attribute(predictor.network, trace, "ledger")
    without = attribute(predictor.network, trace, "leave one out")
    np.testing.assert_allclose(books.words, without.words, atol=1e-5)


@pytest.mark.parametrize("architecture", ["lstm", "bigru", "resnet", "bow"])
def test_the_deletion_curve_starts_at_the_prediction_and_removes_the_top_words(architecture):
    predictor = predictor_of(architecture)
    trace, words = predictor.trace(TEXT), TEXT.split()
    attribution = attribute(predictor.network, trace, "leave one out")
    curve = deletion_curve(predictor.network, trace, attribution)
    assert curve.removed[0] == 0
    assert curve.probabilities[0] == pytest.approx(trace.prediction.probability, abs=1e-6)
    positive = trace.prediction.name == "Positive"
    order = sorted(
        range(len(words)), key=lambda place: (-1 if positive else 1) * attribution.words[place]
    )
    for count, probability in zip(curve.removed, curve.probabilities, strict=True):
        kept = [word for place, word in enumerate(words) if place not in order[:count]]
        alone = predictor.predict([" ".join(kept)])[0].probabilities[1]
        assert probability == pytest.approx(alone if positive else 1 - alone, abs=1e-5)
    chance = random_deletion(predictor.network, trace)
    assert chance.probabilities.shape == (DRAWS, len(curve.removed))
    np.testing.assert_allclose(chance.probabilities[:, 0], curve.probabilities[0], atol=1e-6)
    again = random_deletion(predictor.network, trace)
    np.testing.assert_array_equal(again.probabilities, chance.probabilities)


def test_removal_counts():
    assert removal_counts(1).tolist() == [0]
    assert removal_counts(3).tolist() == [0, 1, 2]
    assert removal_counts(12).tolist() == list(range(11))
    many = removal_counts(400)
    assert many[0] == 0 and many[-1] == 200 and len(many) == 21 and np.all(np.diff(many) > 0)


def test_comprehensiveness_is_the_mean_fall():
    curve = DeletionCurve(np.array([0, 1, 2]), np.array([0.9, 0.5, 0.1]))
    assert curve.comprehensiveness == pytest.approx(0.6)
    draws = DeletionCurve(np.array([0, 1]), np.array([[0.9, 0.5], [0.9, 0.7]]))
    assert draws.comprehensiveness == pytest.approx(0.3)
    assert DeletionCurve(np.array([0]), np.array([0.9])).comprehensiveness == 0


def test_words_are_ranked_toward_a_label():
    found = Attribution("ledger", np.array([0.5, -2.0, 1.0]))
    assert found.ranked(toward=True).tolist() == [2, 0, 1]
    assert found.ranked(toward=False).tolist() == [1, 0, 2]


def test_variants_do_not_depend_on_their_batch():
    network = predictor_of("bilstm").network
    order = np.random.default_rng(0)
    variants = [order.integers(1, 20, length) for length in (3, 900, 1, 40, 900, 3, 7, 900, 2_500)]
    assert sum(map(len, variants)) > WORDS_AT_ONCE
    together = variant_scores(network, variants, 1)
    for variant, logit in zip(variants, together, strict=True):
        with torch.no_grad():
            ids = torch.from_numpy(variant)[None]
            assert logit == pytest.approx(float(network(ids, torch.tensor([len(variant)]))), 1e-4)
