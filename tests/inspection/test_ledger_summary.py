"""Sets of units and sums of a ledger, against plain loops."""

import numpy as np
import pytest

from sentiment.inspection.ledger import ledger
from sentiment.inspection.ledger_summary import (
    UNIT_SETS,
    amounts_finding,
    half_life_finding,
    residual,
    unit_set,
    word_amounts,
)
from tests.inspection.test_ledger import TEXT, predictor_of


@pytest.fixture(scope="module", params=["lstm", "bigru"])
def layers(request):
    predictor = predictor_of(request.param)
    return ledger(predictor.network, predictor.trace(TEXT)).layers


def test_unit_sets_are_ordered_by_contribution_and_half_life(layers, monkeypatch):
    monkeypatch.setattr("sentiment.inspection.ledger_summary.FEW", 2)
    for layer_ledger in layers:
        units = {name: unit_set(layer_ledger, name, 3).tolist() for name in UNIT_SETS}
        assert units["all"] == list(range(6)) and units["one"] == [3]
        lives = layer_ledger.half_lives.tolist()
        assert [lives[unit] for unit in units["slowest 8"]] == sorted(lives)[::-1][:2]
        assert [lives[unit] for unit in units["fastest 8"]] == sorted(lives)[:2]


def test_amounts_keep_the_sign_of_one_unit_and_add_up_several(layers):
    for layer_ledger in layers:
        one = word_amounts(layer_ledger, np.array([2]))
        np.testing.assert_array_equal(one.written, layer_ledger.written[:, 2])
        np.testing.assert_array_equal(one.remaining, layer_ledger.remaining[:, 2])
        every = word_amounts(layer_ledger, np.arange(6))
        np.testing.assert_allclose(every.written, np.abs(layer_ledger.written).sum(axis=1))
        share = np.abs(layer_ledger.remaining).sum() / np.abs(layer_ledger.written).sum()
        assert every.share_remaining == pytest.approx(share)
        assert f"{share:.0%}" in amounts_finding(layer_ledger, every)
        end = "first" if layer_ledger.layer.direction == "backward" else "last"
        assert f"{end} {layer_ledger.recent_words} of 20" in amounts_finding(layer_ledger, every)
        assert residual(layer_ledger) < 1e-5


def test_half_lives_are_summarized_by_median_and_longest():
    sentence = half_life_finding(np.array([1.0, 40.0, 3.0]))
    assert "3.0 words" in sentence and "unit 1" in sentence and "40 words" in sentence
    assert "infinite" in half_life_finding(np.array([np.inf]))
