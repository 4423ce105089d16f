"""Every architecture against a NumPy reference, with padding, and on reviews to learn."""

import itertools

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from sentiment.networks.build import new_network
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.indrnn import BOUND, IndRNNEncoder, scan
from sentiment.networks.matching import encoder_parameters, match_parameters
from sentiment.networks.registry import ARCHITECTURES
from sentiment.networks.resnet import ResNetEncoder
from tests.networks.references import reference_outputs

NETWORKS = [name for name, entry in ARCHITECTURES.items() if entry.encoder]
RECURRENT = [name for name in NETWORKS if name != "resnet"]
POOLINGS = ["last", "mean", "max", "max+mean"]


def network_of(architecture, pooling="max+mean", layers=2, size=10) -> SentimentClassifier:
    torch.manual_seed(0)
    config = NetworkConfig(
        architecture=architecture,
        embedding_dim=12,
        hidden_size=size,
        num_layers=layers,
        pooling=pooling,
    )
    network = new_network(config, vocabulary_size=50)
    assert isinstance(network, SentimentClassifier)
    with torch.no_grad():  # large values as after training, which reveal mistakes
        network.embedding.weight[1:].normal_()
    return network.eval()


def batch_of(lengths, width, side="after"):
    """Rows of random word ids with padding on one side."""
    random = np.random.default_rng(1)
    rows = np.zeros((len(lengths), width), np.int64)
    for row, length in zip(rows, lengths, strict=True):
        words = random.integers(1, 50, length)
        if side == "after":
            row[:length] = words
        else:
            row[width - length :] = words
    return torch.from_numpy(rows), torch.tensor(lengths)


@pytest.mark.parametrize("architecture", NETWORKS)
def test_a_padded_batch_equals_the_reference_review_by_review(architecture):
    """Unequal lengths in one batch; a backward layer starts at the last word of each review."""
    network = network_of(architecture)
    lengths = [13, 1, 7, 2]
    ids, lengths_tensor = batch_of(lengths, width=16)
    with torch.no_grad():
        x = network.embedding(ids)
        outputs = network.encoder(x, lengths_tensor)
        for row, length in enumerate(lengths):
            expected, _ = reference_outputs(network, x[row, :length].double().numpy())
            np.testing.assert_allclose(outputs[row, :length], expected, atol=1e-5)


@pytest.mark.parametrize("architecture", NETWORKS)
def test_traces_equal_the_reference_for_every_layer_and_direction(architecture):
    network = network_of(architecture)
    ids, _ = batch_of([30], width=30)
    with torch.no_grad():
        x = network.embedding(ids[0])
        outputs, traces = network.encoder.trace(x)
    expected_outputs, expected = reference_outputs(network, x.double().numpy())
    np.testing.assert_allclose(outputs, expected_outputs, atol=1e-5)
    assert [(trace.layer, trace.direction) for trace in traces] == list(expected)
    symbols = {quantity.symbol for quantity in network.quantities}
    for trace in traces:
        reference = expected[trace.layer, trace.direction]
        assert set(trace.values) == set(reference) == symbols
        for symbol, values in reference.items():
            np.testing.assert_allclose(trace.values[symbol], values, atol=1e-5, err_msg=symbol)


@pytest.mark.parametrize("architecture", NETWORKS)
def test_unrolling_step_by_step_gives_the_same_outputs(architecture):
    network = network_of(architecture)
    ids, length = batch_of([20], width=20)
    x = network.embedding(ids[0])
    outputs, states = network.encoder.unroll(x)
    torch.testing.assert_close(outputs, network.encoder(x[None], length)[0], atol=1e-5, rtol=0)
    assert all(len(steps) == 20 for steps in states.values()) and "h" in states


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_padding_changes_nothing(architecture, pooling):
    """The logit of a review does not depend on the amount and side of its padding."""
    network = bag_of_words() if architecture == "bow" else network_of(architecture, pooling)
    lengths = [9, 1, 5, 12]
    with torch.no_grad():
        alone = [
            network(row[None, :length], torch.tensor([length]))
            for row, length in zip(batch_of(lengths, 12)[0], lengths, strict=True)
        ]
        for width in (12, 20, 64):
            for side in ("after", "before"):
                logits = network(*batch_of(lengths, width, side))
                torch.testing.assert_close(logits, torch.cat(alone), atol=1e-5, rtol=0)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_probability_after_each_word_is_that_of_the_shorter_review(architecture, pooling):
    network = bag_of_words() if architecture == "bow" else network_of(architecture, pooling)
    ids = batch_of([40], 40)[0][0]
    logits, contributions, _ = network.trace(ids)
    with torch.no_grad():
        for end in range(1, 41):
            alone = network(ids[None, :end], torch.tensor([end]))[0]
            assert float(logits[end - 1]) == pytest.approx(float(alone), abs=1e-5)
        bias = network.bias if architecture == "bow" else network.head.bias
        total = float(contributions.sum() + bias)
    assert total == pytest.approx(float(logits[-1]), abs=1e-5)


@pytest.mark.parametrize("architecture", NETWORKS)
def test_it_overfits_32_reviews(architecture):
    """Without regularization every architecture memorizes 32 random reviews."""
    torch.manual_seed(1)
    config = NetworkConfig(
        architecture=architecture,
        embedding_dim=16,
        hidden_size=24,
        num_layers=2,
        dropout=0.0,
        embedding_dropout=0.0,
        word_dropout=0.0,
    )
    network = new_network(config, vocabulary_size=50).train()
    ids, lengths = batch_of([20 + number % 13 for number in range(32)], 32)
    labels = torch.tensor([number % 2 for number in range(32)]).float()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(60):
        loss = binary_cross_entropy_with_logits(network.score(ids, lengths, 1), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network.eval()
    with torch.no_grad():
        logits = network.score(ids, lengths, 1)
    assert ((logits > 0) == (labels > 0.5)).all()
    assert float(binary_cross_entropy_with_logits(logits, labels)) < 0.1


def test_every_gradient_of_the_fast_indrnn_is_that_of_a_naive_loop():
    torch.manual_seed(0)
    inputs = torch.randn(40, 3, 7, dtype=torch.double, requires_grad=True)
    recurrent = torch.rand(7, dtype=torch.double).mul(1.9).sub(0.9).requires_grad_()
    direction = torch.randn(40, 3, 7, dtype=torch.double)

    def naive():
        state, states = torch.zeros(3, 7, dtype=torch.double), []
        for step in inputs:
            state = torch.relu(step + recurrent * state)
            states.append(state)
        return torch.stack(states)

    expected, fast = naive(), scan(inputs, recurrent)
    torch.testing.assert_close(fast, expected)
    gradients = [
        torch.autograd.grad((result * direction).sum(), (inputs, recurrent))
        for result in (expected, fast)
    ]
    torch.testing.assert_close(gradients[1], gradients[0])
    assert torch.autograd.gradcheck(scan, (inputs[:6], recurrent))


def test_indrnn_weights_stay_within_the_bounds_of_the_paper():
    network = network_of("indrnn").train()
    encoder = network.encoder
    assert isinstance(encoder, IndRNNEncoder)
    weights = [module.recurrent for layer in encoder.layers for module in layer]
    assert all(weight.abs().max() <= BOUND for weight in weights)
    with torch.no_grad():
        weights[0].fill_(3.0)
        weights[1].fill_(-3.0)
    network(*batch_of([5, 9], 9)).sum().backward()
    assert weights[0].tolist() == pytest.approx([BOUND] * 10)
    assert weights[1].tolist() == pytest.approx([-BOUND] * 10)
    # Over 1,000 words a state grows by at most the paper's factor of 2.
    assert 1.9 < BOUND**1000 < 2.1


def test_an_indrnn_trace_has_the_recurrent_weight_of_every_unit():
    network = network_of("indrnn")
    _, _, traces = network.trace(torch.arange(1, 20))
    for number, trace in enumerate(traces):
        weights = network.encoder.layers[number][0].recurrent
        np.testing.assert_array_equal(trace.unit_weights["u"], weights.detach())


def test_a_resnet_output_depends_exactly_on_its_receptive_field():
    network = network_of("resnet", layers=3)
    encoder = network.encoder
    assert isinstance(encoder, ResNetEncoder)
    assert encoder.receptive_field == 29
    x = torch.randn(1, 61, 12, requires_grad=True)
    outputs = encoder(x, torch.tensor([61]))
    outputs[0, 30].abs().sum().backward()
    affected = x.grad[0].abs().sum(dim=1).nonzero().flatten()
    assert (int(affected.min()), int(affected.max())) == (30 - 14, 30 + 14)


@pytest.mark.parametrize("architecture", NETWORKS)
def test_matched_encoders_have_about_as_many_parameters(architecture):
    target = encoder_parameters(NetworkConfig())
    config = match_parameters(NetworkConfig(architecture=architecture, num_layers=2), target)
    counted = sum(p.numel() for p in new_network(config, 10).encoder.parameters())
    assert encoder_parameters(config) == counted
    assert counted == pytest.approx(target, rel=0.02)


def bag_of_words():
    random = np.random.default_rng(0)
    network = new_network(NetworkConfig(architecture="bow"), 50)
    keys = np.sort(random.choice(50 * 50, 900, replace=False))
    network.set_weights(
        random.normal(size=(1, 50)), keys, random.normal(size=(1, 900)), np.array([0.3])
    )
    return network.eval()


def test_a_bag_of_words_adds_each_word_and_pair_once():
    network = bag_of_words()
    pairs = dict(zip(network.pair_keys.tolist(), network.pair_weights[0].tolist(), strict=True))
    ids, lengths = batch_of([30, 4], 30)
    for row, length, logit in zip(ids, lengths, network(ids, lengths), strict=True):
        words = row[:length].tolist()
        expected = 0.3 + sum(float(network.word_weights[0, word]) for word in set(words) - {1})
        for first, second in set(itertools.pairwise(words)):
            if 1 not in (first, second):
                expected += pairs.get(first * 50 + second, 0.0)
        assert float(logit) == pytest.approx(expected, abs=1e-5)
