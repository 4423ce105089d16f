"""Settings in links between pages; invalid and unsafe values are ignored."""

import pytest

from sentiment.places import uploads_dir
from sentiment.runs.links import LINK_PREFIX, link_settings, recipe_from_link
from sentiment.training.config import Recipe
from sentiment.training.presets import PRESETS


def test_settings_survive_the_link():
    uploaded = str(uploads_dir() / "0a1b" / "a b.csv")
    settings = {
        "source": uploaded,
        "text": "column",
        "label": "",
        "min_length": 2_000,
        "max_length": 3_000,
        "sequence_length": 77,
        "truncation": "tail",
        "max_words": 123,
        "architecture": "gru",
        "hidden_size": 9,
        "dropout": 0.25,
        "learning_rate": 1e-9,
        "unlabelled": True,
        "pinned": ("one, two", "three"),
    }
    recipe, applied = recipe_from_link(PRESETS["sample"].recipe, link_settings(settings))
    assert applied == {name: value for name, value in settings.items() if value != ""}
    assert (recipe.source, recipe.table.text) == (uploaded, "column")
    assert (recipe.prepare.min_length, recipe.prepare.max_length) == (2_000, 3_000)
    assert (recipe.sequence.sequence_length, recipe.sequence.truncation) == (77, "tail")
    assert recipe.prepare.max_words == 123
    assert (recipe.network.architecture, recipe.network.hidden_size) == ("gru", 9)
    assert (recipe.training.learning_rate, recipe.pinned) == (1e-9, ("one, two", "three"))


@pytest.mark.parametrize(
    "link",
    [
        {},
        {"preset": "quick", "run": "../../etc", "corrections": "0" * 20},
        {"epochs": "1.5", "learning_rate": "nan", "unlabelled": "maybe", "pinned": "5"},
        {"pinned": "[" * 2_000, "architecture": "gpt", "pooling": "", "dropout": "1e999"},
        {"initialization": "../../elsewhere", "teachers": "a, /b"},
        {"max_words": "-5", "sequence_length": "1e9", "truncation": "middle"},
        {"min_length": "abc", "max_length": ""},
    ],
)
def test_invalid_values_are_ignored(link):
    with_prefix = {LINK_PREFIX + name: value for name, value in link.items()}
    assert recipe_from_link(Recipe(), link | with_prefix) == (Recipe(), {})


@pytest.mark.parametrize("source", ["/etc/passwd", "{uploads}/../runs/x.csv", "", "~/mine.csv"])
def test_a_link_cannot_name_files_of_this_machine(source):
    link = {"with_source": source.replace("{uploads}", str(uploads_dir()))}
    assert recipe_from_link(Recipe(), link) == (Recipe(), {})


def test_valid_values_apply_beside_invalid_ones():
    recipe, applied = recipe_from_link(
        Recipe(), {"with_max_words": "0", "with_sequence_length": "80"}
    )
    assert applied == {"sequence_length": 80}
    assert recipe.sequence.sequence_length == 80
    recipe, named = recipe_from_link(Recipe(), {"with_min_length": "9", "with_max_length": "4"})
    assert named == {"min_length": 9, "max_length": 4}  # the form shows both
    assert recipe.prepare.min_length <= recipe.prepare.max_length
