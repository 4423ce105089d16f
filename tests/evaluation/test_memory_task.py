"""The memory task: its sequences, and which networks can learn it."""

import pytest
import torch

from sentiment.evaluation.memory_task import (
    CONTENDERS,
    FIRST_LABEL,
    SMALL,
    VOCABULARY,
    MemorySize,
    learn_to_remember,
    memory_network,
    sequences,
)
from sentiment.networks.matching import encoder_parameters

SHORT = MemorySize(distances=(5,), seeds=(0,), units=16, steps=200)


def test_only_the_first_token_carries_the_label():
    ids, labels = sequences(2_000, 7, torch.Generator().manual_seed(0))
    assert ids.shape == (2_000, 8)
    assert torch.equal(ids[:, 0] - FIRST_LABEL, labels.long())
    assert int(ids[:, 1:].max()) < FIRST_LABEL < VOCABULARY
    # A rule that uses only the distractors has chance accuracy.
    for token in range(2, FIRST_LABEL):
        guess = (ids[:, 1:] == token).any(dim=1)
        assert float((guess == labels.bool()).float().mean()) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("contender", CONTENDERS)
def test_every_contender_remembers_five_steps(contender):
    assert learn_to_remember(contender, 5, SHORT, seed=0).accuracy > 0.99


def test_open_gates_make_the_difference_for_an_lstm():
    size = MemorySize(distances=(60,), seeds=(0,), units=16, steps=150)
    default = learn_to_remember("lstm", 60, size, seed=0)
    opened = learn_to_remember("lstm (open gates)", 60, size, seed=0)
    assert default.accuracy < 0.6
    assert opened.accuracy > 0.95


@pytest.mark.slow
def test_a_resnet_is_limited_by_its_receptive_field():
    size = MemorySize(distances=(100,), seeds=(0,), units=16, steps=150)
    assert learn_to_remember("resnet", 40, size, seed=0).accuracy > 0.95
    assert learn_to_remember("resnet", 100, size, seed=0).accuracy < 0.6


def test_the_same_seed_gives_the_same_result():
    first, again, other = (learn_to_remember("gru", 5, SHORT, seed) for seed in (1, 1, 2))
    assert (first.accuracy, first.steps) == (again.accuracy, again.steps)
    assert first != other


@pytest.mark.parametrize("contender", CONTENDERS)
def test_all_contenders_have_about_as_many_parameters(contender):
    lstm = encoder_parameters(memory_network("lstm", SMALL).config)
    assert encoder_parameters(memory_network(contender, SMALL).config) == pytest.approx(
        lstm, rel=0.1
    )


def test_open_gates_start_nearly_open():
    """Forget gates of an untrained network, from its trace: one half, or nearly 1."""
    ids = torch.randint(2, FIRST_LABEL, (200,), generator=torch.Generator().manual_seed(0))
    for contender, gate in (("lstm", "f"), ("gru", "z")):
        values = [
            memory_network(name, SMALL).trace(ids)[2][0].values[gate].mean()
            for name in (contender, f"{contender} (open gates)")
        ]
        assert values[0] == pytest.approx(0.5, abs=0.1)
        assert values[1] > 0.9
