"""Open table: columns and rows of a file, whichever format it has."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from sentiment.corpus import limits
from sentiment.corpus.guess import Guess
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_rows import Row
from sentiment.errors import CorpusError

_REMEDY = "Keep only the columns of texts and labels."


@dataclass(frozen=True)
class OpenedTable:
    """The columns of a table, and how to read its rows."""

    names: Sequence[str]  # of the columns
    rows: Callable[[Columns | None], Iterator[Row]]  # None: of all columns, see `row_of`
    guesses: Sequence[Guess] = ()
    sample: Sequence[Sequence[object]] = ()  # the values of the first rows, in the order of `names`
    format: str = ""  # its title
    # Of several files, each with its rows; empty for one.
    parts: Sequence[tuple[Path, Callable[[Columns | None], Iterator[Row]]]] = ()
    split: Guess | None = None  # that the names of several files tell splits
    types: Sequence[pa.DataType] = ()  # of the columns, if the format has types
    classes: str = ""  # the setting `classes` if the format determines it


def row_of(columns: Columns | None, number: int, *values: object) -> Row:
    """A row with the values of `columns`; of all columns (None), its text is a list of the values.

    A missing split in a table with a split column is "" and not None.
    """
    if columns is None:
        return Row(number, list(values), None)
    text, label, split = values
    missing = columns.split is not None and split is None
    return Row(number, text, label, "" if missing else split)


def named_row(columns: Columns | None, number: int, values: Mapping[str, object]) -> Row:
    """As `row_of`, from the values of a row by column name; a missing value is None."""
    names = values if columns is None else columns
    return row_of(columns, number, *(None if name is None else values.get(name) for name in names))


def check_columns(table: str | Path, count: int, remedy: str = _REMEDY) -> None:
    """Raise CorpusError if a table has more columns than the limit.

    table: its path or name, for the message. remedy: sentences that say what to do.
    """
    if count > (most := limits.LIMITS.columns):
        raise CorpusError(f"{table} has {count:,} columns, more than {most:,}. {remedy}")
