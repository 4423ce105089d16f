"""Questions, excerpts of the code, the glossary, and the figures of the article."""

import ast
import re
from pathlib import Path

import pytest

from sentiment.errors import ConfigError
from sentiment.lessons.article import Article
from sentiment.lessons.glossary import GLOSSARY, explain, meaning_in
from sentiment.lessons.question import Question, nearest
from sentiment.lessons.source_code import excerpt

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("choices", "answer"), [(("a", "b"), "c"), (("a", "a"), "a"), (("a",), "a")]
)
def test_a_question_needs_different_choices_with_its_answer(choices, answer):
    with pytest.raises(ConfigError, match=answer):
        Question("Which?", choices, answer, "")


def test_the_nearest_choice():
    assert [nearest(value, (0.2, 0.45, 0.7)) for value in (0, 0.3, 0.4, 9)] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    "name",
    [
        "networks.minimal_lstm:lstm_step",
        "encoding.vocabulary:Vocabulary.from_counts",
        "encoding.padding:pad",
    ],
)
def test_an_excerpt_is_what_the_file_has_at_this_line(name):
    found = excerpt(name)
    lines = (PROJECT / found.path).read_text("utf-8").splitlines()
    there = lines[found.line - 1 : found.line - 1 + len(found.code.splitlines())]
    assert [line.strip() for line in there] == [line.strip() for line in found.code.splitlines()]
    assert isinstance(ast.parse(found.code).body[0], ast.FunctionDef)
    assert found.name == name.split(":")[1]


def test_the_glossary_explains_terms_in_any_spelling():
    assert meaning_in("Calibration error") == GLOSSARY["calibration error"]
    assert meaning_in("ROC AUC") == GLOSSARY["AUC"]
    assert meaning_in("McNemar p") == GLOSSARY["McNemar"]
    assert meaning_in("Unmasked, padding before") == GLOSSARY["padding"]
    assert meaning_in("Losses") is None  # a term is a whole word
    assert explain(["Gate", "auc"]).count("**") == 4
    with pytest.raises(ConfigError, match="gearbox"):
        explain(["gearbox"])


def test_the_glossary_is_in_order_and_ends_its_sentences():
    assert list(GLOSSARY) == sorted(GLOSSARY, key=str.casefold)
    assert [term for term, text in GLOSSARY.items() if not re.search(r"[.]$", text)] == []


def test_the_figures_of_the_article_fit_together():
    article = Article.read()
    assert article.test_accuracy_at_last < article.test_accuracy
    assert article.best_epoch < article.last_epoch
    assert article.random_valid_accuracy > article.random_test_accuracy
