"""A training that cannot fit is refused with figures, before anything starts."""

from dataclasses import replace

import pytest

from sentiment.errors import ConfigError
from sentiment.networks.config import NetworkConfig
from sentiment.runs.launch import create_run
from sentiment.training import memory_requirement
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

GIANT = {"hidden_size": 4096, "embedding_dim": 4096, "num_layers": 8, "batch_size": 4096}


def test_a_giant_is_refused_before_anything_is_made(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    recipe = recipe_with(PRESETS["sample"].recipe, {**GIANT, "sequence_length": 10_000})
    with pytest.raises(
        ConfigError, match=r"needs at least [\d,.]+ GiB.*Lower hidden_size \(4096\)"
    ):
        create_run(recipe)
    assert not list(tmp_path.rglob("recipe.json"))


def test_the_vocabulary_counts_once_it_is_known(monkeypatch):
    monkeypatch.setattr(memory_requirement, "total_memory_bytes", lambda: 2**30)
    recipe = recipe_with(PRESETS["sample"].recipe, {"embedding_dim": 512})
    memory_requirement.require_memory(recipe)
    with pytest.raises(ConfigError, match="this machine has 1.0 GiB"):
        memory_requirement.require_memory(recipe, vocabulary_size=1_000_000)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_presets_fit_into_four_gigabytes(monkeypatch, preset):
    monkeypatch.setattr(memory_requirement, "total_memory_bytes", lambda: 4 * 2**30)
    memory_requirement.require_memory(
        PRESETS[preset].recipe, PRESETS[preset].recipe.prepare.max_words
    )


def test_memory_is_told_in_containers_too(monkeypatch, tmp_path):
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory_requirement, "CGROUP_LIMIT", limit)
    whole = memory_requirement.total_memory_bytes()
    limit.write_text("max\n")
    assert memory_requirement.total_memory_bytes() == whole
    limit.write_text("123456789\n")
    assert memory_requirement.total_memory_bytes() == 123_456_789


def test_a_bag_of_words_always_fits(monkeypatch):
    monkeypatch.setattr(memory_requirement, "total_memory_bytes", lambda: 1)
    recipe = PRESETS["sample"].recipe
    memory_requirement.require_memory(replace(recipe, network=NetworkConfig(architecture="bow")))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("architecture", "transformer", "one of 'rnn', 'lstm'"),
        ("num_layers", 0, "whole number from 1"),
        ("hidden_size", 0, "whole number from 1"),
        ("hidden_size", -8, "whole number from 1"),
        ("hidden_size", 12.5, "whole number from 1"),
        ("dropout", 1.0, "to 0.99"),
    ],
)
def test_a_wrong_network_names_the_value(field, value, said):
    with pytest.raises(ConfigError, match=f"{field} is {value!r}.*{said}"):
        NetworkConfig(**{field: value})
