"""Reviews from a table (.csv, .tsv, .jsonl, .parquet) or from a pair of text files.

Each format becomes rows of (number, text, label, split), and `table_rows` builds the corpus from
them. A file that cannot be parsed raises CorpusError.
"""

import contextlib
import csv
import io
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from sentiment.corpus.guess import Guess
from sentiment.corpus.review import Corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import (
    Columns,
    RejectedRows,
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
    corpus_errors,
    decoded,
    fingerprint_of_files,
    known_encoding,
    lines_of,
    opened,
    quote_count,
)
from sentiment.errors import CorpusError

_BLOCK_BYTES = 1 << 24  # a row of a table must fit into one block
_LINES_FOR_KEYS = 100  # lines of JSON whose keys are the columns
_PARQUET_ROWS = 8_192  # per batch
_VALUES_AT_ONCE = 1_024  # converted to Python objects

_ChooseColumns = Callable[[list[str]], Columns]  # from the column names of a file


def read_table(path: Path, table: TableConfig | None = None, *, first: int | None = None) -> Corpus:
    """Read a table with two classes, in any of FORMATS.

    table: the names of the text and label columns, guessed if empty; which label values are
    positive and negative, needed unless the two values are in LABEL_PAIRS. For ratings, list the
    values of each class ("7,8,9,10"); rows with other values are dropped. encoding: any that
    Python knows, or "mixed" for UTF-8 with some Windows-1252; Parquet has none.
    A column `split` with train/valid/test is used; with test rows the corpus is official.
    first: read only this many rows, for a preview.

    Rows are numbered from 1. In .csv and .tsv the header is row 1, as in a spreadsheet, and empty
    lines are not counted.
    Raises CorpusError if the file is damaged, lacks a column, or does not have two classes.
    """
    table = table or TableConfig()
    choose = partial(choose_columns, path, table.text or None, table.label or None)
    with _opened_rows(path, choose, known_encoding(table.encoding or "utf-8")) as (rows, rejected):
        fingerprint = fingerprint_of_files(path) if first is None else "a preview"
        return corpus_of(path, fingerprint, itertools.islice(rows, first), rejected, table)


def columns_of(path: Path, table: TableConfig | None = None) -> list[str]:
    """The column names of a table, in order, without reading all of it. Raises CorpusError."""
    table = table or TableConfig()

    def choose(names: list[str]) -> Columns:
        raise _Names(*names)

    try:
        with _opened_rows(path, choose, known_encoding(table.encoding or "utf-8")) as (rows, _):
            next(rows, None)  # JSON lines and Parquet are parsed with the first row
    except _Names as found:
        return list(found.args)
    raise CorpusError(f"{path} has no columns.")


class _Names(Exception):
    """Carries the column names out of a reader before it reads any rows."""


def guesses_of(path: Path, table: TableConfig | None = None) -> list[Guess]:
    """What `read_table` takes for empty fields of `table`, where another value may be right.

    One entry per field that a person may want to set, in the order of the fields. Raises
    CorpusError.
    """
    return []


def labels_of(
    path: Path, column: str, table: TableConfig | None = None, first: int | None = None
) -> Counter[str]:
    """Number of rows per value of a label column, in the `first` rows or in all.

    Missing values are not counted. Raises CorpusError.
    """
    table = table or TableConfig()
    choose = partial(choose_columns, path, column, column)
    with _opened_rows(path, choose, known_encoding(table.encoding or "utf-8")) as (rows, _):
        counts = Counter(label_name(row.label) for row in itertools.islice(rows, first))
    return Counter({label: n for label, n in counts.items() if not is_missing(label)})


def read_text_pair(reviews: Path, labels: Path, table: TableConfig | None = None) -> Corpus:
    """Read two text files with one review and one label per line.

    table: only its positive and negative labels are used.
    Raises CorpusError if the files differ in their number of lines or do not have two classes.
    """
    lines = [lines_of(path) for path in (reviews, labels)]
    if len(lines[0]) != len(lines[1]):
        raise CorpusError(
            f"{reviews} has {len(lines[0]):,} lines but {labels} has {len(lines[1]):,}. "
            "Line n of one must belong to line n of the other."
        )
    rows = (Row(n, *pair) for n, pair in enumerate(zip(*lines, strict=True), 1))
    fingerprint = fingerprint_of_files(reviews, labels)
    return corpus_of(reviews, fingerprint, rows, RejectedRows("line"), table or TableConfig())


@contextlib.contextmanager
def _opened_rows(
    path: Path, choose: _ChooseColumns, encoding: str
) -> Iterator[tuple[Iterator[Row], RejectedRows]]:
    if table_suffix(path) not in FORMATS:
        raise CorpusError(f"{path} is not a table. Accepted: {ACCEPTED}.")
    format = FORMATS[table_suffix(path)]
    rejected = RejectedRows(format.unit)
    with corpus_errors(path, encoding):
        check_size(path)
        yield format.rows(path, choose, encoding, rejected), rejected


def _csv_rows(
    delimiters: str, path: Path, choose: _ChooseColumns, encoding: str, rejected: RejectedRows
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
            # One block at a time: a file may be larger than the memory.
            for table in pa.csv.open_csv(
                stream,
                # With several threads, rows would have no numbers.
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
                "the file ends here with an odd number of quotes; an unclosed quote makes the rows "
                "after it part of its value",
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
        raise CorpusError(f"{path} is empty: it has no header row.")
    return header


def _json_rows(
    path: Path, choose: _ChooseColumns, encoding: str, rejected: RejectedRows
) -> Iterator[Row]:
    # json and not pyarrow: a bad line costs only that line, and a label may be both 1 and "1".
    with decoded(path, encoding) as stream:
        records = _json_records(stream, rejected)
        first = list(itertools.islice(records, _LINES_FOR_KEYS))
        if not first:
            raise CorpusError(
                f"{path} has no line with a JSON object.{rejected.first_lines()} "
                'Expected lines like {"text": "…", "label": 1}.'
            )
        keys = dict.fromkeys(key for _, record in first for key in record)
        columns = choose(list(keys))
        for number, record in itertools.chain(first, records):
            values = [None if name is None else record.get(name) for name in columns]
            yield _row(columns, number, *values)


def _json_records(
    stream: IO[str], rejected: RejectedRows
) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            rejected.add(number, f"not JSON ({error})")
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            rejected.add(number, "JSON, but not an object")


def _parquet_rows(path: Path, choose: _ChooseColumns, *_: object) -> Iterator[Row]:
    # Without these options it keeps everything it has read until the end.
    with pa.parquet.ParquetFile(path, pre_buffer=False, buffer_size=_BLOCK_BYTES) as file:
        columns = choose(file.schema_arrow.names)
        names = [name for name in columns if name is not None]
        numbers = itertools.count(1)
        for batch in file.iter_batches(_PARQUET_ROWS, columns=names):
            yield from _table_rows(batch, columns, numbers)


def _table_rows(table: pa.RecordBatch, columns: Columns, numbers: Iterable[int]) -> Iterator[Row]:
    values = [
        itertools.repeat(None) if name is None else _values(table.column(name)) for name in columns
    ]
    # The text column comes first and ends first, so zip takes no number too many.
    return (
        _row(columns, number, *of_row) for *of_row, number in zip(*values, numbers, strict=False)
    )


def _row(columns: Columns, number: int, text: object, label: object, split: object) -> Row:
    missing = columns.split is not None and split is None
    return Row(number, text, label, "" if missing else split)


def _values(column: pa.Array) -> Iterator[object]:
    for start in range(0, len(column), _VALUES_AT_ONCE):
        yield from column.slice(start, _VALUES_AT_ONCE).to_pylist()


@dataclass(frozen=True)
class TableFormat:
    """How to read one kind of table."""

    rows: Callable[[Path, _ChooseColumns, str, RejectedRows], Iterator[Row]]
    unit: str = "row"  # what rows are called in messages
    text: bool = True  # it has an encoding, and may be compressed as .gz


_JSON_LINES = TableFormat(_json_rows, unit="line")
FORMATS = {
    # Spreadsheets in countries with a decimal comma write semicolons.
    ".csv": TableFormat(partial(_csv_rows, ",;")),
    ".tsv": TableFormat(partial(_csv_rows, "\t")),
    ".jsonl": _JSON_LINES,
    ".ndjson": _JSON_LINES,
    # Parquet compresses its own columns, and a .gz cannot be read at random positions.
    ".parquet": TableFormat(_parquet_rows, text=False),
}
SUFFIXES = tuple(FORMATS)
ACCEPTED = f"{', '.join(SUFFIXES)}; text formats also as .gz"


def table_suffix(path: Path) -> str:
    """The suffix in lower case; of a compressed text format without .gz: .csv for X.CSV.gz."""
    name = path.name.lower()
    inner = Path(name.removesuffix(".gz")).suffix
    return inner if inner in FORMATS and FORMATS[inner].text else Path(name).suffix


def is_table(path: Path) -> bool:
    return path.is_file() and table_suffix(path) in FORMATS


def has_encoding(path: Path) -> bool:
    """Whether the table is in a text format."""
    return FORMATS[table_suffix(path)].text
