"""Paired tests and accuracy by length, against independent references."""

import json
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from sentiment.errors import ModelError
from sentiment.evaluation.comparison import (
    PairedComparison,
    accuracy_by_length,
    mcnemar,
    other_seeds,
    paired,
)
from sentiment.evaluation.predictions import FILE, TestPredictions, load_all
from sentiment.evaluation.shipped_tables import MemoryResult, MemoryTable
from sentiment.networks.model_folder import ModelInfo, model_folder
from tests.classes import of_both

RANDOM = np.random.default_rng(0)


def predictions_of(rows, correct, lengths=None):
    labels = np.ones(len(rows), np.int8)
    return TestPredictions(
        rows=np.asarray(rows, np.int32),
        labels=labels,
        lengths=np.asarray(lengths if lengths is not None else [10] * len(rows), np.int16),
        probabilities=of_both(np.where(correct, 0.9, 0.1)).astype(np.float32),
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
    discordant, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(Fraction(math.comb(discordant, k), 2**discordant) for k in range(fewer + 1))
    assert result.p_value == pytest.approx(min(1.0, float(2 * tail)), rel=1e-9, abs=1e-300)
    assert result.difference == pytest.approx(first.mean() - second.mean())


def test_the_interval_of_a_difference_by_hand():
    # One is added to both counts, two to the reviews: 13/52 and 3/52.
    result = PairedComparison(both=36, only_first=12, only_second=2, neither=0, p_value=0.5)
    center = 13 / 52 - 3 / 52
    margin = 1.96 * math.sqrt((16 / 52 - center**2) / 52)
    assert result.interval == pytest.approx((center - margin, center + margin), abs=1e-5)
    # On many reviews it is the Wald interval, ±1.96 √(b + c − (b − c)² / n) / n.
    large = PairedComparison(20_000, 1_400, 1_000, 2_600, p_value=0.5)
    wald = 1.96 * math.sqrt(2_400 - 400**2 / 25_000) / 25_000
    assert large.interval == pytest.approx((0.016 - wald, 0.016 + wald), abs=5e-6)
    low, high = PairedComparison(0, 0, 0, 0, p_value=1.0).interval
    assert (low, high) == (-1.0, 1.0)


def test_the_interval_covers_the_true_difference_in_95_percent():
    draws = RANDOM.multinomial(500, [0.8, 0.08, 0.05, 0.07], size=4_000)
    intervals = np.array([PairedComparison(*map(int, draw), 0.5).interval for draw in draws])
    covered = (intervals[:, 0] <= 0.03) & (0.03 <= intervals[:, 1])
    assert covered.mean() == pytest.approx(0.95, abs=0.012)


@pytest.mark.parametrize(
    ("p_value", "expected"),
    [(1.0, "= 1"), (0.314, "= 0.31"), (2.4e-30, "= 2.4 × 10⁻³⁰"), (0.0, "< 10⁻³⁰⁰")],
)
def test_the_sentence_has_the_p_value_and_the_interval(p_value, expected):
    result = PairedComparison(20_000, 1_400, 1_000, 2_600, p_value)
    sentence = result.finding("gru", "rnn")
    swapped = PairedComparison(20_000, 1_000, 1_400, 2_600, p_value)
    assert swapped.finding("rnn", "gru") == sentence
    assert f"p {expected}" in sentence
    assert all(part in sentence for part in ("gru", "rnn", "25,000", " 1.60", "+1.22", "+1.98"))
    assert ("not significant" in sentence) == (p_value >= 0.05)


def test_models_are_paired_by_review_and_not_by_position():
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


def test_predictions_are_saved_and_damage_is_reported(tmp_path):
    stored = predictions_of([3, 5, 8], [True, False, True], [7, 300, 12])
    assert TestPredictions.load(tmp_path) is None
    (tmp_path / FILE).write_bytes(stored.to_bytes())
    loaded = TestPredictions.load(tmp_path)
    for name in ("rows", "labels", "lengths", "probabilities"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(stored, name))
    assert loaded.correct.tolist() == [True, False, True]
    (tmp_path / FILE).write_bytes(stored.to_bytes()[:-40])
    with pytest.raises(ModelError, match=r"predictions\.npz"):
        TestPredictions.load(tmp_path)
    (tmp_path / FILE).write_text(json.dumps({}))
    with pytest.raises(ModelError, match=r"predictions\.npz"):
        TestPredictions.load(tmp_path)


def test_predictions_for_another_corpus_are_not_compared():
    one = predictions_of(range(50), np.arange(50) % 3 > 0)
    assert paired(one, one).reviews == 50
    assert paired(one, replace(one, labels=1 - one.labels)).reviews == 0
    three = np.insert(one.probabilities, 1, 0, axis=1)
    assert paired(one, replace(one, probabilities=three)).reviews == 0


def test_the_most_confident_mistakes_come_first_without_correct_predictions():
    probabilities = of_both(np.array([0.9, 0.99, 0.2, 0.01, 0.6], np.float32))
    predictions = TestPredictions(
        np.arange(5) * 10, np.array([0, 1, 1, 1, 0]), np.full(5, 9), probabilities
    )
    assert predictions.most_confident_mistakes(3).rows.tolist() == [30, 0, 20]
    assert predictions.most_confident_mistakes(99).rows.tolist() == [30, 0, 20, 40]


def test_models_without_predictions_are_left_out(tmp_path):
    tested = ModelInfo.read(model_folder("compare-gru"))
    loaded, _ = load_all({"gru": tested, "new": replace(tested, folder=tmp_path)})
    assert list(loaded) == ["gru"] and len(loaded["gru"]) == 25_000


def test_other_seeds_belong_to_the_models_of_the_comparison(monkeypatch):
    rows = [{"seed": seed, "accuracy": 0.9 - seed / 100} for seed in range(3)]
    table = {"architectures": {"gru": rows}}
    monkeypatch.setattr("sentiment.evaluation.comparison.read_comparison", lambda: table)
    compared = ModelInfo.read(model_folder("compare-gru"))
    assert other_seeds(compared) == rows[1:]
    assert other_seeds(ModelInfo.read(model_folder("imdb-lstm"))) == []


def test_the_memory_table_names_the_networks_that_solve_the_longest_task():
    results = [
        MemoryResult("rnn", 10, 0, 1.0, 100, 1.0),
        MemoryResult("rnn", 50, 0, 0.5, 100, 1.0),
        MemoryResult("lstm", 50, 0, 0.95, 100, 1.0),
    ]
    table = MemoryTable([10, 50], [0], 8, 100, 4, results=results)
    assert "90%" in table.finding and table.finding.endswith("at 50 distractors: lstm.")
    nothing = replace(table, results=results[:2])
    assert "lstm" not in nothing.finding
