"""Every review becomes a row of the same length."""

import numpy as np
import pytest

from sentiment.encoding.padding import kept_positions, pad_or_truncate
from sentiment.encoding.settings import SequenceConfig
from sentiment.errors import ConfigError

IDS = np.arange(2, 9, dtype=np.int32)  # seven words: 2 to 8


@pytest.mark.parametrize(
    ("padding", "truncation", "length", "row"),
    [
        ("after", "head", 9, [2, 3, 4, 5, 6, 7, 8, 0, 0]),
        ("before", "head", 9, [0, 0, 2, 3, 4, 5, 6, 7, 8]),
        ("after", "head", 7, [2, 3, 4, 5, 6, 7, 8]),
        ("after", "head", 4, [2, 3, 4, 5]),
        ("before", "tail", 4, [5, 6, 7, 8]),
        ("after", "both", 4, [2, 3, 7, 8]),
        ("after", "both", 5, [2, 3, 6, 7, 8]),
        ("after", "both", 1, [8]),
    ],
)
def test_rows(padding, truncation, length, row):
    config = SequenceConfig(sequence_length=length, padding=padding, truncation=truncation)
    assert pad_or_truncate(IDS, config).tolist() == row


@pytest.mark.parametrize("keep", ["head", "tail", "both"])
@pytest.mark.parametrize("length", [1, 2, 6, 7, 8])
def test_kept_positions_are_sorted_and_distinct(keep, length):
    kept = kept_positions(7, length, keep)
    assert len(kept) == min(7, length)
    assert np.all(np.diff(kept) > 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("sequence_length", 0), ("sequence_length", 2.5), ("padding", "left"), ("truncation", "")],
)
def test_errors_of_settings_have_field_and_value(field, value):
    with pytest.raises(ConfigError, match=f"{field} is {value!r}"):
        SequenceConfig(**{field: value})
