"""Scanning a whole table: labels, examples, rejected rows and likely columns."""

import gzip
import json

import pandas as pd
import pytest

from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import facts_of
from sentiment.corpus.table_scan import EXAMPLES, TableScan, scan_table
from sentiment.corpus.tables import read_table
from sentiment.errors import CorpusError
from sentiment.typed_data import build

STARS = {1: 80, 2: 60, 3: 70, 4: 150, 5: 200}
SORTED = [(stars, f"film {n} of {stars}") for stars, count in STARS.items() for n in range(count)]
FRAME = pd.DataFrame(SORTED, columns=["stars", "text"])


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "jsonl", "parquet"])
def test_the_labels_of_the_whole_file_are_counted(tmp_path, kind):
    contents = {
        "csv": FRAME.to_csv(index=False).encode(),
        "csv.gz": gzip.compress(FRAME.to_csv(index=False).encode()),
        "jsonl": FRAME.to_json(orient="records", lines=True).encode(),
        "parquet": FRAME.to_parquet(),
    }
    path = write(tmp_path / f"t.{kind}", contents[kind])
    reported = []
    scan = scan_table(path, progress=lambda done, total: reported.append((done, total)))
    assert scan.labels == {str(stars): count for stars, count in STARS.items()}
    assert scan.rows == len(FRAME) and scan.column == "stars" and scan.rejected == ()
    assert all(0 <= done <= total == path.stat().st_size for done, total in reported)
    assert max(done for done, _ in reported) > 0


def test_examples_come_from_the_beginning_the_middle_and_the_end(tmp_path):
    path = write(tmp_path / "t.csv", FRAME.to_csv(index=False))
    scan = scan_table(path)
    assert [example.number for example in scan.beginning] == [2, 3, 4, 5, 6]
    last = len(FRAME) + 1
    assert [example.number for example in scan.end] == list(range(last - 4, last + 1))
    assert {example.label for example in scan.beginning} == {"1"}
    assert {example.label for example in scan.end} == {"5"}
    assert all(0.4 < example.number / last < 0.6 for example in scan.middle)
    assert scan.end[-1].text == SORTED[-1][1]


@pytest.mark.parametrize("rows", [*range(2, 18), 999, 1_000])
def test_examples_are_distinct_rows_and_all_of_a_short_table(tmp_path, rows):
    lines = [f"film {n},{n % 2}" for n in range(rows)]
    scan = scan_table(write(tmp_path / "t.csv", "\n".join(["text,label", *lines])))
    numbers = [e.number for e in (*scan.beginning, *scan.middle, *scan.end)]
    assert numbers == sorted(set(numbers))
    assert len(numbers) >= min(rows, 2 * EXAMPLES)
    middle = [example.number for example in scan.middle]
    assert middle == list(range(middle[0], middle[0] + len(middle))) if middle else rows < 16


def test_rows_that_cannot_be_used_are_not_counted(tmp_path):
    rows = ["fine,1", ",1", "no label,", "dull,0", "é,1", "a,b,c"]
    scan = scan_table(write(tmp_path / "t.csv", "\n".join(["text,label", *rows])))
    assert scan.labels == {"1": 2, "0": 1}
    assert [line.split(":")[0] for line in scan.rejected] == ["row 3", "row 4", "row 7"]
    assert [example.text for example in scan.accents] == ["é"]


def test_a_scan_survives_json(tmp_path):
    path = write(tmp_path / "t.csv", "text,label,split\na,1,train\nb,0,other\n")
    scan = scan_table(path)
    assert scan.split and scan.split.field == "split_column"
    assert build(TableScan, json.loads(json.dumps(scan.to_json()))) == scan


def test_a_column_of_texts_is_refused_early(tmp_path):
    lines = [f"film {n},another {n}" for n in range(5_000)]
    path = write(tmp_path / "t.csv", "\n".join(["text,label", *lines]))
    seen = []
    with pytest.raises(CorpusError, match=r"'label'.*Label column"):
        scan_table(path, progress=lambda done, total: seen.append(done))
    assert len(seen) < 3


@pytest.mark.parametrize(
    ("header", "text", "label"),
    [
        ("id,Review Text,Stars", "Review Text", "Stars"),
        ("reviewText,overall,title", "reviewText", "overall"),
        (" SENTIMENT , Tweet ,when", "Tweet", "SENTIMENT"),
        ("label,text,stars", "text", "label"),
        ("a,b,c", None, None),
    ],
)
def test_likely_columns_are_found_by_their_names(tmp_path, header, text, label):
    facts = facts_of(write(tmp_path / "t.csv", f"{header}\n1,2,3\n4,5,6\n"))
    found = [name and name.strip() for name in (facts.text, facts.label)]
    assert found == [text, label]


def test_likely_columns_are_found_by_their_values(tmp_path):
    rows = "".join(f"{n},this film was quite something no {n},{n % 2}\n" for n in range(30))
    facts = facts_of(write(tmp_path / "t.csv", f"nr,words,verdict\n{rows}"))
    assert (facts.text, facts.label) == ("words", "verdict")
    assert facts.first_rows[0] == ("0", "this film was quite something no 0", "0")


def test_the_classes_of_a_scan_are_those_of_the_corpus(tmp_path):
    path = write(tmp_path / "t.csv", FRAME.to_csv(index=False))
    assert len(read_table(path)) == sum(count for stars, count in STARS.items() if stars != 3)
    table = TableConfig(classes="Negative=1; Positive=3,4,5")
    assert len(read_table(path, table)) == sum(STARS.values()) - STARS[2]
