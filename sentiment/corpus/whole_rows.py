"""All columns and rows of a table, in order, so that predictions can be added to them.

A corpus has texts and labels, and lists the rows that it rejects. Here every row stays in its
place; one that cannot be read has the reason. The memory does not depend on the number of rows.
"""

import heapq
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from sentiment.corpus.containers import with_progress
from sentiment.corpus.formats.header import likely_text_and_label
from sentiment.corpus.guess import Guess
from sentiment.corpus.label_values import quoted
from sentiment.corpus.table_config import TableConfig, named
from sentiment.corpus.table_files import files_of
from sentiment.corpus.table_rows import RejectedRows
from sentiment.corpus.tables import opened_file
from sentiment.errors import CorpusError
from sentiment.listing import printable
from sentiment.progress import Progress


class WholeRow(NamedTuple):
    """A row with the values of all columns, or with the reason why it cannot be read."""

    number: int  # as in a spreadsheet or an editor, see `tables.read_table`
    values: Sequence[object]  # in the order of `WholeTable.names`
    reason: str = ""


@dataclass(frozen=True)
class WholeTable:
    """The columns of a table, and its rows."""

    path: Path
    config: TableConfig
    names: tuple[str, ...]  # different from each other
    types: tuple[pa.DataType, ...]  # empty if the format has none
    text: int | None  # position of the column of texts, None if it is not clear
    unit: str  # what its rows are called: "row" or "line"
    title: str  # its name in messages
    label: int | None = None  # position of the column that may have labels
    guesses: tuple[Guess, ...] = ()  # of `table_facts.guesses_of`, without the split column

    def column(self, name: str) -> int:
        """The position of a column by its name, or by its number from 1. Raises CorpusError."""
        if name in self.names:
            return self.names.index(name)
        if name.isdecimal() and 0 < int(name) <= len(self.names):
            return int(name) - 1
        raise CorpusError(
            f"{self.title} has no column {name!r}, expected one of {quoted(self.names)}. Change "
            f"{named('text')}."
        )

    def text_column(self) -> int:
        """The position of the column of texts that is given or likely. Raises CorpusError."""
        if self.config.text:
            return self.column(self.config.text)
        if self.text is None:
            raise CorpusError(
                f"{self.title} has the columns {quoted(self.names)}; which of them has the texts "
                f"is not clear. Change {named('text')}."
            )
        return self.text

    def rows(self, progress: Progress | None = None) -> Iterator[WholeRow]:
        """All rows in order. progress: called with the bytes read and the size of the file.

        Raises CorpusError.
        """
        collected: list[_Collected] = []

        def collect(unit: str) -> RejectedRows:
            collected.append(_Collected(unit))
            return collected[-1]

        def unreadable_before(number: float) -> Iterator[WholeRow]:
            unreadable = collected[0].rows
            while unreadable and unreadable[0][0] < number:
                place, reason = heapq.heappop(unreadable)
                yield WholeRow(place, (None,) * len(self.names), reason)

        with opened_file(self.path, self.config, collect, labelled=False) as (opened, _):
            for row in with_progress(self.path, opened.rows(None), progress):
                yield from unreadable_before(row.number)
                values = row.text
                if isinstance(values, Mapping):
                    values = [values.get(name) for name in self.names]
                assert isinstance(values, list)
                yield WholeRow(row.number, values)
            yield from unreadable_before(math.inf)


class _Collected(RejectedRows):
    """Rejected rows, the next one first. Readers report a row before those that follow it."""

    def __init__(self, unit: str) -> None:
        super().__init__(unit)
        self.rows: list[tuple[int, str]] = []

    def add(self, number: int, reason: str) -> None:
        super().add(number, reason)
        heapq.heappush(self.rows, (number, reason))


def whole_table(path: Path, config: TableConfig | None = None) -> WholeTable:
    """The table in a file of any format, plain text with a review per line included.

    The whole file is read only if it is JSON, whose records may have other fields at its end.
    Raises CorpusError.
    """
    config = config or TableConfig()
    files = files_of(path, strict=False)
    if len(files) != 1 or not files[0].path.is_file():
        raise CorpusError(f"{path} is not one file. Predict the reviews of one file at a time.")
    path = files[0].path
    with opened_file(path, config, RejectedRows, labelled=False) as (opened, rejected):
        names = list(opened.names)
        sample = opened.sample
        for row in opened.rows(None):
            if not isinstance(row.text, Mapping):
                break
            names += [name for name in row.text if name not in names]
    guesses = tuple(opened.guesses)
    return table_of(path, str(path), config, names, opened.types, sample, rejected.unit, guesses)


def table_of(
    path: Path,
    title: str,
    config: TableConfig,
    names: Sequence[str],
    types: Sequence[pa.DataType],
    sample: Sequence[Sequence[object]] = (),
    unit: str = "row",
    guesses: tuple[Guess, ...] = (),
) -> WholeTable:
    """The table with these columns. title: its name in messages. sample: its first rows.

    Raises CorpusError.
    """
    for place, name in enumerate(names, 1):
        if printable(name) != name:
            raise CorpusError(
                f"The name of column {place} of {title} contains half a surrogate pair, "
                f"{printable(name)!r}, expected valid Unicode. Rename the column."
            )
    text, label = (0, None) if len(names) == 1 else likely_text_and_label(names, sample)
    return WholeTable(
        path, config, _distinct(names), tuple(types), text, unit, title, label, guesses
    )


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names, with a number where one is empty or occurs twice."""
    given, taken = set(names), set[str]()
    for place, name in enumerate(names):
        new = name or f"column {place + 1}"
        if new in taken or (not name and new in given):
            new = next(f"{new} ({n})" for n in itertools.count(2) if f"{new} ({n})" not in given)
            given.add(new)
        taken.add(new)
        names = [*names[:place], new, *names[place + 1 :]]
    return tuple(names)
