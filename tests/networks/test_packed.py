"""Packed inference against the padded network and the trace."""

import numpy as np
import pytest
import torch

from sentiment.dataset.batches import ReviewDataset
from sentiment.encoding.padding import stack_padded
from sentiment.encoding.settings import SequenceConfig
from sentiment.networks import inference
from sentiment.networks.build import new_network
from sentiment.networks.class_output import class_output
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.inference import outputs_of_reviews
from sentiment.networks.packed import can_pack, packed_outputs, packed_states

THREE = class_output(3)
LENGTHS = [3, 400, 1, 31, 1, 250, 90, 2, 31, 251]


def network_of(**settings) -> SentimentClassifier:
    torch.manual_seed(0)
    sizes = {"embedding_dim": 6, "hidden_size": 7}
    network = new_network(NetworkConfig(**{**sizes, **settings}), 50, THREE).eval()
    assert isinstance(network, SentimentClassifier)
    with torch.no_grad():
        for weight in network.parameters():
            weight.mul_(3)  # gates that saturate too
    return network


def reviews_of(lengths: list[int]) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.integers(1, 50, length).astype(np.int32) for length in lengths]


@pytest.mark.parametrize("pooling", ["last", "mean", "max", "max+mean"])
@pytest.mark.parametrize("architecture", ["lstm", "bilstm"])
def test_outputs_are_those_of_each_review_alone(architecture, pooling):
    network, reviews = network_of(architecture=architecture, pooling=pooling), reviews_of(LENGTHS)
    found = packed_outputs(network, reviews)
    with torch.inference_mode():
        for review, outputs in zip(reviews, found, strict=True):
            ids = torch.from_numpy(review).long()
            alone = network(ids[None], torch.tensor([len(review)]))[0]
            torch.testing.assert_close(outputs, alone, rtol=0, atol=1e-5)
            traced = network.trace(ids)[0][-1]
            torch.testing.assert_close(outputs, traced, rtol=0, atol=1e-5)


def test_a_dataset_has_the_outputs_of_its_reviews():
    network, reviews = network_of(architecture="bilstm"), reviews_of(LENGTHS)
    offsets = np.cumsum([0, *LENGTHS])
    dataset = ReviewDataset(
        np.concatenate(reviews),
        offsets,
        np.zeros(len(reviews), np.int8),
        np.arange(len(reviews)),
        SequenceConfig(sequence_length=400),
    )
    ids = stack_padded(reviews, 400, "after")
    with torch.inference_mode():
        padded = network(torch.from_numpy(ids).long(), torch.tensor(LENGTHS))
    found = inference.outputs_of(network, dataset)
    torch.testing.assert_close(found, padded, rtol=0, atol=1e-5)


@pytest.mark.parametrize("architecture", ["lstm", "bilstm"])
def test_states_are_those_of_the_trace(architecture):
    network = network_of(architecture=architecture)
    reviews = reviews_of(sorted(LENGTHS, reverse=True))
    found = packed_states(network, reviews)
    for number, review in enumerate(reviews):
        _, layers = network.encoder.trace(network.embedding(torch.from_numpy(review).long()))
        for layer, (direction, states, forget_gates) in zip(layers, found, strict=True):
            assert direction == layer.direction
            step = -1 if direction == "backward" else 1
            for values, symbol, after in ((states, "h", 0), (forget_gates, "f", 1)):
                traced = torch.from_numpy(layer.values[symbol][::step].copy())
                own = values[number, : len(review)]
                torch.testing.assert_close(own, traced, rtol=0, atol=1e-5)
                assert (values[number, len(review) :] == after).all()


def test_networks_that_are_not_packed_are_padded():
    for settings in ({"architecture": "gru"}, {"num_layers": 2}, {"architecture": "resnet"}):
        assert not can_pack(network_of(**settings))
    assert not can_pack(network_of().double())
    assert not can_pack(new_network(NetworkConfig(architecture="bow"), 50))


@pytest.mark.parametrize("settings", [{}, {"architecture": "gru"}, {"num_layers": 2}])
@pytest.mark.parametrize("count", [0, 1, 7, 40])
def test_any_number_of_reviews_is_in_order(settings, count, monkeypatch):
    monkeypatch.setattr(inference, "PACKED_AT_ONCE", 16)
    monkeypatch.setattr(inference, "REVIEWS_AT_ONCE", 8)
    network, reviews = network_of(**settings), reviews_of((LENGTHS * 4)[:count])
    found = outputs_of_reviews(network, reviews)
    assert found.shape == (count, 3)
    for review, outputs in zip(reviews, found, strict=True):
        (alone,) = outputs_of_reviews(network, [review])
        torch.testing.assert_close(outputs, alone, rtol=0, atol=1e-5)
