"""The verdicts on the claims follow the measurements in both directions."""

import numpy as np
import pytest

from sentiment.evaluation.claim import NOT_MEASURED
from sentiment.evaluation.claims import check_claims, shipped_claims
from sentiment.evaluation.predictions import TestPredictions
from sentiment.evaluation.shipped_tables import (
    ClassResult,
    MemoryResult,
    SkipConnections,
    SpeedResult,
)
from tests.classes import of_both


def memory_of(**accuracies):
    """contender -> accuracy by distance, 10, 100 and 1,000 distractors."""
    return [
        MemoryResult(name.replace("_open", " (open gates)"), n, 0, accuracy, steps=9, seconds=1.0)
        for name, row in accuracies.items()
        for n, accuracy in zip((10, 100, 1_000), row, strict=True)
    ]


def speed_of(*ratios, layers=1):
    return [
        SpeedResult("indrnn", layers, steps, 8, "float32", 1.0, 1.0, ratio, ratio)
        for steps, ratio in zip((250, 1_000, 5_000), ratios, strict=True)
    ]


def figures_of(**accuracies):
    return {
        name: [{"accuracy": accuracy, "train_seconds": 9.0} for accuracy in row]
        for name, row in accuracies.items()
    }


def predictions_of(accuracy, reviews=20_000):
    correct = np.arange(reviews) < accuracy * reviews
    return TestPredictions(
        rows=np.arange(reviews),
        labels=np.ones(reviews, np.int8),
        lengths=np.full(reviews, 9),
        probabilities=of_both(np.where(correct, 0.9, 0.1)),
    )


def verdict(text, *, memory=(), speed=(), figures=None, skip=None, predictions=None, classes=()):
    claims = check_claims(memory, speed, figures or {}, skip, predictions or {}, classes)
    (claim,) = [claim for claim in claims if text in claim.text]
    return claim.verdict


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((1.0, 0.99, 1.0), "does not hold"),
        ((1.0, 0.5, 0.5), "holds from 100 steps on"),
        ((0.5, 0.5, 0.5), "holds"),
        ((1.0, 0.5, 0.83), "holds from 100 steps on, not with every seed"),
    ],
)
def test_whether_a_plain_rnn_forgets(row, expected):
    assert verdict("plain RNN fails", memory=memory_of(rnn=row)) == expected


@pytest.mark.parametrize(
    ("rnn", "shut", "open_", "expected"),
    [
        ((1, 0.5, 0.5), (1, 1, 0.5), (1, 1, 1), "holds"),
        ((1, 0.5, 0.5), (1, 0.5, 0.5), (1, 1, 1), "holds if its gates start open"),
        ((1, 1, 1), (1, 0.5, 0.5), (1, 1, 0.5), "does not hold"),
    ],
)
def test_whether_the_gates_of_an_lstm_help(rnn, shut, open_, expected):
    memory = memory_of(rnn=rnn, lstm=shut, lstm_open=open_)
    assert verdict("gates of the LSTM", memory=memory) == expected


@pytest.mark.parametrize(
    ("ratios", "expected"),
    [((12, 11, 14), "holds"), ((4, 12, 15), "holds in part"), ((2, 3, 4), "does not hold")],
)
def test_whether_an_indrnn_is_ten_times_faster(ratios, expected):
    assert verdict("ten times faster", speed=speed_of(*ratios)) == expected
    two_layers = speed_of(50, 50, 50, layers=2)  # the claim is about one layer against one
    assert verdict("ten times faster", speed=[*speed_of(*ratios), *two_layers]) == expected


@pytest.mark.parametrize(
    ("bilstm", "lstm", "expected"),
    [
        ((0.90, 0.91), (0.88, 0.88), "holds"),
        ((0.86, 0.86), (0.88, 0.88), "does not hold"),
        ((0.8801, 0.8799), (0.88, 0.88), "does not hold clearly"),
        ((0.90, 0.87), (0.88, 0.88), "does not hold clearly"),  # one seed ahead, one behind
    ],
)
def test_a_difference_counts_if_every_seed_and_the_paired_test_agree(bilstm, lstm, expected):
    found = verdict(
        "bidirectional LSTM",
        figures=figures_of(bilstm=bilstm, lstm=lstm),
        predictions={"bilstm": predictions_of(bilstm[0]), "lstm": predictions_of(lstm[0])},
    )
    assert found == expected


def test_skip_connections_and_the_baseline():
    assert verdict("skip connections", skip=SkipConnections(8, 2.0, 0.4)) == "holds"
    figures = figures_of(bow=(0.9,), lstm=(0.88,), gru=(0.91,))
    assert verdict("bag of words", figures=figures) == "holds"
    assert verdict("bag of words", figures=figures_of(bow=(0.9,), lstm=(0.88,))) == "does not hold"


def test_without_tables_nothing_is_measured():
    assert {claim.verdict for claim in check_claims([], [], {}, None, {}, [])} == {NOT_MEASURED}


@pytest.mark.parametrize(
    ("recalls", "start"),
    [((0.9, 0.8), "holds on"), ((0.9, 0.4), "holds in part"), ((0.3, 0.5), "does not hold")],
)
def test_neutral_reviews_are_found(recalls, start):
    names = ["Negative", "Neutral", "Positive"]
    results = [
        ClassResult("x", "LSTM", names, 100, 0.8, 0.8, [0.9, recall, 0.9], 0.2)
        for recall in recalls
    ]
    bag = ClassResult("x", "bag of words", names, 100, 0.9, 0.9, [1.0, 1.0, 1.0], 0.1)
    stars = ClassResult("y", "LSTM", ["1", "2"], 100, 0.8, 0.8, [0.9, 0.1], 0.2)
    assert verdict("Neutral", classes=[*results, bag, stars]).startswith(start)
    assert verdict("Neutral", classes=[bag, stars]) == NOT_MEASURED


def test_all_shipped_claims_are_measured():
    claims = shipped_claims()
    assert len(claims) == 9
    for claim in claims:
        assert claim.verdict != NOT_MEASURED, claim.text
        assert any(character.isdigit() for character in claim.evidence)
