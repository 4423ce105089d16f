"""The charts of Memory, Which words, What if and Compare two contain their data."""

import numpy as np
import pytest

from sentiment.charts.attribution import RANDOM, deletion_curves
from sentiment.charts.ledger import half_life_histogram
from sentiment.charts.pairs import MOST_CELLS, color_range, units_shown
from sentiment.networks.trace import Quantity
from tests.charts.checked import (
    attribution_strips,
    contribution_bars,
    probability_curves,
    state_panels,
    written_and_remaining,
)

WORDS = ["the", "film", "is", "the", "best"]
CONTRIBUTIONS = np.array([-0.5, 0.25, 0.0, -1.0, 0.75])


def rows_of(chart) -> list[dict]:
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


@pytest.mark.parametrize("dark", [True, False])
def test_contributions_are_colored_by_side_and_list_their_parts(dark):
    parts = {"forward": CONTRIBUTIONS / 4, "backward": 3 * CONTRIBUTIONS / 4}
    (bars,) = contribution_bars(WORDS, CONTRIBUTIONS, parts, dark=dark).data
    np.testing.assert_array_equal(bars.y, CONTRIBUTIONS)
    colors = bars.marker.color
    assert colors[0] == colors[3] != colors[1] == colors[4]
    assert "forward" in bars.hovertemplate and "backward" in bars.hovertemplate
    (alone,) = contribution_bars(WORDS, CONTRIBUTIONS, {"forward": CONTRIBUTIONS}).data
    assert "forward" not in alone.hovertemplate


def test_remaining_amounts_are_in_front_of_written_amounts():
    written, left = np.array([2.0, 0, 1, 4, 1]), np.array([0.5, 0, 0, 3, 1])
    behind, front = written_and_remaining(WORDS, written, left).data
    np.testing.assert_array_equal(behind.y, written)
    np.testing.assert_array_equal(front.y, left)
    assert front.customdata.tolist() == [0.25, 0, 0, 0.75, 1]


def test_every_half_life_is_in_one_bar():
    lives = np.array([0, 0.5, 1, 1.9, 2, 3, 500, 512, 9_999, np.inf])
    units = {row["words"]: row["units"] for row in rows_of(half_life_histogram(lives))}
    assert sum(units.values()) == len(lives)
    assert (units["<1"], units["1–2"], units["2–4"], units["256–512"], units[">512"]) == (
        2,
        2,
        2,
        1,
        3,
    )


def test_each_method_has_its_own_scale():
    methods = {"Ledger": CONTRIBUTIONS, "Leave one out": 10 * CONTRIBUTIONS, "Nothing": np.zeros(5)}
    (strips,) = attribution_strips(WORDS, methods, "Negative", "Positive").data
    np.testing.assert_allclose(strips.z[0], strips.z[1])
    assert np.abs(strips.z[:2]).max() == 1 and not strips.z[2].any()
    np.testing.assert_allclose(strips.customdata[1], 10 * CONTRIBUTIONS)


def test_deletion_curves_show_every_method_and_random_words():
    removed, draws = np.array([0, 1, 2]), np.array([[0.9, 0.8, 0.7], [0.9, 0.6, 0.9]])
    data = rows_of(deletion_curves(removed, {"Ledger": draws[0]}, draws, "Negative"))
    lines = {
        name: [row["probability"] for row in data if row.get("method") == name]
        for name in ("Ledger", RANDOM)
    }
    assert lines["Ledger"] == [0.9, 0.8, 0.7]
    assert lines[RANDOM] == pytest.approx([0.9, 0.7, 0.8])
    band = [(row["low"], row["high"]) for row in data if "low" in row]
    assert band == [(0.9, 0.9), (0.6, 0.8), (0.7, 0.9)]


def test_two_traces_share_axis_and_color_range():
    left, right = np.full((5, 3), 0.25), np.full((5, 3), 0.75)
    left[1] = np.nan
    names = ["unit 4", "unit 0", "unit 2"]
    figure = state_panels(
        WORDS, {"a": left, "b": right}, names, (0, 1), difference=right - left, dark=True
    )
    first, second, difference = figure.data
    assert (first.zmin, first.zmax) == (second.zmin, second.zmax) == (0, 1)
    assert difference.zmin == -difference.zmax == -0.5
    assert np.isnan(first.z[:, 1]).all() and not np.isnan(second.z).any()
    curves = probability_curves(WORDS, {"a": CONTRIBUTIONS, "b": -CONTRIBUTIONS}, "Positive").data
    assert curves[0].x == curves[1].x and len(set(curves[0].x)) == 5
    assert curves[0].line.color != curves[1].line.color
    assert curves[0].line.dash != curves[1].line.dash


def test_disjoint_texts_have_a_chart_without_difference():
    figure = state_panels(
        WORDS, {"a": np.zeros((5, 1))}, ["unit 0"], (-1, 1), difference=np.full((5, 1), np.nan)
    )
    assert figure.data[1].zmax == 1


def test_longer_texts_show_fewer_units():
    assert units_shown(20, 256) == 32 and units_shown(20, 6) == 6
    assert units_shown(2_000, 256) * 2_000 <= MOST_CELLS


def test_a_color_range_without_bounds_covers_both_traces():
    unbounded = Quantity("state", "h", None, "")
    low, high = color_range(unbounded, np.array([[np.nan, 1.0]]), np.array([[-9.0, 8.0]]))
    assert -low == high > 7
    assert color_range(Quantity("gate", "f", (0, 1), ""), np.array([9.0])) == (0, 1)
