"""Paired tests and accuracy by length, against independent references."""

import json

import numpy as np
import pytest
from scipy.stats import binomtest

from sentiment.errors import ModelError
from sentiment.evaluation.comparison import accuracy_by_length, mcnemar, paired
from sentiment.evaluation.predictions import FILE, TestPredictions

RANDOM = np.random.default_rng(0)


def predictions_of(rows, correct, lengths=None):
    labels = np.ones(len(rows), np.int8)
    return TestPredictions(
        rows=np.asarray(rows, np.int32),
        labels=labels,
        lengths=np.asarray(lengths if lengths is not None else [10] * len(rows), np.int16),
        probabilities=np.where(correct, 0.9, 0.1).astype(np.float32),
    )


@pytest.mark.parametrize(
    ("only_first", "only_second"),
    [(0, 0), (3, 9), (10, 10), (400, 470), (2_000, 1_700), (0, 3_000)],
)
def test_mcnemar_is_the_exact_binomial_test(only_first, only_second):
    first = np.repeat([True, True, False, False], [5, only_first, only_second, 4])
    second = np.repeat([True, False, True, False], [5, only_first, only_second, 4])
    result = mcnemar(first, second)
    assert (result.both, result.only_first, result.only_second, result.neither) == (
        5,
        only_first,
        only_second,
        4,
    )
    tosses = only_first + only_second
    expected = binomtest(only_first, tosses).pvalue if tosses else 1.0
    assert result.p_value == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert result.difference == pytest.approx(first.mean() - second.mean())


def test_the_finding_names_the_better_model_with_interval_and_p_value():
    small = mcnemar(np.repeat([True, False], [52, 48]), np.repeat([True, False], [50, 50]))
    assert "bow is 2.00 pp more accurate than rnn" in small.finding("bow", "rnn")
    assert "rnn is 2.00" not in small.finding("bow", "rnn")
    assert "p = 0.5" in small.finding("bow", "rnn") and "compatible" in small.finding("bow", "rnn")
    # Each review contributes 1, 0 or -1 to the difference; the margin is that of their mean.
    contributions = np.repeat([1, -1, 0], [300, 40, 660])
    pair = mcnemar(contributions == 1, contributions == -1)
    assert pair.margin == pytest.approx(1.959964 * contributions.std() / np.sqrt(1_000))
    sentence = pair.finding("bow", "rnn")
    assert "26.00 pp" in sentence and "< 1e-12" in sentence
    assert f"{26 - 100 * pair.margin:+.2f} to {26 + 100 * pair.margin:+.2f}" in sentence
    swapped = mcnemar(contributions == -1, contributions == 1)
    assert swapped.finding("rnn", "bow") == sentence


def test_models_are_paired_by_review_and_not_by_place():
    first = predictions_of([1, 4, 6, 9], [True, True, False, False])
    second = predictions_of([4, 6, 7, 9], [True, True, False, True])
    result = paired(first, second)
    assert (result.both, result.only_first, result.only_second) == (1, 0, 2)
    nothing = paired(first, predictions_of([100], [True]))
    assert (nothing.reviews, nothing.p_value, nothing.difference) == (0, 1.0, 0.0)


def test_accuracy_by_length_counts_every_review_once():
    lengths = RANDOM.integers(1, 401, 3_000)
    correct = RANDOM.random(3_000) < 0.8
    bins = accuracy_by_length(predictions_of(np.arange(3_000), correct, lengths))
    assert sum(part.reviews for part in bins) == 3_000
    assert bins[0].title == "1–99" and bins[-1].title == "400+"
    for part in bins:
        inside = (lengths >= part.low) & (lengths <= (part.high or 10**6))
        assert part.reviews == inside.sum()
        assert part.accuracy == pytest.approx(correct[inside].mean())
        assert part.accuracy_low < part.accuracy <= part.accuracy_high


def test_predictions_are_kept_and_damage_is_named(tmp_path):
    stored = predictions_of([3, 5, 8], [True, False, True], [7, 300, 12])
    assert TestPredictions.load(tmp_path) is None
    (tmp_path / FILE).write_bytes(stored.to_bytes())
    loaded = TestPredictions.load(tmp_path)
    for name in ("rows", "labels", "lengths", "probabilities"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(stored, name))
    assert loaded.correct.tolist() == [True, False, True]
    (tmp_path / FILE).write_bytes(stored.to_bytes()[:-40])
    with pytest.raises(ModelError, match=r"predictions.npz is damaged.*Delete it"):
        TestPredictions.load(tmp_path)
    (tmp_path / FILE).write_text(json.dumps({}))
    with pytest.raises(ModelError, match="damaged"):
        TestPredictions.load(tmp_path)


def test_the_surest_mistakes_come_first_and_nothing_right_is_among_them():
    given = np.array([0.9, 0.99, 0.2, 0.01, 0.6], np.float32)
    said = TestPredictions(np.arange(5) * 10, np.array([0, 1, 1, 1, 0]), np.full(5, 9), given)
    assert said.most_confident_mistakes(3).rows.tolist() == [30, 0, 20]
    assert said.most_confident_mistakes(99).rows.tolist() == [30, 0, 20, 40]
