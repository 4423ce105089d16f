"""The presets and what ships with the project: each can be started as it stands."""

import pytest

from sentiment.networks.model_folder import installed_models, language_models
from sentiment.training.presets import PRESETS
from sentiment.training.pretrained import Pretrained


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_starts_from_what_is_there(name):
    recipe = PRESETS[name].recipe
    start = recipe.training.initialization
    if start not in ("random", "vectors"):
        assert start in language_models()
        pretrained = Pretrained.load(start)
        ours, theirs = recipe.network, pretrained.network
        for size in ("architecture", "embedding_dim", "hidden_size", "num_layers"):
            assert getattr(ours, size) == getattr(theirs, size), "the encoder would not fit"
    known = {info.name for info in installed_models()}
    teachers = {teacher.strip() for teacher in recipe.training.teachers.split(",")} - {""}
    assert teachers <= known
    assert not teachers or recipe.prepare.unlabelled
