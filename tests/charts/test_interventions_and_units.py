"""The charts of the Interventions and Units views contain their data."""

import numpy as np
import pytest

from sentiment.charts.neurons import LONGEST, PICK, unit_overview
from sentiment.networks.trace import LayerTrace, Quantity
from tests.charts.checked import before_and_after, changed_heatmaps, unit_values

WORDS = ["not", "good", "not", "bad"]
GATE = Quantity("forget gate", "f", (0, 1), "")
CELL = Quantity("cell state", "c", (-2, 2), "")


def layer(seed):
    dice = np.random.default_rng(seed)
    values = {symbol: dice.random((4, 6)).astype(np.float32) for symbol in "fc"}
    return LayerTrace(0, "forward", values)


@pytest.mark.parametrize("dark", [False, True])
def test_both_curves_are_at_their_words(dark):
    before = np.array([0.4, 0.6, 0.5, 0.1])
    figure = before_and_after(
        WORDS, before, np.array([0, 3]), np.array([0.5, 0.9]), "Positive", dark=dark
    )
    plain, changed = figure.data
    assert len(set(plain.x)) == 4  # the second "not" has a place of its own
    assert list(changed.x) == [plain.x[0], plain.x[3]]
    np.testing.assert_array_equal(changed.y, [0.5, 0.9])


def test_the_heatmaps_show_the_values_after_and_the_change():
    before, after, units = layer(0), layer(1), np.array([4, 1])
    became, difference = changed_heatmaps(WORDS, before, after, CELL, units).data
    np.testing.assert_array_equal(became.z, after.values["c"][:, units].T)
    expected = (after.values["c"] - before.values["c"])[:, units].T
    np.testing.assert_allclose(difference.z, expected)
    assert difference.zmin == -difference.zmax


@pytest.mark.parametrize("dark", [False, True])
def test_the_overview_has_one_clickable_point_per_unit(dark):
    lives, heights = np.array([0.5, np.inf, 3.0]), np.array([0.1, -0.2, 0.0])
    drawn = unit_overview(lives, heights, "push", 1, dark=dark).to_dict()
    (rows,) = drawn["datasets"].values()
    assert [row["unit"] for row in rows] == [0, 1, 2]
    assert [row["half-life"] for row in rows] == [0.5, LONGEST, 3.0]
    assert drawn["params"][0]["name"] == PICK


def test_the_lines_show_the_unit():
    trace = layer(0)
    gate, cell = unit_values(WORDS, trace, [GATE, CELL], 5).data
    np.testing.assert_array_equal(gate.y, trace.values["f"][:, 5])
    np.testing.assert_array_equal(cell.y, trace.values["c"][:, 5])
    assert gate.yaxis != cell.yaxis
    (alone,) = unit_values(WORDS, trace, [CELL], 5).data  # an architecture without gates
    assert alone.name == "cell state (c)"
