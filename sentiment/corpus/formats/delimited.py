"""Delimited text: CSV, TSV and the like, with any quoting, delimiter, header and encoding.

pyarrow parses the rows block by block; `dialect` finds its options, and `quoting` prevents that an
unclosed quote swallows rows.
"""

import io
import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from sentiment.corpus import limits
from sentiment.corpus.formats.dialect import Dialect, dialect_of
from sentiment.corpus.formats.opened import OpenedTable, row_of
from sentiment.corpus.formats.quoting import INNER_LINE_END, Records
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import BACKSLASH, NO, TableConfig
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.corpus.text_files import utf8_bytes
from sentiment.errors import CorpusError

_VALUES_AT_ONCE = 1_024  # converted to Python objects


def open_delimited(
    path: Path,
    encoding: str,
    table: TableConfig,
    rejected: RejectedRows,
    *,
    commas: bool = True,
    prose: bool = False,
) -> OpenedTable | None:
    """The table in a file of delimited text.

    commas: prefer commas to tabs as the delimiter. prose: the file may be plain text; None unless
    its lines are clearly rows. Raises CorpusError.
    """
    start = beginning(path, encoding)
    if not start.strip():
        raise CorpusError(f"{path} is empty, expected a table with a header row and reviews.")
    if len(start) >= (most := limits.LIMITS.first_row_bytes) and not start.endswith((b"\n", b"\r")):
        raise CorpusError(
            f"The first row of {path} has more than {most:,} bytes, expected the names of the "
            "columns or a review. Check that each row ends with a line end."
        )
    dialect = dialect_of(path, start, table, commas=commas, prose=prose)
    if dialect is None:
        return None
    return OpenedTable(
        dialect.names,
        lambda columns: _rows(path, encoding, dialect, columns, rejected),
        dialect.guesses,
        dialect.sample,
    )


def beginning(path: Path, encoding: str) -> bytes:
    """The first complete lines of a text in UTF-8; the first in part if it is too long."""
    most = limits.LIMITS.first_row_bytes
    with utf8_bytes(path, encoding) as stream:
        start = stream.read(most)
    if len(start) < most:
        return start
    end = max(start.rfind(b"\n"), start.rfind(b"\r", 0, len(start) - 1)) + 1
    return start[: end or len(start)]


def _rows(
    path: Path, encoding: str, dialect: Dialect, columns: Columns | None, rejected: RejectedRows
) -> Iterator[Row]:
    names = list(dialect.names)
    places: list[str | None] = [str(place) for place in range(len(names))]
    if columns is not None:
        places = [None if name is None else str(names.index(name)) for name in columns]
    read = list(dict.fromkeys(place for place in places if place is not None))
    first = 2 if dialect.header else 1
    failures: list[CorpusError] = []
    skipped: deque[int] = deque()  # rising; the parser reports them before they are counted

    def skip(row: Any) -> str:
        # The parser counts from 1 where it is given the names.
        number = row.number + first - 1
        skipped.append(number)
        reason = f"{row.actual_columns} columns, expected {row.expected_columns}"
        try:
            rejected.add(number, records.reasons.popleft() if row.text == placeholder else reason)
        except CorpusError as error:  # pyarrow would only print it
            failures.append(error)
            return "error"
        return "skip"

    def counted() -> Iterator[int]:
        for number in itertools.count(first):
            if skipped and skipped[0] == number:
                skipped.popleft()
            else:
                yield number

    numbers = counted()
    with utf8_bytes(path, encoding) as stream:
        records = Records(
            stream,
            dialect.delimiter,
            dialect.quotes,
            width=0 if dialect.trusted else len(names),
            categories=dialect.categories,
            skip=dialect.start,
            spaced=dialect.spaced,
            cr=dialect.cr,
        )
        placeholder = records.placeholder.decode()
        content = io.BufferedReader(records, 1 << 20)
        if not content.peek(1):
            return
        # One block at a time: a file may be larger than the memory.
        options = (
            # With several threads, rows would have no numbers.
            pa.csv.ReadOptions(
                use_threads=False,
                block_size=2 * limits.LIMITS.row_bytes,  # a row must fit into one
                # By place, because names may occur twice.
                column_names=[str(place) for place in range(len(names))],
            ),
            pa.csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=False if dialect.quotes == NO else '"',
                double_quote=dialect.quotes != BACKSLASH,
                escape_char="\\" if dialect.quotes == BACKSLASH else False,
                newlines_in_values=dialect.quotes != NO,
                invalid_row_handler=skip,
            ),
            pa.csv.ConvertOptions(
                include_columns=read,
                column_types=dict.fromkeys(read, pa.string()),
            ),
        )
        try:
            for batch in pa.csv.open_csv(content, *options):
                if records.has_inner_line_ends:
                    batch = _with_inner_line_ends(batch, "\n" if dialect.cr else "\r")
                yield from table_rows(batch, columns, places, numbers)
        except pa.ArrowInvalid:
            if failures:
                raise failures[0] from None
            raise


def _with_inner_line_ends(batch: pa.RecordBatch, end: str) -> pa.RecordBatch:
    columns = [pc.replace_substring(column, INNER_LINE_END.decode(), end) for column in batch]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)


def table_rows(
    batch: pa.RecordBatch,
    columns: Columns | None,
    places: Iterable[str | None],
    numbers: Iterable[int],
) -> Iterator[Row]:
    """The rows of a batch. places: the name in the batch of each column, None for none."""
    values = [
        itertools.repeat(None) if place is None else _values(batch.column(place))
        for place in places
    ]
    # The text column comes first and ends first, so zip takes no number too many.
    return (
        row_of(columns, number, *of_row) for *of_row, number in zip(*values, numbers, strict=False)
    )


def _values(column: pa.Array) -> Iterator[object]:
    for start in range(0, len(column), _VALUES_AT_ONCE):
        yield from column.slice(start, _VALUES_AT_ONCE).to_pylist()
