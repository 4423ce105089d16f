"""Every preset can be started with the included models."""

import pytest

from sentiment.networks.model_folder import installed_models, language_models
from sentiment.training.presets import PRESETS
from sentiment.training.pretrained import Pretrained


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_uses_included_models(name):
    recipe = PRESETS[name].recipe
    initialization = recipe.training.initialization
    if initialization not in ("random", "vectors"):
        assert initialization in language_models()
        pretrained = Pretrained.load(initialization)
        for size in ("architecture", "embedding_dim", "hidden_size", "num_layers"):
            assert getattr(recipe.network, size) == getattr(pretrained.network, size)
    known = {info.name for info in installed_models()}
    teachers = {teacher.strip() for teacher in recipe.training.teachers.split(",")} - {""}
    assert teachers <= known
    assert not teachers or recipe.prepare.unlabelled
