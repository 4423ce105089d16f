"""What the pages show of rejected rows."""

from sentiment.corpus.preview import rejected_by_reason, rejected_count
from sentiment.corpus.table_rows import MAX_OF_A_REASON, RejectedRows


def test_rejected_rows_are_grouped_by_reason():
    lines = ["row 2: the text is empty", "row 5: 4 columns, expected 2", "row 9: the text is empty"]
    assert rejected_by_reason(lines) == [
        {"reason": "the text is empty", "rows": "row 2, row 9"},
        {"reason": "4 columns, expected 2", "rows": "row 5"},
    ]
    assert rejected_by_reason([]) == []


def test_lines_that_stand_for_several_rows_are_counted_so():
    rejected = RejectedRows("row")
    for number in range(3 * MAX_OF_A_REASON):
        rejected.add(number, "the text is empty" if number % 2 else "the label is missing")
    assert rejected_count(rejected.lines()) == 3 * MAX_OF_A_REASON
    assert rejected_count([]) == 0
