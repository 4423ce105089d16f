"""A table that is open for reading, in whatever format its file has."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sentiment.corpus.guess import Guess
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_rows import Row


@dataclass(frozen=True)
class OpenedTable:
    """The columns of a table, and how to read its rows."""

    names: Sequence[str]  # of the columns
    rows: Callable[[Columns], Iterator[Row]]
    guesses: Sequence[Guess] = ()
    sample: Sequence[Sequence[object]] = ()  # the values of the first rows, in the order of `names`
    format: str = ""  # its title
    # Of several files, each with its rows; empty for one.
    parts: Sequence[tuple[Path, Callable[[Columns], Iterator[Row]]]] = ()
    split: Guess | None = None  # that the names of several files tell splits


def row_of(columns: Columns, number: int, text: object, label: object, split: object) -> Row:
    """A row; an empty split where the table has splits is "" and not None."""
    missing = columns.split is not None and split is None
    return Row(number, text, label, "" if missing else split)
