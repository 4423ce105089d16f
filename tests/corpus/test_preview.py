"""What the pages show of a table before it is used."""

from dataclasses import replace

import pytest

from sentiment.corpus.preview import example_rows, likely_columns, rejected_by_reason
from tests.corpora import small_corpus


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (["id", "Review", "Stars"], (1, 2)),
        (["label", "text"], (1, 0)),
        (["a", "b"], (0, 0)),
    ],
)
def test_likely_columns_are_found_by_their_names(names, columns):
    assert likely_columns(names) == columns


def test_texts_with_accents_come_first_on_request():
    corpus = replace(small_corpus(4), texts=["plain", "naïve", "plain too", "café"])
    assert example_rows(corpus, 3) == [0, 1, 2]
    assert example_rows(corpus, 3, accents=True) == [1, 3, 0]
    assert example_rows(corpus, 9) == [0, 1, 2, 3]


def test_rejected_rows_are_grouped_by_reason():
    lines = ["row 2: the text is empty", "row 5: 4 columns, expected 2", "row 9: the text is empty"]
    assert rejected_by_reason(lines) == [
        {"reason": "the text is empty", "rows": "row 2, row 9"},
        {"reason": "4 columns, expected 2", "rows": "row 5"},
    ]
    assert rejected_by_reason([]) == []
