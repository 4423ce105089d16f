"""What the pages show of rejected rows."""

from sentiment.corpus.preview import rejected_by_reason


def test_rejected_rows_are_grouped_by_reason():
    lines = ["row 2: the text is empty", "row 5: 4 columns, expected 2", "row 9: the text is empty"]
    assert rejected_by_reason(lines) == [
        {"reason": "the text is empty", "rows": "row 2, row 9"},
        {"reason": "4 columns, expected 2", "rows": "row 5"},
    ]
    assert rejected_by_reason([]) == []
