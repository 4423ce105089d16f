"""The toy cell against torch's LSTM."""

import numpy as np
import pytest
import torch
from torch import nn

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.inspection.toy_cell import GATES, PRESETS, Weights, toy_steps, word_numbers

WORDS = ["great", "film", "awful", "end"]
INPUTS = np.array([0.8, 0.1, -1.0, -0.1])


def test_all_numbers_are_those_of_torch():
    rng = np.random.default_rng(0)
    weights = {gate: Weights(*rng.normal(size=3).tolist()) for gate in GATES}
    steps = toy_steps(WORDS, INPUTS, weights)
    lstm = nn.LSTM(1, 1)
    with torch.no_grad():
        for number, gate in enumerate(GATES):
            lstm.weight_ih_l0[number] = weights[gate].word
            lstm.weight_hh_l0[number] = weights[gate].state
            lstm.bias_ih_l0[number], lstm.bias_hh_l0[number] = weights[gate].bias, 0.0
        outputs, (_, cell) = lstm(torch.tensor(INPUTS).float()[:, None])
    np.testing.assert_allclose(steps.numbers["h"], outputs[:, 0].numpy(), atol=1e-6)
    assert steps.numbers["c"][-1] == pytest.approx(float(cell), abs=1e-6)
    for gate, squash in zip(GATES, ("sigmoid", "sigmoid", "tanh", "sigmoid"), strict=True):
        total = sum(steps.numbers[f"{gate}.{term}"] for term in ("word", "state", "bias"))
        np.testing.assert_allclose(total, steps.numbers[f"{gate}.sum"], atol=1e-6)
        squashed = getattr(torch, squash)(torch.tensor(total)).numpy()
        np.testing.assert_allclose(squashed, steps.numbers[gate], atol=1e-6)
    np.testing.assert_allclose(
        steps.numbers["c.kept"] + steps.numbers["c.written"], steps.numbers["c"], atol=1e-6
    )


def test_the_presets_do_what_their_names_say():
    cells = {name: toy_steps(WORDS, INPUTS, preset).numbers for name, preset in PRESETS.items()}
    adding, last = cells["Add up all words"], cells["Last word only"]
    assert np.all(adding["f"] > 0.95)
    written = np.tanh(2 * INPUTS)
    np.testing.assert_allclose(last["c"], written, atol=0.06)
    np.testing.assert_allclose(cells["Forget half at each word"]["f"], 0.5)
    assert (
        cells["Erase at negative words"]["f"][2]
        < 0.1
        < 0.9
        < min(cells["Erase at negative words"]["f"][[0, 1]])
    )


def test_the_number_of_a_word_is_its_lean_in_imdb():
    numbers = word_numbers(["superb", "awful", "the", "zorblax"], CorpusStatistics.load().words)
    assert numbers[0] == 1 and numbers[1] == -1
    assert abs(numbers[2]) < 0.1 and numbers[3] == 0
