"""Reviews from a table (.csv, .tsv, .jsonl, .parquet) or from a pair of text files.

Whatever the file, it becomes rows of (where, text, label, split), and `table_rows` makes a corpus
of them. A file that cannot be understood is a CorpusError.
"""

import contextlib
import csv
import io
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from sentiment.corpus.review import Corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import (
    Columns,
    Rejected,
    Row,
    choose_columns,
    corpus_of,
    is_missing,
    label_name,
)
from sentiment.corpus.text_files import (
    MIXED,
    AsUtf8,
    check_size,
    decoded,
    fingerprint_of_files,
    known_encoding,
    lines_of,
    opened,
    quote_count,
    reading,
)
from sentiment.errors import CorpusError

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
_BLOCK_BYTES = 1 << 24  # a row of a table must fit into one block
_KEYS_FROM_LINES = 100  # how many lines of JSON are asked for their keys
_ROWS_OF_PARQUET = 8_192  # at once
_AT_ONCE = 1_024  # values that become Python's own


_Choose = Callable[[list[str]], Columns]  # from the names a file has


def read_table(path: Path, table: TableConfig | None = None, *, first: int | None = None) -> Corpus:
    """Read a .csv, .tsv, .jsonl, .ndjson (each also .gz) or .parquet file of two classes.

    table: its text and label are column names, guessed if not given; positive: the label value that
    means positive, needed where the two values are none of LABEL_PAIRS; of more than two values,
    as of ratings, positive and negative name those of each side ("7,8,9,10"). A column `split` with
    train/valid/test is kept, and makes the corpus official if it has test rows. encoding: any
    that Python knows, or "mixed" for UTF-8 with Windows-1252 wherever it is none; Parquet has none.
    first: read so many rows and no more, for a preview.

    Rows are counted from 1. In .csv and .tsv the header is row 1, as in a spreadsheet, and empty
    lines are not counted.
    Raises CorpusError if the file is damaged, has no such columns, or not exactly two classes.
    """
    table = table or TableConfig()
    choose = partial(choose_columns, path, table.text or None, table.label or None)
    with _opened_rows(path, choose, known_encoding(table.encoding or "utf-8")) as (rows, rejected):
        fingerprint = fingerprint_of_files(path) if first is None else "a preview"
        some = itertools.islice(rows, first)
        return corpus_of(path, fingerprint, some, rejected, table)


@contextlib.contextmanager
def _opened_rows(
    path: Path, choose: _Choose, encoding: str
) -> Iterator[tuple[Iterable[Row], Rejected]]:
    suffix = table_suffix(path)
    rejected = Rejected("line" if suffix in (".jsonl", ".ndjson") else "row")
    with reading(path, encoding):
        check_size(path)
        rows: Iterable[Row]
        if suffix == ".csv":
            # Spreadsheets in countries with a decimal comma write semicolons instead.
            rows = _csv_rows(path, choose, encoding, rejected, ",;")
        elif suffix == ".tsv":
            rows = _csv_rows(path, choose, encoding, rejected, "\t")
        elif suffix in (".jsonl", ".ndjson"):
            rows = _json_rows(path, choose, encoding, rejected)
        elif suffix == ".parquet":
            rows = _parquet_rows(path, choose)
        else:
            raise CorpusError(f"{path} is none of the tables that are read: {', '.join(SUFFIXES)}.")
        yield rows, rejected


class _Names(Exception):
    """Carries a table's columns out of its reader before the rows are read."""


def columns_of(path: Path, encoding: str = "utf-8") -> list[str]:
    """The names of a table's columns, in order, without reading it whole. Raises CorpusError."""

    def choose(names: list[str]) -> Columns:
        raise _Names(*names)

    try:
        with _opened_rows(path, choose, known_encoding(encoding)) as (rows, _):
            next(iter(rows), None)  # lines of JSON are looked at only when rows are asked for
    except _Names as found:
        return list(found.args)
    raise CorpusError(f"{path} has no columns.")


def labels_of(
    path: Path, column: str, encoding: str = "utf-8", first: int | None = None
) -> Counter[str]:
    """How often each value stands in a column, or in its `first` rows, as `corpus_of` reads
    labels; without what stands for a missing one. Raises CorpusError."""
    choose = partial(choose_columns, path, column, column)
    with _opened_rows(path, choose, known_encoding(encoding)) as (rows, _):
        counts = Counter(label_name(row.label) for row in itertools.islice(rows, first))
    return Counter({label: n for label, n in counts.items() if not is_missing(label)})


def read_text_pair(reviews: Path, labels: Path, table: TableConfig | None = None) -> Corpus:
    """Read two text files with one review, one label a line; of `table`, the labels' meaning.

    Raises CorpusError if they differ in the number of lines, or hold not exactly two classes.
    """
    rejected = Rejected("line")
    lines = [lines_of(path) for path in (reviews, labels)]
    if len(lines[0]) != len(lines[1]):
        raise CorpusError(
            f"{reviews} has {len(lines[0]):,} lines but {labels} has {len(lines[1]):,}. "
            "Line n of one must belong to line n of the other."
        )
    rows = (Row(n, *pair) for n, pair in enumerate(zip(*lines, strict=True), 1))
    fingerprint = fingerprint_of_files(reviews, labels)
    return corpus_of(reviews, fingerprint, rows, rejected, table or TableConfig())


def table_suffix(path: Path) -> str:
    """In lower case, and without .gz where the table in it can be read: .csv for reviews.CSV.gz."""
    name = path.name.lower()
    plain = Path(name.removesuffix(".gz")).suffix
    # Parquet compresses its own columns; one inside a .gz cannot be read piece by piece.
    return plain if plain in SUFFIXES and plain != ".parquet" else Path(name).suffix


def _csv_rows(
    path: Path, choose: _Choose, encoding: str, rejected: Rejected, delimiters: str
) -> Iterator[Row]:
    headers = {delimiter: _header(path, encoding, delimiter) for delimiter in delimiters}
    delimiter = max(headers, key=lambda delimiter: len(headers[delimiter]))
    columns = choose(headers[delimiter])
    names = list(dict.fromkeys(name for name in columns if name is not None))
    skipped: set[int] = set()

    def skip(row: Any) -> str:
        skipped.add(row.number)
        rejected.add(row.number, f"{row.actual_columns} columns, expected {row.expected_columns}")
        return "skip"

    def rows() -> Iterator[Row]:
        numbers = (number for number in itertools.count(2) if number not in skipped)
        with _bytes_of(path, encoding) as stream:
            # Block after block, so that a file may be larger than the memory.
            for table in pa.csv.open_csv(
                stream,
                # One thread, or rows would have no numbers.
                pa.csv.ReadOptions(
                    use_threads=False,
                    block_size=_BLOCK_BYTES,
                    encoding="utf8" if encoding == MIXED else encoding,
                ),
                pa.csv.ParseOptions(
                    delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip
                ),
                pa.csv.ConvertOptions(
                    include_columns=names, column_types=dict.fromkeys(names, pa.string())
                ),
            ):
                yield from _table_rows(table, columns, numbers)
        if encoding == "utf8" and quote_count(path) % 2:
            rejected.add(
                next(numbers) - 1,
                "the file ends here with an odd number of quotes; if one was never closed, the "
                "rows after it have become part of its value",
            )

    return rows()


def _bytes_of(path: Path, encoding: str) -> contextlib.AbstractContextManager[Any]:
    if encoding != MIXED:
        return opened(path)
    return _recoded(path)


@contextlib.contextmanager
def _recoded(path: Path) -> Iterator[IO[bytes]]:
    with decoded(path, MIXED) as text:
        yield io.BufferedReader(AsUtf8(text), 1 << 18)


def _header(path: Path, encoding: str, delimiter: str) -> list[str]:
    with decoded(path, encoding) as stream:
        header = next((row for row in csv.reader(stream, delimiter=delimiter) if row), None)
    if header is None:
        raise CorpusError(f"{path} is empty: there is not even a header row.")
    return header


def _json_rows(path: Path, choose: _Choose, encoding: str, rejected: Rejected) -> Iterator[Row]:
    # The standard parser, not pyarrow's: one bad line costs that line and not the file, and a
    # label may be 1 here and "1" there.
    with decoded(path, encoding) as stream:
        records = _json_records(stream, rejected)
        first = list(itertools.islice(records, _KEYS_FROM_LINES))
        if not first:
            raise CorpusError(
                f"{path} has no line that is a JSON object.{rejected.first_lines()} "
                'Each line must be like {"text": "…", "label": 1}.'
            )
        keys = dict.fromkeys(key for _, record in first for key in record)
        columns = choose(list(keys))
        for number, record in itertools.chain(first, records):
            values = [None if name is None else record.get(name) for name in columns]
            yield _row(columns, number, *values)


def _json_records(stream: IO[str], rejected: Rejected) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            rejected.add(number, f"is not JSON ({error})")
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            rejected.add(number, "is JSON, but no object with named values")


def _parquet_rows(path: Path, choose: _Choose) -> Iterator[Row]:
    # Without these it holds all that it has read of the file until the end.
    with pa.parquet.ParquetFile(path, pre_buffer=False, buffer_size=_BLOCK_BYTES) as file:
        columns = choose(file.schema_arrow.names)
        names = [name for name in columns if name is not None]
        numbers = itertools.count(1)
        for batch in file.iter_batches(_ROWS_OF_PARQUET, columns=names):
            yield from _table_rows(batch, columns, numbers)


def _table_rows(table: pa.RecordBatch, columns: Columns, numbers: Iterable[int]) -> Iterator[Row]:
    values = [
        itertools.repeat(None) if name is None else _values(table.column(name)) for name in columns
    ]
    # The numbers never end; the text column does. It comes first, so that no number is lost.
    return (
        _row(columns, number, *of_row) for *of_row, number in zip(*values, numbers, strict=False)
    )


def _row(columns: Columns, number: int, text: object, label: object, split: object) -> Row:
    missing = columns.split is not None and split is None
    return Row(number, text, label, "" if missing else split)


def _values(column: pa.Array) -> Iterator[object]:
    for start in range(0, len(column), _AT_ONCE):
        yield from column.slice(start, _AT_ONCE).to_pylist()
