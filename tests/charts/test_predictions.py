"""Charts of the predictions for a file."""

import numpy as np
import pytest

from sentiment.charts.predictions import label_bars, probability_histogram
from sentiment.corpus.classes import NEGATIVE_NEUTRAL_POSITIVE, NEGATIVE_POSITIVE, Classes
from tests.charts.test_charts import rows_of

MANY = Classes(tuple(f"class {n}" for n in range(20)))


@pytest.mark.parametrize("classes", [NEGATIVE_POSITIVE, NEGATIVE_NEUTRAL_POSITIVE, MANY])
@pytest.mark.parametrize("dark", [False, True])
def test_bars_have_the_rows_of_each_class(classes, dark):
    counts = np.arange(len(classes)) * 3
    rows = rows_of(label_bars(counts, classes, dark=dark))
    assert [row["class"] for row in rows] == list(classes.names)
    assert [row["rows"] for row in rows] == counts.tolist()
    assert sum(row["share"] for row in rows) == pytest.approx(1)


@pytest.mark.parametrize(
    ("classes", "colors"), [(NEGATIVE_POSITIVE, 2), (NEGATIVE_NEUTRAL_POSITIVE, 1), (MANY, 1)]
)
def test_a_histogram_has_all_bins(classes, colors):
    bins = np.arange(20)
    rows = rows_of(probability_histogram(bins, classes, len(classes) - 1))
    assert [row["rows"] for row in rows] == bins.tolist()
    assert (rows[0]["from"], rows[-1]["to"]) == (0, 1)
    assert len({row["color"] for row in rows}) == colors  # of two: of the predicted class
