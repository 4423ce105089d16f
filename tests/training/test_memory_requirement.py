"""A training that does not fit into memory is rejected before it starts."""

from dataclasses import replace

import pytest

from sentiment.errors import ConfigError
from sentiment.networks.config import NetworkConfig
from sentiment.runs.launch import create_run
from sentiment.training import memory_requirement
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

GIANT = {"hidden_size": 4096, "embedding_dim": 4096, "num_layers": 8, "batch_size": 4096}


def test_a_training_that_is_too_large_creates_no_run(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    recipe = recipe_with(PRESETS["sample"].recipe, {**GIANT, "sequence_length": 10_000})
    with pytest.raises(ConfigError, match=r"[\d,.]+ GiB.*hidden_size \(4096\)"):
        create_run(recipe)
    assert not list(tmp_path.rglob("recipe.json"))


def test_a_known_vocabulary_is_included(monkeypatch):
    monkeypatch.setattr(memory_requirement, "total_memory_bytes", lambda: 2**30)
    recipe = recipe_with(PRESETS["sample"].recipe, {"embedding_dim": 512})
    memory_requirement.require_memory(recipe)
    with pytest.raises(ConfigError, match=r"1\.0 GiB"):
        memory_requirement.require_memory(recipe, vocabulary_size=1_000_000)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_presets_fit_into_four_gigabytes(monkeypatch, preset):
    monkeypatch.setattr(memory_requirement, "total_memory_bytes", lambda: 4 * 2**30)
    memory_requirement.require_memory(
        PRESETS[preset].recipe, PRESETS[preset].recipe.prepare.max_words
    )


def test_the_memory_limit_of_a_container_is_used(monkeypatch, tmp_path):
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
    ("field", "value", "expected"),
    [
        ("architecture", "transformer", "'rnn', 'lstm'"),
        ("num_layers", 0, "1"),
        ("hidden_size", 0, "1"),
        ("hidden_size", -8, "1"),
        ("hidden_size", 12.5, "1"),
        ("dropout", 1.0, "0.99"),
    ],
)
def test_an_invalid_setting_is_named_with_its_value(field, value, expected):
    with pytest.raises(ConfigError, match=f"{field} is {value!r}.*{expected}"):
        NetworkConfig(**{field: value})
