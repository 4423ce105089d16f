"""Size and balance of the remarks, and the quality of the default model on them."""

from collections import Counter

import pytest

from sentiment.encoding.tokenize import tokenize
from sentiment.networks.model_folder import DEFAULT_MODEL
from tests.behavior.remarks import LABELS, read_remarks, wrong_remarks

HELD_ACCURACY = 0.94  # slightly below the value measured for the default model


@pytest.mark.parametrize("part", ["open", "held"])
def test_remarks_are_short_balanced_and_distinct(part):
    remarks = read_remarks(part)
    assert Counter(remark.label for remark in remarks) == dict.fromkeys(LABELS, 100)
    texts = {" ".join(tokenize(remark.text)) for remark in remarks}
    assert len(texts) == len(remarks)
    assert all(1 <= len(remark.text.split()) <= 6 for remark in remarks)


def test_no_remark_is_in_both_parts():
    open_half, held = (
        {" ".join(tokenize(remark.text)) for remark in read_remarks(part)}
        for part in ("open", "held")
    )
    assert not open_half & held


def test_accuracy_on_remarks():
    held = read_remarks("held")
    assert 1 - len(wrong_remarks(DEFAULT_MODEL, held)) / len(held) >= HELD_ACCURACY
