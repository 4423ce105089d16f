"""The cutoff rules against NumPy on all lengths."""

import numpy as np
import pytest

from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.outliers import iqr_cutoffs, percentile_cutoffs, z_score_cutoffs

LENGTHS = np.random.default_rng(3).lognormal(5.2, 0.7, 4_000).astype(int) + 1
HISTOGRAM = LengthHistogram.of(LENGTHS)


def whole(low, high):
    return max(1, int(np.ceil(low))), int(np.floor(high))


def quartiles():
    return np.percentile(LENGTHS, [25, 75], method="inverted_cdf")


@pytest.mark.parametrize("share", [0, 1, 5, 49])
def test_percentiles(share):
    expected = np.percentile(LENGTHS, [share, 100 - share], method="inverted_cdf")
    assert percentile_cutoffs(HISTOGRAM, share) == tuple(expected)


@pytest.mark.parametrize("times", [0, 0.5, 1.5, 3])
def test_iqr(times):
    low, high = quartiles()
    reach = times * (high - low)
    assert iqr_cutoffs(HISTOGRAM, times) == whole(low - reach, high + reach)
    low, high = np.log(quartiles())
    reach = times * (high - low)
    expected = whole(np.exp(low - reach) - 1e-9, np.exp(high + reach) + 1e-9)
    assert iqr_cutoffs(HISTOGRAM, times, logarithms=True) == expected


@pytest.mark.parametrize("z", [0.5, 2, 3])
def test_z_score(z):
    mean, deviation = LENGTHS.mean(), LENGTHS.std()
    assert z_score_cutoffs(HISTOGRAM, z) == whole(mean - z * deviation, mean + z * deviation)
    logs = np.log(LENGTHS)
    low, high = logs.mean() - z * logs.std(), logs.mean() + z * logs.std()
    assert z_score_cutoffs(HISTOGRAM, z, logarithms=True) == whole(np.exp(low), np.exp(high))


def test_logarithms_give_short_outliers_too():
    assert z_score_cutoffs(HISTOGRAM, 2)[0] == 1
    assert z_score_cutoffs(HISTOGRAM, 2, logarithms=True)[0] > 1


@pytest.mark.parametrize("lengths", [[], [0], [0, 0, 5], [7]])
def test_very_few_reviews(lengths):
    histogram = LengthHistogram.of(np.array(lengths, int))
    for rule in (iqr_cutoffs, z_score_cutoffs):
        for logarithms in (False, True):
            low, high = rule(histogram, 1.5, logarithms=logarithms)
            assert 1 <= low <= high
    low, high = percentile_cutoffs(histogram, 1)
    assert 1 <= low <= high
