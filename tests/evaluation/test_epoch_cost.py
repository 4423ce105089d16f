"""Costs of sequence lengths: cells by hand, the shortest sufficient length by its definition."""

import numpy as np
import pytest

from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.settings import SequenceConfig
from sentiment.errors import SentimentError
from sentiment.evaluation.epoch_cost import (
    MeasuredSpeed,
    candidate_lengths,
    cost_table,
    epoch_costs,
    measured_speeds,
    shortest_sufficient_length,
)
from sentiment.evaluation.shipped_tables import SpeedTable
from sentiment.training.config import recipe_with
from sentiment.training.memory_requirement import required_bytes

LENGTHS = LengthHistogram.of(np.random.default_rng(0).lognormal(5.2, 0.7, 3_000).astype(int) + 1)
SPEED = MeasuredSpeed("lstm", 128, 2, 1_000.0)


def test_seconds_are_cells_by_speed():
    (cost,) = epoch_costs(LENGTHS, [200], 32, SPEED)
    assert cost.seconds_fixed == 3_000 * 200 / 1_000
    assert cost.seconds_bucketed == cost.cells.bucketed / 1_000
    assert cost.effect == LENGTHS.sequence_effect(200)


def test_memory_is_what_a_longer_row_adds_to_the_footprint():
    from sentiment.training.config import Recipe

    def recipe(length):
        return recipe_with(Recipe(), {"sequence_length": length, "batch_size": 32})

    short, long = epoch_costs(LENGTHS, [96, 320], 32, SPEED)
    more = required_bytes(recipe(320), 1_000) - required_bytes(recipe(96), 1_000)
    assert long.memory - short.memory == more


@pytest.mark.parametrize("most_lost", [0.0, 0.05, 0.1, 0.5])
def test_the_shortest_sufficient_length_loses_no_more(most_lost):
    sufficient = shortest_sufficient_length(LENGTHS, most_lost)
    every = range(10, LENGTHS.longest + 20, 10)
    fitting = [n for n in every if LENGTHS.sequence_effect(n).lost_words_share <= most_lost]
    assert sufficient == fitting[0]


def test_every_encoder_has_a_measured_speed():
    speeds = measured_speeds()
    assert {"lstm", "gru", "rnn", "bilstm"} <= set(speeds)
    assert all(speed.words_per_second > 0 for speed in speeds.values())


def test_a_damaged_table_of_speeds_is_named(tmp_path):
    path = tmp_path / "speed.json"
    path.write_text('{"width": 128, "threads": 2, "results": [{"architecture": "lstm"}]}')
    with pytest.raises(SentimentError, match=r"speed\.json"):
        SpeedTable.read(path)


def test_candidates_hold_the_chosen_length_and_the_sufficient_length():
    drawn, listed = candidate_lengths(777, 333)
    assert {777, 333} <= set(drawn) & set(listed)
    assert drawn == sorted(drawn) and max(drawn) == 1_000
    assert max(candidate_lengths(4_000, 90)[0]) == 4_000
    longest = SequenceConfig.bounds("sequence_length")[1]
    assert max(candidate_lengths(10, 10 * longest)[1]) == longest


def test_table_marks_the_chosen_length_and_the_sufficient_length():
    lengths = LengthHistogram.of(np.arange(1, 301))
    costs = epoch_costs(lengths, [100, 200, 300], 32, next(iter(measured_speeds().values())))
    table = cost_table(costs, chosen=200, sufficient=300)
    assert [(row["words"], row[" "]) for row in table] == [(100, ""), (200, "chosen"), (300, "★")]
    assert table[-1]["words lost"] == 0
    assert table[0]["padding, buckets"] < table[2]["padding, fixed width"]
