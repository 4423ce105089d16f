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
def accounts(request):
    predictor = predictor_of(request.param)
    return ledger(predictor.network, predictor.trace(TEXT)).accounts


def test_unit_sets_are_ordered_by_push_and_half_life(accounts, monkeypatch):
    monkeypatch.setattr("sentiment.inspection.ledger_summary.FEW", 2)
    for account in accounts:
        units = {name: unit_set(account, name, 3).tolist() for name in UNIT_SETS}
        assert units["all"] == list(range(6)) and units["one"] == [3]
        lives = account.half_lives.tolist()
        assert [lives[unit] for unit in units["slowest 8"]] == sorted(lives)[::-1][:2]
        assert [lives[unit] for unit in units["fastest 8"]] == sorted(lives)[:2]


def test_amounts_keep_the_sign_of_one_unit_and_add_up_several(accounts):
    for account in accounts:
        one = word_amounts(account, np.array([2]))
        np.testing.assert_array_equal(one.written, account.written[:, 2])
        np.testing.assert_array_equal(one.left, account.survived[:, 2])
        every = word_amounts(account, np.arange(6))
        np.testing.assert_allclose(every.written, np.abs(account.written).sum(axis=1))
        assert every.share_left == pytest.approx(account.left)
        assert f"{account.left:.0%}" in amounts_finding(account, every)
        end = "first" if account.layer.direction == "backward" else "last"
        assert f"{end} {account.recent} of 20" in amounts_finding(account, every)
        assert residual(account) < 1e-5


def test_half_lives_are_summarized_by_median_and_longest():
    sentence = half_life_finding(np.array([1.0, 40.0, 3.0]))
    assert "3.0 words" in sentence and "unit 1" in sentence and "40 words" in sentence
    assert "infinite" in half_life_finding(np.array([np.inf]))
