"""Differences between two traces: predictions, curves, one quantity."""

from dataclasses import replace

import numpy as np
import pytest

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.inspection.prediction import Prediction
from sentiment.inspection.trace_difference import (
    curve_pair,
    prediction_change,
    quantity_difference,
    unit_change,
)
from tests.inspection.test_ledger import predictor_of

LEFT, RIGHT = "w3 w1 w4 w1 w5", "w3 w1 w9 w1 w5 w6"


@pytest.fixture(scope="module")
def traces():
    predictor = predictor_of("bigru")
    return predictor.trace(LEFT), predictor.trace(RIGHT)


def test_the_change_of_a_prediction_is_in_percentage_points():
    before = Prediction(0, (0.6, 0.4), NEGATIVE_POSITIVE, 9, 0, 0)
    after = replace(before, label=1, probabilities=(0.35, 0.65))
    assert "from 40.0% to 65.0% (+25.0 pp)" in prediction_change(before, after, 1)
    assert "flips to Positive" in prediction_change(before, after, 1)
    same = replace(before, probabilities=(0.9, 0.1))
    assert "stays Negative" in prediction_change(before, same, 1)


def test_curves_share_an_axis_with_gaps(traces):
    pair = curve_pair(*traces)
    assert pair.labels == ["w3", "w1", "w4→w9", "w1", "w5", "+w6"]
    assert pair.shared == pytest.approx(4 / 6)
    np.testing.assert_allclose(pair.left[:5], traces[0].curve, rtol=1e-6)
    np.testing.assert_allclose(pair.right, traces[1].curve, rtol=1e-6)
    assert np.isnan(pair.left[5])
    distances = np.abs(traces[0].curve - traces[1].curve[:5])
    assert f"“{pair.labels[distances.argmax()]}”" in pair.finding
    assert f"{100 * distances.max():.1f} pp" in pair.finding


@pytest.mark.parametrize("number", [0, -1])
def test_a_quantity_is_compared_in_the_same_layer_and_direction(traces, number):
    before, after = traces
    layer, other = before.layers[number], after.layers[number]
    quantity = next(q for q in before.quantities if q.symbol == "z")
    units = np.array([4, 1])
    found = quantity_difference(before, after, layer, quantity, units)
    expected = other.values["z"][:5, units] - layer.values["z"][:, units]
    np.testing.assert_array_equal(found.change[:5], expected)
    assert np.isnan(found.change[5]).all()
    per_word = np.abs(expected).mean(axis=1)
    assert f"“{found.labels[per_word.argmax()]}”" in found.finding
    assert f"{per_word.max():.2f}" in found.finding
    assert f"{np.abs(expected).mean():.2f}" in found.finding
    same = quantity_difference(before, before, layer, quantity, units)
    assert "same at every word" in same.finding and not same.change.any()


def test_an_intervention_changes_some_units(traces):
    before = traces[0].layers[-1]
    quantity = next(q for q in traces[0].quantities if q.symbol == "h")
    changed = before.values["h"].copy()
    changed[1:, 4] += 0.5
    changed[2, 2] -= 0.25
    found = unit_change(before, replace(before, values={"h": changed}), quantity)
    assert found.largest(2).tolist() == [4, 2]
    assert "2 of 6 units" in found.finding and "0.500" in found.finding
    assert f"{(4 * 0.5 + 0.25) / 30:.3f}" in found.finding
    nothing = unit_change(before, before, quantity)
    assert "0 of 6" in nothing.finding
