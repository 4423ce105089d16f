"""Whole rows: every row in its place with all columns, or the reason why it cannot be read."""

import json

import pyarrow as pa
import pyarrow.parquet
import pytest

from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.whole_rows import whole_table
from sentiment.errors import CorpusError


def rows(path):
    return [(row.number, list(row.values), row.reason != "") for row in whole_table(path).rows()]


def test_rows_that_cannot_be_read_keep_their_places(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('id,review,review,\n1,"nice, film",x,a\n2,bad\n3,ok,y,b\n\n4,"so\nso",z,\n5\n')
    table = whole_table(path)
    assert len(set(table.names)) == 4 and table.names[:2] == ("id", "review")
    assert table.names[table.text_column()] == "review"
    nothing = [None] * 4
    assert rows(path) == [
        (2, ["1", "nice, film", "x", "a"], False),
        (3, nothing, True),
        (4, ["3", "ok", "y", "b"], False),
        (5, ["4", "so\nso", "z", ""], False),
        (6, nothing, True),
    ]


def test_fields_that_only_late_records_have_are_columns(tmp_path):
    path = tmp_path / "t.jsonl"
    records = [{"text": f"film {n}", "n": n} for n in range(300)] + [{"text": "end", "late": [1]}]
    lines = [json.dumps(record) for record in records]
    path.write_text("\n".join([*lines[:5], "not json", *lines[5:]]) + "\n")
    assert whole_table(path).names == ("text", "n", "late")
    found = rows(path)
    assert len(found) == 302 and found[5] == (6, [None] * 3, True)
    assert found[-1] == (302, ["end", None, [1]], False)


def test_parquet_keeps_its_types_and_nested_values(tmp_path):
    path = tmp_path / "t.parquet"
    written = pa.table({"text": ["a b", None], "n": [1, None], "parts": [[1], [2, 3]]})
    pa.parquet.write_table(written, path)
    assert whole_table(path).types == tuple(written.schema.types)
    assert rows(path) == [(1, ["a b", 1, [1]], False), (2, [None, None, [2, 3]], False)]


def test_plain_text_is_a_review_per_line(tmp_path):
    path = tmp_path / "t.txt"
    path.write_bytes("A nice film, really\r\n\r\nFür Kenner\r\n".encode())
    assert whole_table(path).names == ("text",)
    assert [values for _, values, _ in rows(path)] == [
        ["A nice film, really"],
        [""],
        ["Für Kenner"],
    ]


def test_an_unclear_column_of_texts_is_an_error_that_names_the_columns(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n3,4\n5,6\n")
    table = whole_table(path)
    with pytest.raises(CorpusError, match="'a'"):
        table.text_column()
    for named in ("b", "2"):
        assert whole_table(path, TableConfig(text=named)).text_column() == 1
    with pytest.raises(CorpusError, match="'c'"):
        whole_table(path, TableConfig(text="c")).text_column()


def test_several_files_are_refused(tmp_path):
    with pytest.raises(CorpusError, match="one file"):
        whole_table(tmp_path)


def test_a_name_that_no_file_can_have_is_refused(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "a", "half \\ud83d": 1}\n')
    with pytest.raises(CorpusError, match="column 2"):
        whole_table(path)
