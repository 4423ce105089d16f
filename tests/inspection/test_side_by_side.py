"""Several models on the same words of one review."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ReviewError
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.side_by_side import SideBySide, side_by_side, state_change
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.registry import ARCHITECTURES

WORDS = ["good", "bad", "film", "not", "a"]
SEQUENCE = SequenceConfig(sequence_length=6)


def predictor_of(architecture, length=100):
    torch.manual_seed(0)
    config = NetworkConfig(architecture=architecture, embedding_dim=8, hidden_size=6, num_layers=2)
    vocabulary = Vocabulary(WORDS, [1] * len(WORDS))
    network = new_network(config, len(vocabulary))
    return Predictor(network, vocabulary, SequenceConfig(sequence_length=length), NEGATIVE_POSITIVE)


def test_all_models_get_the_same_words():
    # Each was trained with another length; here all cut alike.
    predictors = {name: predictor_of(name, 10 + n) for n, name in enumerate(ARCHITECTURES)}
    text = "a good film, a bad film, not good"
    read = side_by_side(predictors, text, SEQUENCE)
    assert read.names == list(ARCHITECTURES)
    assert len(read.words) == 6
    assert read.probabilities.shape == read.state_changes.shape == (len(ARCHITECTURES), 6)
    for name, row, prediction in zip(read.names, read.probabilities, read.predictions, strict=True):
        alone = predictors[name].predict([text], SEQUENCE)[0]
        assert prediction.probability == pytest.approx(alone.probability, abs=1e-6)
        assert row[-1] == pytest.approx(alone.probabilities[1], abs=1e-6)
    with pytest.raises(ReviewError):
        side_by_side(predictors, "?!", SEQUENCE)


@pytest.mark.parametrize("architecture", ["lstm", "bigru", "resnet"])
def test_the_state_change_is_the_distance_between_states(architecture):
    trace = predictor_of(architecture).trace("a good film not bad")
    moved = state_change(trace)
    assert moved.max() == pytest.approx(1)
    top = [layer for layer in trace.layers if layer.layer == 1]
    expected = []
    for word in range(5):
        squares = 0.0
        for layer in top:
            states = layer.values["h"]
            if layer.direction == "forward":
                before = states[word - 1] if word else 0 * states[0]
            elif layer.direction == "backward":
                before = states[word + 1] if word < 4 else 0 * states[0]
            else:
                before = states.mean(axis=0)
            squares += float(((states[word] - before) ** 2).sum())
        expected.append(squares**0.5)
    np.testing.assert_allclose(moved, np.array(expected) / max(expected), rtol=1e-5)


def test_the_finding_names_both_sides():
    predictor = predictor_of("gru")
    predictions = predictor.predict(["good film", "good film"])
    low, high = (
        replace(predictions[0], label=label, probabilities=probabilities)
        for label, probabilities in ((0, (0.9, 0.1)), (1, (0.1, 0.9)))
    )
    probabilities, labels = np.array([[0.6, 0.1], [0.7, 0.9]]), np.array([[1, 0], [1, 1]])
    names, shown = ["one", "two"], (1, probabilities, labels, probabilities)
    read = SideBySide(names, ["good", "film"], [low, high], *shown)
    assert read.finding == "Positive: two; Negative: one."
    assert read.disagreement.tolist() == [False, True]
    agreed = SideBySide(names, ["good"], [high, high], *shown)
    assert "2" in agreed.finding and "Positive" in agreed.finding
