"""The numbers of one step against the equations of the cells."""

import re

import numpy as np
import pytest
import torch

from sentiment.charts.cells import cell_of
from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.steps import has_steps, steps
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.registry import ARCHITECTURES

RECURRENT = [name for name in ARCHITECTURES if name not in ("resnet", "bow")]
TEXT = "not a good film but the music was good"


def predictor_of(architecture: str, layers: int = 2) -> Predictor:
    torch.manual_seed(0)
    words = list(dict.fromkeys(TEXT.split()))
    vocabulary = Vocabulary(words, [1] * len(words))
    config = NetworkConfig(
        architecture=architecture, embedding_dim=6, hidden_size=5, num_layers=layers
    )
    return Predictor(
        new_network(config, len(vocabulary)),
        vocabulary,
        SequenceConfig(sequence_length=20),
        NEGATIVE_POSITIVE,
    )


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


@pytest.mark.parametrize("architecture", RECURRENT)
def test_a_step_follows_the_equations_of_its_cell(architecture):
    predictor = predictor_of(architecture)
    trace = predictor.trace(TEXT)
    for layer in trace.layers:
        numbers = steps(predictor, trace, layer, unit=3).numbers
        squash = dict.fromkeys("ifozr", sigmoid) | dict.fromkeys("gn", np.tanh)
        squash["h"] = np.tanh if architecture == "rnn" else lambda sums: np.maximum(sums, 0)
        for symbol in "ifogzrnh":
            if f"{symbol}.sum" in numbers:
                parts = [numbers[f"{symbol}.{part}"] for part in ("word", "state", "bias")]
                np.testing.assert_allclose(sum(parts), numbers[f"{symbol}.sum"], atol=1e-5)
                result = squash[symbol](numbers[f"{symbol}.sum"])
                np.testing.assert_allclose(result, numbers[symbol], atol=1e-5)
        for memory in "ch":
            if f"{memory}.written" in numbers:
                total = numbers[f"{memory}.kept"] + numbers[f"{memory}.written"]
                np.testing.assert_allclose(total, numbers[memory], atol=1e-5)


@pytest.mark.parametrize("architecture", RECURRENT)
def test_a_step_starts_from_the_previous_state(architecture):
    predictor = predictor_of(architecture)
    trace = predictor.trace(TEXT)
    for layer in trace.layers:
        walked = steps(predictor, trace, layer, unit=0)
        order = slice(None, None, -1 if walked.backward else 1)
        states, before = walked.numbers["h"][order], walked.numbers["h.before"][order]
        assert before[0] == 0
        np.testing.assert_array_equal(before[1:], states[:-1])


def test_the_mean_is_over_all_units():
    predictor = predictor_of("lstm", layers=1)
    trace = predictor.trace(TEXT)
    layer = trace.layers[0]
    units = [steps(predictor, trace, layer, unit).numbers["c.written"] for unit in range(5)]
    mean = steps(predictor, trace, layer, None).numbers["c.written"]
    np.testing.assert_allclose(mean, np.mean(units, axis=0), atol=1e-6)


def test_networks_without_a_cell_have_no_steps():
    assert [name for name in ARCHITECTURES if has_steps(predictor_of(name))] == RECURRENT


@pytest.mark.parametrize("architecture", RECURRENT)
def test_diagrams_name_existing_numbers(architecture):
    predictor = predictor_of(architecture)
    trace = predictor.trace(TEXT)
    numbers = steps(predictor, trace, trace.layers[0], 0).numbers
    cell = cell_of(architecture)
    named = {node.number for node in cell.nodes} | {wire.number for wire in cell.wires}
    templates = " ".join([cell.sentence, *(line for _, line in cell.equations)])
    named |= {name.rstrip("%") for name in re.findall(r"{([^}]+)}", templates)}
    assert named <= {*numbers, "", "word"}
