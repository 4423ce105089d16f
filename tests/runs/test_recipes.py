"""The recipe that the form of the Train page starts from."""

import pytest

from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import RegisteredCorpus, register
from sentiment.encoding.settings import PrepareConfig
from sentiment.runs.links import link_settings
from sentiment.runs.recipes import starting_recipe
from sentiment.training.presets import PRESETS

BASE = PRESETS["quick"].recipe
OWN = RegisteredCorpus(
    "mine", "mine.csv", TableConfig(text="body"), PrepareConfig(max_words=500, exclude="html")
)


@pytest.fixture(autouse=True)
def empty_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))


def test_without_changes_it_is_the_base():
    start = starting_recipe(BASE)
    assert (start.recipe, start.from_link, start.exclusions) == (BASE, {}, "")


def test_a_registered_corpus_brings_its_reviews_and_their_preparation():
    recipe = starting_recipe(BASE, corpus=OWN).recipe
    assert (recipe.source, recipe.table, recipe.prepare) == (OWN.source, OWN.table, OWN.prepare)
    assert (recipe.network, recipe.training) == (BASE.network, BASE.training)


def test_a_shipped_corpus_keeps_the_preparation_of_the_base():
    recipe = starting_recipe(BASE, corpus=RegisteredCorpus("Sample", "sample")).recipe
    assert recipe.source == "sample"
    assert recipe.prepare == BASE.prepare


def test_the_link_overrides_the_corpus_and_the_file_overrides_both():
    link = link_settings({"max_words": 77, "text": "from the link", "source": "imdb"})
    start = starting_recipe(BASE, corpus=OWN, link=link)
    assert start.from_link == {"max_words": 77, "text": "from the link", "source": "imdb"}
    assert start.recipe.source == "imdb"
    assert (start.recipe.prepare.max_words, start.recipe.prepare.exclude) == (77, "html")
    file = ("upload.csv", TableConfig(text="review"))
    start = starting_recipe(BASE, corpus=OWN, link=link, file=file)
    assert (start.recipe.source, start.recipe.table) == file
    assert start.recipe.prepare.max_words == 77


@pytest.mark.parametrize("apply", [True, False])
def test_recorded_exclusions_are_applied_on_request(apply):
    register(RegisteredCorpus("Sample", "sample").excluding(["ratings"]))
    start = starting_recipe(PRESETS["sample"].recipe, as_registered=apply)
    assert start.exclusions == start.recipe.prepare.exclude == ("ratings" if apply else "")


def test_a_setting_in_the_link_overrides_a_recorded_one():
    own = RegisteredCorpus("Sample", "sample").excluding(["ratings"])
    start = starting_recipe(BASE, corpus=own, link={"with_exclude": "html", "with_seed": "4"})
    assert (start.recipe.prepare.exclude, start.unlinked["exclude"]) == ("html", "ratings")
    assert start.recipe.prepare.seed == start.recipe.training.seed == 4


def test_only_settings_that_differ_count_as_changed():
    same, other = BASE.training.epochs, BASE.network.hidden_size + 1
    link = link_settings({"epochs": same, "hidden_size": other, "source": BASE.source})
    assert starting_recipe(BASE, link=link).from_link == {"hidden_size": other}
