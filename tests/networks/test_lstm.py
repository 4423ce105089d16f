"""The LSTM against the textbook cell, and against padding."""

import numpy as np
import pytest
import torch

from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.lstm import LSTMEncoder, gates_at_once
from sentiment.networks.minimal_lstm import lstm_steps
from sentiment.networks.padded import reverse_words, words_first

POOLINGS = ["last", "mean", "max", "max+mean"]
ARCHITECTURES = ["lstm", "bilstm"]


def network_of(architecture="lstm", pooling="max+mean", layers=2) -> SentimentClassifier:
    torch.manual_seed(0)
    config = NetworkConfig(
        architecture=architecture,
        embedding_dim=12,
        hidden_size=10,
        num_layers=layers,
        pooling=pooling,
    )
    return SentimentClassifier(config, vocabulary_size=50).eval()


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


def textbook_outputs(encoder: LSTMEncoder, x: torch.Tensor) -> torch.Tensor:
    """One review through all layers and directions, cell by cell."""
    for layer in encoder.layers:
        parts = [lstm_steps(x, layer[0])["h"]]
        if len(layer) == 2:
            parts.append(lstm_steps(x.flip(0), layer[1])["h"].flip(0))
        x = torch.cat(parts, dim=1)
    return x


def test_the_textbook_cell_is_torchs():
    torch.manual_seed(0)
    lstm, x = torch.nn.LSTM(6, 5, batch_first=True), torch.randn(9, 6)
    with torch.no_grad():
        expected, (_, cell) = lstm(x[None])
        values = lstm_steps(x, lstm)
    torch.testing.assert_close(values["h"], expected[0], atol=1e-6, rtol=0)
    torch.testing.assert_close(values["c"][-1], cell[0, 0], atol=1e-6, rtol=0)


def test_all_gates_at_once_equal_the_textbook_cell():
    torch.manual_seed(0)
    lstm, x = torch.nn.LSTM(32, 64, batch_first=True), torch.randn(250, 32)
    with torch.no_grad():
        at_once, stepwise = gates_at_once(x, lstm), lstm_steps(x, lstm)
    assert at_once.keys() == stepwise.keys() == {"i", "f", "g", "o", "c", "h"}
    for symbol, value in stepwise.items():
        torch.testing.assert_close(at_once[symbol], value, atol=1e-5, rtol=0)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_padded_batch_equals_the_textbook_review_by_review(architecture):
    """Both directions, unequal lengths: a backward layer starts at each review's own last word."""
    network = network_of(architecture)
    lengths = [13, 1, 7, 2]
    ids, lengths_tensor = batch_of(lengths, width=16)
    with torch.no_grad():
        x = network.embedding(ids)
        outputs = network.encoder(x, lengths_tensor)
        for row, length in enumerate(lengths):
            expected = textbook_outputs(network.encoder, x[row, :length])
            torch.testing.assert_close(outputs[row, :length], expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_traces_equal_the_textbook_for_every_layer_and_direction(architecture):
    network = network_of(architecture)
    ids, _ = batch_of([11], width=11)
    with torch.no_grad():
        x = network.embedding(ids[0])
        _, traces = network.encoder.trace(x)
        assert [(t.layer, t.direction) for t in traces] == [
            (layer, direction) for layer in (0, 1) for direction in network.encoder.directions
        ]
        for layer in range(2):
            outputs = []
            for number, direction in enumerate(network.encoder.directions):
                flip = direction == "backward"
                lstm = network.encoder.layers[layer][number]
                expected = lstm_steps(x.flip(0) if flip else x, lstm)
                got = next(t for t in traces if (t.layer, t.direction) == (layer, direction))
                for symbol, value in expected.items():
                    aligned = value.flip(0) if flip else value
                    np.testing.assert_allclose(got.values[symbol], aligned, atol=1e-5)
                outputs.append(torch.from_numpy(got.values["h"]))
            x = torch.cat(outputs, dim=1)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_padding_changes_nothing(architecture, pooling):
    """Any amount, either side: the logit of a review is the one it has alone, unpadded."""
    network = network_of(architecture, pooling)
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
    network = network_of(architecture, pooling)
    ids = batch_of([40], 40)[0][0]
    logits, pushes, _ = network.trace(ids)
    with torch.no_grad():
        for end in range(1, 41):
            alone = network(ids[None, :end], torch.tensor([end]))[0]
            assert float(logits[end - 1]) == pytest.approx(float(alone), abs=1e-5)
        total = float(pushes.sum() + network.head.bias)
    assert total == pytest.approx(float(logits[-1]), abs=1e-5)


def test_reversing_stays_within_each_review():
    x = torch.arange(12.0).view(2, 6, 1)
    lengths = torch.tensor([4, 6])
    reversed_ = reverse_words(x, lengths)
    assert reversed_[0, :, 0].tolist() == [3, 2, 1, 0, 4, 5]
    assert reversed_[1, :, 0].tolist() == [11, 10, 9, 8, 7, 6]
    torch.testing.assert_close(reverse_words(reversed_, lengths), x)


def test_words_first_moves_padding_behind():
    ids = torch.tensor([[0, 0, 5, 1, 7], [3, 0, 0, 0, 0], [2, 3, 4, 5, 6]])
    expected = [[5, 1, 7, 0, 0], [3, 0, 0, 0, 0], [2, 3, 4, 5, 6]]
    assert words_first(ids).tolist() == expected


def test_padding_never_learns():
    network = network_of().train()
    ids, lengths = batch_of([3, 5], 8)
    network(ids, lengths).sum().backward()
    assert torch.count_nonzero(network.embedding.weight.grad[0]) == 0
    assert torch.count_nonzero(network.embedding.weight[0]) == 0
