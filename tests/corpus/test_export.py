"""No text becomes a formula in a spreadsheet."""

import csv
import io

import pytest

from sentiment.corpus.export import csv_of, safe_cell
from sentiment.runs.comparison import events_csv

FORMULAS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")']


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_become_texts(text):
    content = csv_of([{"text": text, "=name": 1}]).decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(content, newline=""))
    assert row == [f"'{text}", "1"] and header == ["text", "'=name"]
    if not text.isprintable():
        return  # not a name of a run
    of_run = list(csv.DictReader(io.StringIO(events_csv({text: {"StepEvent": [{}]}}), newline="")))
    assert of_run[0]["run"] == f"'{text}"


def test_other_values_stay_as_they_are():
    assert [safe_cell(value) for value in ("a = b", -1, 2.5, "", None, "'=1")] == [
        "a = b",
        -1,
        2.5,
        "",
        None,
        "'=1",
    ]
    assert csv_of([]) == b"\xef\xbb\xbf"
