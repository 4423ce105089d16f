"""Any table that csv, pandas or pyarrow writes is read back alike, or refused with a reason."""

import csv
import io
import os
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from sentiment.corpus.classes import NEGATIVE, POSITIVE
from sentiment.corpus.table_config import BACKSLASH, TAB, TableConfig
from sentiment.corpus.tables import read_table
from sentiment.errors import CorpusError

EXAMPLES = int(os.environ.get("SENTIMENT_EXAMPLES", "300"))
PROPERTY = settings(
    phases=[Phase.generate],
    max_examples=EXAMPLES,
    database=None,
    derandomize=EXAMPLES <= 300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
LEGACY = ["cp1252", "cp1254", "cp1251", "cp932", "gb18030", "latin-1"]
TROUBLE = ['"', '""', "'", "\\", '\\"', ",", ";", "\t", "|", "\n", "\r\n", "\r", " ", "#", "sep=;"]
WORDS = ["good", "a film", "naïve", "“quoted”", "фильм", "映画", "Işık", "ß", "1", "\x85", "\u2028"]

texts = st.lists(st.sampled_from(TROUBLE + WORDS), min_size=1, max_size=8).map("".join)
rows = st.lists(
    st.tuples(
        texts | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
        st.sampled_from(["pos", "neg"]),
    ),
    min_size=2,
    max_size=12,
).filter(lambda rows: len({label for _, label in rows}) == 2)


def assert_read_alike(path: Path, rows, first: int, **options):
    """Each row is read as it was written, or is refused with a reason, or all are."""
    try:
        corpus = read_table(path, TableConfig(**options))
    except CorpusError as error:
        assert str(path) in str(error)
        return "refused"
    refused = {int(found) for line in corpus.rejected for found in re.findall(r"^\w+ (\d+):", line)}
    read = {int(name.split()[1]) - first: n for n, name in enumerate(corpus.names)}
    assert read.keys() | {number - first for number in refused} == set(range(len(rows)))
    assert not read.keys() & {number - first for number in refused}
    for place, n in read.items():
        text, label = rows[place]
        assert corpus.texts[n] == text
        assert corpus.labels[n] == (POSITIVE if label == "pos" else NEGATIVE)
    return "read" if len(read) == sum(bool(text.strip()) for text, _ in rows) else "in part"


# In Python 3.11, csv does not quote LF where lines end with CR: CR and such a LF are one line end.
def is_ambiguous(rows, dialect):
    return dialect["lineterminator"] == "\r" and any(text.startswith("\n") for text, _ in rows)


dialects = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
        "quoting": st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
        "doublequote": st.booleans(),
    }
)


@PROPERTY
@given(
    rows,
    dialects,
    st.sampled_from(UNICODE + LEGACY),
    st.booleans(),
    st.sampled_from(["csv", "tsv", "txt"]),
)
def test_what_csv_writes(tmp_path, rows, dialect, encoding, header, suffix):
    assume(not is_ambiguous(rows, dialect))
    file = io.StringIO()
    writer = csv.writer(file, escapechar=None if dialect["doublequote"] else "\\", **dialect)
    writer.writerows([["text", "label"]] * header + rows)
    path = tmp_path / f"t.{suffix}"
    try:
        path.write_bytes(file.getvalue().encode(encoding))
    except UnicodeEncodeError:
        return  # such a file cannot exist
    options = {"encoding": encoding} if encoding in LEGACY else {}
    if not dialect["doublequote"] and not any('"' in text for text, _ in rows):
        options["quotes"] = BACKSLASH  # nothing in the file says so
    assert_read_alike(path, rows, 1 + header, **options)


@PROPERTY
@given(rows, dialects)
def test_what_csv_writes_is_read_whole_by_its_dialect(tmp_path, rows, dialect):
    dialect = {**dialect, "doublequote": True}
    assume(not is_ambiguous(rows, dialect))
    file = io.StringIO()
    csv.writer(file, **dialect).writerows([["text", "label"], *rows])
    path = tmp_path / "t.csv"
    path.write_bytes(file.getvalue().encode())
    delimiter = TAB if dialect["delimiter"] == "\t" else dialect["delimiter"]
    result = assert_read_alike(path, rows, 2, delimiter=delimiter, quotes="yes", header="yes")
    usable = [(text, label) for text, label in rows if text.strip()]
    letters = any(char.isalpha() for text, _ in usable for char in text)
    if letters and len({label for _, label in usable}) == 2:
        assert result == "read"


def pandas_csv(frame, path, **options):
    frame.to_csv(path, index=False, **options)


WRITERS = {
    ".csv": pandas_csv,
    ".tsv": lambda frame, path: pandas_csv(frame, path, sep="\t"),
    ".csv.gz": pandas_csv,
    ".csv.bz2": pandas_csv,
    ".csv.xz": pandas_csv,
    ".csv.zip": pandas_csv,
    ".jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True),
    ".json": lambda frame, path: frame.to_json(path, orient="records", indent=2),
    " columns.json": lambda frame, path: frame.to_json(path),
    " split.json": lambda frame, path: frame.to_json(path, orient="split"),
    " index.json": lambda frame, path: frame.to_json(path, orient="index"),
    " table.json": lambda frame, path: frame.to_json(path, orient="table", index=False),
    ".parquet": lambda frame, path: frame.to_parquet(path),
    " arrow.csv": lambda frame, path: pa.csv.write_csv(pa.Table.from_pandas(frame), path),
    " all valid.csv": lambda frame, path: pa.csv.write_csv(
        pa.Table.from_pandas(frame), path, pa.csv.WriteOptions(quoting_style="all_valid")
    ),
}


@settings(PROPERTY, max_examples=max(EXAMPLES // 10, 10))
@given(rows=rows)
@pytest.mark.parametrize("name", WRITERS)
def test_what_pandas_and_pyarrow_write(tmp_path, name, rows):
    path = tmp_path / f"t{name}"
    WRITERS[name](pd.DataFrame(rows, columns=["text", "label"]), path)
    assert_read_alike(path, rows, 2 if ".csv" in name or ".tsv" in name else 1)
