"""The minimal LSTM, and padding. `test_architectures.py` tests every architecture."""

import torch

from sentiment.networks.build import new_classifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.lstm import gates_at_once
from sentiment.networks.masking import left_align, reverse_words
from tests.networks.stepwise import lstm_steps


def test_the_minimal_lstm_equals_torchs():
    torch.manual_seed(0)
    lstm, x = torch.nn.LSTM(6, 5, batch_first=True), torch.randn(9, 6)
    with torch.no_grad():
        expected, (_, cell) = lstm(x[None])
        values = lstm_steps(x, lstm)
    torch.testing.assert_close(values["h"], expected[0], atol=1e-6, rtol=0)
    torch.testing.assert_close(values["c"][-1], cell[0, 0], atol=1e-6, rtol=0)


def test_all_gates_at_once_equal_the_minimal_lstm():
    torch.manual_seed(0)
    lstm, x = torch.nn.LSTM(32, 64, batch_first=True), torch.randn(250, 32)
    with torch.no_grad():
        at_once, stepwise = gates_at_once(x, lstm), lstm_steps(x, lstm)
    assert at_once.keys() == stepwise.keys() == {"i", "f", "g", "o", "c", "h"}
    for symbol, value in stepwise.items():
        torch.testing.assert_close(at_once[symbol], value, atol=1e-5, rtol=0)


def test_reversing_stays_within_each_review():
    x = torch.arange(12.0).view(2, 6, 1)
    lengths = torch.tensor([4, 6])
    reversed_ = reverse_words(x, lengths)
    assert reversed_[0, :, 0].tolist() == [3, 2, 1, 0, 4, 5]
    assert reversed_[1, :, 0].tolist() == [11, 10, 9, 8, 7, 6]
    torch.testing.assert_close(reverse_words(reversed_, lengths), x)


def test_left_align_moves_padding_to_the_end():
    ids = torch.tensor([[0, 0, 5, 1, 7], [3, 0, 0, 0, 0], [2, 3, 4, 5, 6]])
    expected = [[5, 1, 7, 0, 0], [3, 0, 0, 0, 0], [2, 3, 4, 5, 6]]
    assert left_align(ids).tolist() == expected


def test_the_vector_of_padding_is_not_trained():
    network = new_classifier(NetworkConfig(embedding_dim=12, hidden_size=10), 50)
    ids = torch.tensor([[7, 8, 9, 0, 0, 0], [3, 1, 4, 1, 5, 0]])
    network(ids, torch.tensor([3, 5])).sum().backward()
    assert torch.count_nonzero(network.embedding.weight.grad[0]) == 0
    assert torch.count_nonzero(network.embedding.weight[0]) == 0
