"""The expected padding of an epoch equals the mean padding of drawn epochs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.encoding.buckets import (
    PADDING_SHARE,
    BatchWidths,
    EpochCells,
    bucketed_batches,
    padded_width,
    shuffled_batches,
    similar_lengths,
)
from sentiment.encoding.lengths import LengthHistogram

LENGTHS = np.random.default_rng(3).lognormal(5.2, 0.7, 6_000).astype(int) + 1


def cells_of(batches, lengths) -> int:
    return sum(len(batch) * padded_width(int(lengths[batch].max())) for batch in batches)


@pytest.mark.parametrize("reviews", [5, 60, 700, 6_000])
@pytest.mark.parametrize("sequence_length", [40, 250, 2_000])
def test_expected_cells_are_those_of_real_batches(reviews, sequence_length):
    own = LENGTHS[:reviews]
    lengths, size = np.minimum(own, sequence_length), 32
    drawn = {
        ways: np.mean(
            [cells_of(ways(lengths, size, np.random.default_rng(n)), lengths) for n in range(30)]
        )
        for ways in (shuffled_batches, bucketed_batches)
    }
    cells = BatchWidths(LengthHistogram.of(own), size).cells(sequence_length)
    assert cells.words == lengths.sum()
    assert cells.fixed == reviews * sequence_length
    assert cells.shuffled == pytest.approx(drawn[shuffled_batches], rel=0.03)
    assert cells.bucketed == pytest.approx(drawn[bucketed_batches], rel=0.03)


@pytest.mark.parametrize("way", [shuffled_batches, bucketed_batches])
def test_every_review_is_in_one_batch(way):
    batches = way(LENGTHS, 32, np.random.default_rng(0))
    assert sorted(item for batch in batches for item in batch) == list(range(len(LENGTHS)))
    assert max(map(len, batches)) == 32


def test_a_batch_larger_than_the_corpus_is_as_wide_as_its_longest():
    cells = BatchWidths(LengthHistogram.of(np.array([3, 40, 70])), 4_096).cells(1_000)
    assert cells.shuffled == cells.bucketed == 3 * 96


def test_padding_shares_are_of_the_cells():
    cells = EpochCells(words=60, fixed=120.0, shuffled=100.0, bucketed=80.0)
    assert cells.padding_share(cells.fixed) == 0.5
    assert cells.padding_share(cells.bucketed) == 0.25
    assert cells.saved_by_buckets == pytest.approx(0.2)
    nothing = EpochCells(words=0, fixed=0.0, shuffled=0.0, bucketed=0.0)
    assert nothing.padding_share(nothing.fixed) == nothing.saved_by_buckets == 0


@given(st.lists(st.integers(1, 400), max_size=50), st.integers(1, 20))
def test_similar_lengths_have_every_review_once_and_little_padding(lengths, most):
    batches = list(similar_lengths(lengths, most))
    assert sorted(number for batch in batches for number in batch) == list(range(len(lengths)))
    for batch in batches:
        own = [lengths[number] for number in batch]
        assert own == sorted(own) and len(own) <= most
        assert sum(own) >= (1 - PADDING_SHARE) * max(own) * len(own) - 1e-6
