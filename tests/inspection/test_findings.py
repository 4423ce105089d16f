"""Findings name the right words and numbers."""

from types import SimpleNamespace

import numpy as np

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.inspection.attribution import Attribution
from sentiment.inspection.edits import Edit
from sentiment.inspection.faithfulness import DeletionCurve
from sentiment.inspection.findings import (
    deletion_effect,
    gate_extremes,
    strongest_contributions,
    top_words,
)
from sentiment.inspection.flips import EditSet, FlipSearch

SIDES = ("Negative", "Positive")
WORDS = ["a", "dull", "but", "moving", "film"]


def attribution(method, *words):
    return Attribution(method, np.array(words, float))


def test_the_side_with_the_largest_contribution_comes_first():
    sentence = strongest_contributions(WORDS, np.array([0, -1.5, 0.25, 0.5, 0.1]), *SIDES)
    assert sentence.index("“dull” (\u22121.50)") < sentence.index("“moving” (+0.50)")
    sentence = strongest_contributions(WORDS, np.array([0, -1.5, 0.25, 2.5, 0.1]), *SIDES, count=2)
    assert sentence.index("“moving” (+2.50), “but” (+0.25)") < sentence.index("“dull”")
    assert "Negative" not in strongest_contributions(WORDS, np.array([0.0, 1, 0, 0, 0]), *SIDES)
    assert "“" not in strongest_contributions(WORDS, np.zeros(5), *SIDES)


def test_each_gate_is_described_by_its_extremes():
    values = np.array([[0.1, 0.9, 0.5, 0.5, 0.5], [0.4, 0.4, 0.2, 0.6, 0.5]])
    first, second = gate_extremes(WORDS, ["forget gate", "input gate"], values).split(". ")
    assert "forget gate" in first and "“dull” (0.90)" in first and "“a” (0.10)" in first
    assert "input gate" in second and "“moving” (0.60)" in second and "“but” (0.20)" in second


def test_methods_are_counted_by_the_word_they_rank_first():
    found = {
        "One": attribution("one", 0, -3, 0, 1, 0),
        "Two": attribution("two", 0, -1, 0, 2, 0),
        "Three": attribution("three", 0, 0, -5, 1, 0),
    }
    assert "“moving” (3 of 3 methods)" in top_words(WORDS, "Positive", found, toward=True)
    negative = top_words(WORDS, "Negative", found, toward=False)
    assert "“dull” (2 of 3 methods), “but” (1 of 3 methods)" in negative
    only = top_words(WORDS, "Positive", {"One": found["One"]}, toward=True)
    assert only.endswith(": “moving”.")


def test_deletion_is_reported_for_the_most_faithful_method():
    removed = np.array([0, 1, 2, 4])
    good = DeletionCurve(removed, np.array([0.9, 0.5, 0.4, 0.2]))
    poor = DeletionCurve(removed, np.array([0.9, 0.9, 0.8, 0.7]))
    chance = DeletionCurve(removed, np.array([[0.9, 0.9, 0.8, 0.7], [0.9, 0.8, 0.6, 0.5]]))
    sentence = deletion_effect("Positive", {"Poor": poor, "Good": good}, chance)
    assert "“Good”" in sentence and "top 4 words" in sentence
    assert "from 90% to 20%" in sentence and "to 60%" in sentence
    short = {"Good": DeletionCurve(removed[:2], np.array([0.9, 0.5]))}
    assert "top word" in deletion_effect(
        "Negative", short, DeletionCurve(removed[:2], np.array([0.9, 0.7]))
    )


def test_a_search_for_a_flip_reports_edits_probability_and_coverage():
    trace = SimpleNamespace(classes=NEGATIVE_POSITIVE, name="Positive", probability=0.25)
    one = EditSet((Edit("delete", 1, "dull"),), 1, 0.75)
    two = EditSet((*one.edits, Edit("negate", 3, "moving")), 0, 0.4)
    found = FlipSearch(one, one, 20, 1)
    sentence = found.finding(trace)
    assert "1 edit " in sentence and "25.0% to 75.0%" in sentence and "“dull”" in sentence
    assert "to Positive" in sentence
    assert "20 variants" in found.coverage and "1 edit." in found.coverage
    assert "2 edits" in FlipSearch(two, two, 9, 2).finding(trace)
    closest = FlipSearch(None, two, 50, 0)
    assert "40.0%" in closest.finding(trace) and "“moving”" in closest.finding(trace)
    assert "50 variants" in closest.coverage
    assert "%" not in FlipSearch(None, None, 0, 0).finding(trace)
