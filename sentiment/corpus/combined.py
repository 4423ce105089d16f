"""Several tables with the same columns, read as one table."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

from sentiment.corpus.formats.header import numbered
from sentiment.corpus.formats.opened import OpenedTable
from sentiment.corpus.guess import Guess
from sentiment.corpus.label_values import quoted, shown
from sentiment.corpus.review import Split
from sentiment.corpus.split_column import FIELD, NONE, ONLY_TEST, likely_split_column
from sentiment.corpus.table_columns import Columns, column_key
from sentiment.corpus.table_config import TableConfig, named
from sentiment.corpus.table_files import TableFile, named_files
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.errors import CorpusError

Collect = Callable[[str], RejectedRows]  # from what rows are called
OpenOne = Callable[
    [Path, TableConfig, Collect], AbstractContextManager[tuple[OpenedTable, RejectedRows]]
]
_MAX_ROWS = 1 << 40  # of a file; row n of file k has the number k * _MAX_ROWS + n


class RejectedRowsOfFiles(RejectedRows):
    """The rejected rows of several files, with the names of the files."""

    def __init__(self, files: Sequence[TableFile], unit: str) -> None:
        super().__init__(unit)
        self.files = files

    def place(self, number: int) -> tuple[str, int]:
        file, row = divmod(number, _MAX_ROWS)
        return self.files[file].name, row


class _RejectedRowsOfOne(RejectedRows):
    """The rejected rows of one file; each is also added to those of all files."""

    def __init__(self, unit: str, rows_of_all: RejectedRows, first: int) -> None:
        super().__init__(unit)
        self.rows_of_all, self.first = rows_of_all, first

    def add(self, number: int, reason: str) -> None:
        super().add(number, reason)
        self.rows_of_all.add(self.first + number, reason)


def open_together(
    files: Sequence[TableFile], table: TableConfig, open_one: OpenOne
) -> tuple[OpenedTable, RejectedRows]:
    """One table with the rows of all files, file after file. Raises CorpusError.

    open_one: opens a single file, see `tables.opened_file`.
    """
    combined = _Combined(files, table, open_one)
    first = combined.opened[0]
    formats = dict.fromkeys(opened.format for opened in combined.opened)
    opened = OpenedTable(
        first.names,
        combined.rows,
        combined.guesses(),
        first.sample,
        format=f"{len(files):,} files of {' and '.join(formats)}",
        parts=[(file.path, partial(combined.rows_of, place)) for place, file in enumerate(files)],
        split=combined.split_guess(),
    )
    return opened, combined.rejected


class _Combined:
    """Files that are opened once for their columns, and again to read their rows."""

    def __init__(self, files: Sequence[TableFile], table: TableConfig, open_one: OpenOne) -> None:
        self.files, self.table, self.open_one = files, table, open_one
        self.opened: list[OpenedTable] = []
        units = set()
        for file in files:
            with open_one(file.path, table, RejectedRows) as (opened, rejected):
                self.opened.append(opened)
                units.add(rejected.unit)
        self.rejected = RejectedRowsOfFiles(files, units.pop() if len(units) == 1 else "row")

    def rows(self, columns: Columns | None) -> Iterator[Row]:
        for place in range(len(self.files)):
            yield from self.rows_of(place, columns)

    def rows_of(self, place: int, columns: Columns | None) -> Iterator[Row]:
        """The rows of one file. columns: as the first file names them. Raises CorpusError."""
        assert columns is not None  # whole rows are read from one file
        file, first = self.files[place], place * _MAX_ROWS
        own = self._own_columns(place, columns)

        def collect(unit: str) -> RejectedRows:
            return _RejectedRowsOfOne(unit, self.rejected, first)

        # A split column that the user chose takes precedence over the names of files.
        split = None if self.table.split_column else file.split
        with self.open_one(file.path, self.table, collect) as (opened, _):
            for row in opened.rows(own):
                row_split = row.split if split is None else split
                yield row._replace(number=first + row.number, split=row_split)

    def guesses(self) -> list[Guess]:
        """The first guess about each setting, with the name of its file."""
        found: dict[str, Guess] = {}
        for file, opened in zip(self.files, self.opened, strict=True):
            for guess in opened.guesses:
                sentence = f"{file.name}: {guess.sentence}"
                found.setdefault(guess.field, replace(guess, sentence=sentence))
        return list(found.values())

    def split_guess(self) -> Guess | None:
        """The guess that file names tell the splits; None if they do not or a column is chosen."""
        by_split = {
            split: [file.path for file in self.files if file.split == split] for split in Split
        }
        told = {split: paths for split, paths in by_split.items() if paths}
        given = self.table.split_column
        if not told or given not in ("", NONE):
            return None
        shown = "; ".join(f"{split.title}: {named_files(paths)}" for split, paths in told.items())
        sentence = f"The names of the files tell the splits: {shown}."
        if told.keys() == {Split.TEST}:
            sentence += f" {ONLY_TEST}"
        if given == NONE:
            sentence += " They are ignored."
        options = {"": "By the names of the files", NONE: "Ignore the names"}
        if column := likely_split_column(self.opened[0].names):
            options[column] = f"By the column {column!r}"
        return Guess(FIELD, given, sentence, options)

    def _own_columns(self, place: int, columns: Columns) -> Columns:
        """The same columns in one file, where names may differ in case and separators."""
        first, names = self.opened[0].names, self.opened[place].names
        # The next part of a file that was cut has no header.
        cut = len(names) == len(first) and list(names) == numbered(len(names))
        own = {
            column_key(known): name
            for known, name in reversed(list(zip(first if cut else names, names, strict=True)))
        }
        missing = [name for name in columns if name and column_key(name) not in own]
        if missing:
            raise CorpusError(
                f"{self.files[place].name} has no column {shown(missing[0])}, which "
                f"{self.files[0].name} has; found {quoted(names)}. Give files with "
                f"the same columns, or change {named('text')} or {named('label')}."
            )
        return Columns(
            own[column_key(columns.text)],
            own[column_key(columns.label)],
            columns.split and own[column_key(columns.split)],
        )
