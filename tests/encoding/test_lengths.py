"""Results from a histogram equal the results of NumPy from all lengths."""

from collections import Counter

import numpy as np
import pytest

from sentiment.encoding.lengths import CutoffEffect, LengthHistogram, length_table
from sentiment.encoding.padding import kept_positions

LENGTHS = np.random.default_rng(3).lognormal(5.2, 0.7, 4_000).astype(int)
LENGTHS[:7] = [0, 0, 1, 2, 2_000, 2_505, 3]


@pytest.fixture
def histogram():
    return LengthHistogram.of(LENGTHS)


def test_summary(histogram):
    assert histogram.reviews == len(LENGTHS)
    assert histogram.words == LENGTHS.sum()
    assert histogram.mean == pytest.approx(LENGTHS.mean())
    assert (histogram.shortest, histogram.longest) == (LENGTHS.min(), LENGTHS.max())


@pytest.mark.parametrize("share", [0, 1, 10, 25, 50, 75, 90, 99, 100])
def test_percentiles(histogram, share):
    assert histogram.percentile(share) == np.percentile(LENGTHS, share, method="inverted_cdf")


@pytest.mark.parametrize(("low", "high"), [(3, 1_500), (1, 10), (100, 100), (500, 20)])
def test_cutoffs_account_for_every_review(histogram, low, high):
    cut = CutoffEffect.of(histogram, low, high)
    kept = LENGTHS[(LENGTHS >= low) & (LENGTHS <= high)]
    assert cut.kept.reviews == len(kept)
    assert cut.kept.words == kept.sum()
    assert cut.empty == np.sum(LENGTHS == 0)
    assert cut.short == np.sum((LENGTHS > 0) & (LENGTHS < low))
    assert cut.long == np.sum((LENGTHS > high) & (LENGTHS >= max(low, 1)))
    assert cut.kept.reviews + cut.empty + cut.short + cut.long == len(LENGTHS)


def test_repeated_reviews_within_the_cutoffs_are_dropped_once():
    lengths = LengthHistogram.of(np.array([0, 2, 5, 5, 5, 9, 40]))
    copies = LengthHistogram.of(np.array([2, 5, 5, 40]))
    cut = CutoffEffect.of(lengths, 3, 20, copies)
    assert (cut.empty, cut.short, cut.long, cut.repeated) == (1, 1, 1, 2)
    assert (cut.kept.lengths.tolist(), cut.kept.counts.tolist()) == ([5, 9], [1, 1])


@pytest.mark.parametrize("sequence_length", [1, 50, 250, 3_000])
def test_sequence_effect_equals_padding_and_truncating(histogram, sequence_length):
    effect = histogram.sequence_effect(sequence_length)
    kept = np.array([len(kept_positions(n, sequence_length, "both")) for n in LENGTHS])
    assert effect.truncated_reviews == np.sum(kept < LENGTHS)
    assert effect.lost_words_share == pytest.approx(1 - kept.sum() / LENGTHS.sum())
    assert effect.padding_share == pytest.approx(1 - kept.sum() / (sequence_length * len(LENGTHS)))


def test_bins_hold_every_review_below_the_edge(histogram):
    for edges in (np.arange(0, 1_001, 25), np.array([1, 2, 4, 9, 1_000])):
        expected, _ = np.histogram(LENGTHS, bins=edges)
        expected[-1] -= np.sum(LENGTHS == 1_000)  # numpy closes its last bin on the right
        assert histogram.binned(edges).tolist() == expected.tolist()


def test_spread_and_shares(histogram):
    assert histogram.deviation == pytest.approx(LENGTHS.std())
    assert histogram.deciles == [
        np.percentile(LENGTHS, share, method="inverted_cdf") for share in range(10, 100, 10)
    ]
    at, shares = histogram.cumulative(400)
    assert at.max() <= 400
    for length, share in zip(at.tolist(), shares, strict=True):
        assert share == pytest.approx(np.mean(LENGTHS <= length))


def test_merging_equals_counting_together(histogram):
    merged = LengthHistogram.merged(
        [LengthHistogram.of(LENGTHS[:1_000]), LengthHistogram.of(LENGTHS[1_000:])]
    )
    assert merged.lengths.tolist() == histogram.lengths.tolist()
    assert merged.counts.tolist() == histogram.counts.tolist()


def test_an_empty_histogram():
    empty = LengthHistogram.of(np.array([], int))
    assert (empty.reviews, empty.mean, empty.percentile(50), empty.longest) == (0, 0, 0, 0)
    assert empty.sequence_effect(10).padding_share == 0
    assert LengthHistogram.merged([]).reviews == 0


@pytest.mark.parametrize("longest", [1, 40, 3_000_000])
def test_a_histogram_counts_every_length(longest):
    lengths = np.array([0, 1, 1, longest, longest, 0, 1])
    histogram = LengthHistogram.of(lengths)
    expected = Counter(lengths.tolist())
    assert dict(zip(histogram.lengths.tolist(), histogram.counts.tolist(), strict=True)) == expected
    assert histogram.lengths.tolist() == sorted(expected)
    assert LengthHistogram.of(lengths[:0]).reviews == 0


def test_table_has_deciles_and_extremes_of_each_series():
    lengths = LengthHistogram.of(np.arange(1, 101))
    (row,) = length_table({"all": lengths})
    assert (row["series"], row["reviews"], row["mean"]) == ("all", 100, 50.5)
    assert (row["shortest"], row["longest"]) == (1, 100)
    assert [row[f"{n}%"] for n in range(10, 100, 10)] == list(range(10, 100, 10))
    assert length_table({}) == []
