"""Units of a layer as points, one unit against the corpus, and places of extreme states."""

from types import SimpleNamespace

import numpy as np
import pytest

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.inspection.unit_overview import (
    CONTRIBUTION,
    LABEL,
    largest_change,
    state_finding,
    unit_overview,
    z_score,
)
from sentiment.inspection.unit_places import (
    extreme_reviews,
    extreme_words,
    similar_places_finding,
)
from tests.inspection.test_ledger import TEXT, predictor_of
from tests.inspection.test_units import profile_with

WORDS = ["a", "dull", "but", "moving", "film"]
STATE = np.array([0.1, -0.6, -0.5, 0.4, 0.2])


def test_heights_are_the_contributions_of_the_topmost_layer_in_its_direction():
    predictor = predictor_of("bilstm")
    trace = predictor.trace(TEXT)
    for layer in trace.layers:
        found = unit_overview(trace, layer, None, CONTRIBUTION)
        gates = layer.values["f"].astype(float)
        expected = np.log(0.5) / np.log(gates).mean(axis=0)
        np.testing.assert_allclose(found.half_lives, expected, rtol=1e-4)
        if layer.layer == 0:
            assert not found.heights.any()
        else:
            start = 6 if layer.direction == "backward" else 0
            np.testing.assert_array_equal(found.heights, trace.contributions[start : start + 6])
            assert f"Unit {np.abs(found.heights).argmax()} " in found.finding


def test_a_study_gives_half_lives_and_correlations():
    predictor = predictor_of("gru")
    trace = predictor.trace(TEXT)
    study = SimpleNamespace(
        half_lives=np.arange(6.0),
        label_correlations=np.array([[0] * 6, [0.1, -0.9, 0.2, 0, 0, 0.3]]),
    )
    found = unit_overview(trace, trace.layers[-1], study, LABEL)
    assert found.title == LABEL and found.heights.tolist() == study.label_correlations[1].tolist()
    assert (
        "Unit 1 " in found.finding and "\u22120.90" in found.finding and "unit 5 " in found.finding
    )
    contributions = unit_overview(trace, trace.layers[-1], study, CONTRIBUTION)
    assert contributions.half_lives is study.half_lives and contributions.title == CONTRIBUTION


def test_a_state_is_compared_with_the_corpus():
    profile = profile_with(mean=0.3, deviation=0.2)
    assert z_score(STATE, profile) == pytest.approx((STATE.mean() - 0.3) / 0.2)
    sentence = state_finding(WORDS, STATE, 3, profile)
    assert (
        "Unit 3" in sentence
        and "“moving” (+0.40)" in sentence
        and "“dull” (\u22120.60)" in sentence
    )
    assert "1.9 standard deviations below" in sentence
    still = profile_with(mean=0.3, deviation=0.0)
    for other in (still, None):
        assert "standard deviations" not in state_finding(WORDS, STATE, 3, other)


def test_the_largest_change_counts_from_zero():
    assert largest_change(STATE) == 3
    assert largest_change(np.array([-0.9, -0.8, 0.0])) == 0


def test_extreme_places_leave_out_what_a_small_corpus_lacks():
    statistics = SimpleNamespace(
        high_reviews=np.array([[7, 2, -1]]),
        high_review_means=np.array([[0.9, 0.5, np.nan]]),
        low_positions=np.array([[[4, 11], [-1, -1]]]),
        low_position_values=np.array([[-0.8, np.nan]]),
    )
    reviews = extreme_reviews(statistics, 0, "high")
    assert reviews.reviews.tolist() == [7, 2] and reviews.starts.tolist() == [0, 0]
    assert reviews.values.tolist() == [0.9, 0.5]
    words = extreme_words(statistics, 0, "low")
    assert (words.reviews.tolist(), words.starts.tolist()) == ([4], [11])


def test_similar_places_are_counted_against_all_reviews():
    study = SimpleNamespace(
        classes=NEGATIVE_POSITIVE,
        labels=np.array([1, 1, 0, 0, 0], np.int8),
        misclassified=np.array([True, False, False, False, True]),
    )
    sentence = similar_places_finding(study, np.array([0, 1, 4]), 1)
    assert "Of the 3" in sentence and "2 are in Positive" in sentence and "40%" in sentence
    assert "2 are in misclassified" in sentence
    assert "40%" in sentence.split("misclassified")[1]
    assert "Of the" not in similar_places_finding(study, np.array([], int), 1)
