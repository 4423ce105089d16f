"""Minimum quality of the included model."""

import json
import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from sentiment.inspection.examples import EXAMPLES
from sentiment.inspection.predictor import Predictor
from sentiment.networks.model_folder import (
    DEFAULT_MODEL,
    ModelInfo,
    installed_models,
    language_models,
    model_folder,
)
from sentiment.training.config import Recipe
from sentiment.training.presets import PRESETS
from tests.behavior.pairs import read_pairs, score

PROJECT = Path(__file__).resolve().parents[2]
INFO = ModelInfo.read(model_folder(DEFAULT_MODEL))
# On the held-out minimal pairs; slightly below the values measured for the model.
ACCURACY, CONSISTENCY = 0.87, 0.75


def test_accuracy_on_minimal_pairs():
    held = score(DEFAULT_MODEL, [pair for pair in read_pairs() if pair.part == "held"])
    assert held["all"].accuracy >= ACCURACY
    assert held["all"].consistency >= CONSISTENCY
    bag = score("compare-bow", [pair for pair in read_pairs() if pair.part == "held"])
    assert held["all"].consistency > bag["all"].consistency, "word order should help"


def test_what_people_type_first_is_read_correctly():
    positive = ["good", "so good", "so funny", "fun", "not bad at all", "Better than I expected"]
    positive += ["I laughed the whole way through", "No movies ever skipped"]
    negative = ["bad", "boring", "so dull", "Could have been better"]
    names = [p.name for p in Predictor.load(DEFAULT_MODEL).predict([*positive, *negative])]
    assert names == ["Positive"] * len(positive) + ["Negative"] * len(negative)


def test_calibration_and_size_are_within_limits():
    test = INFO.metrics["test"]
    assert test["calibration_error"] <= 0.01
    assert test["reviews"] == 25_000
    size = sum(file.stat().st_size for file in INFO.folder.iterdir())
    assert size <= 30 * 2**20
    assert abs(INFO.training.storage_accuracy_change) <= 0.0005


@pytest.mark.parametrize("info", installed_models(), ids=lambda info: info.name)
def test_the_recipe_of_every_included_model_can_be_read(info):
    stored = info.training.recipe
    assert Recipe.from_json(stored).to_json()["network"] == stored["network"]


def test_the_cards_are_those_of_the_folders():
    cards = runpy.run_path(str(PROJECT / "docs" / "make_cards.py"))["cards"]()
    assert len(cards) == len(installed_models()) + len(language_models())
    for path, card in cards.items():
        assert path.read_text(encoding="utf-8") == card, "write it again: make docs"


def test_the_best_preset_has_the_recipe_of_the_model():
    stored = json.loads((INFO.folder / "training.json").read_text(encoding="utf-8"))["recipe"]
    stored_recipe, best = Recipe.from_json(stored), PRESETS["best"].recipe
    for part in ("network", "sequence", "prepare"):
        assert getattr(stored_recipe, part) == getattr(best, part)
    # Except the teachers, since a model cannot be its own teacher.
    assert replace(stored_recipe.training, teachers="") == replace(best.training, teachers="")


def test_the_examples_have_the_documented_labels():
    predictions = Predictor.load(DEFAULT_MODEL).predict([example.text for example in EXAMPLES])
    verdicts = {
        example.title: prediction.name
        for example, prediction in zip(EXAMPLES, predictions, strict=True)
    }
    assert verdicts == {
        "Turn": "Positive",
        "Disappointed": "Negative",
        "Fan": "Positive",
        "But …": "Negative",
        "Not bad at all": "Positive",
        "Plot first": "Positive",
        "Irony": "Positive",
        "It gets this wrong": "Negative",
    }


def test_padding_does_not_change_the_prediction():
    model = Predictor.load(DEFAULT_MODEL)
    text = "a slow start, but a wonderful and moving film in the end"
    probabilities = {
        model.predict([text], replace(model.sequence, sequence_length=length, padding=side))[0]
        .probabilities[1]
        .__round__(5)
        for length in (50, 400)
        for side in ("before", "after")
    }
    assert len(probabilities) == 1
