"""Scan of a whole table before it becomes a corpus: its labels, examples and rejected rows.

The memory does not depend on the number of rows.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sentiment.corpus.guess import Guess
from sentiment.corpus.label_counter import LabelCounter, too_many_labels
from sentiment.corpus.split_column import NONE, SplitValues, split_guess
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import RejectedRows, Row, usable_rows
from sentiment.corpus.tables import columns_in, opened_table, rows_with_progress
from sentiment.progress import Progress

EXAMPLES = 5  # of each part
EXAMPLE_CHARACTERS = 300
_SPACED = 64  # groups of rows that are kept to find one in the middle


@dataclass(frozen=True)
class Example:
    """A row of a table."""

    number: int  # in its file; 0 if the file is this row
    label: str
    text: str  # the beginning
    file: str = ""  # if there are several

    def place(self, unit: str = "") -> str:
        """Where it is: "train.csv row 12" for the unit "row"."""
        number = f"{self.number:,}" if self.number else ""
        return " ".join(filter(None, (self.file, unit if number else "", number)))


@dataclass(frozen=True)
class TableScan:
    """The result of reading a table once."""

    unit: str  # what its rows are called: "row" or "line"
    column: str  # of the labels
    rows: int  # with a text and a label
    labels: dict[str, int]  # label -> rows
    beginning: tuple[Example, ...]
    middle: tuple[Example, ...]
    end: tuple[Example, ...]
    accents: tuple[Example, ...]  # the first non-ASCII texts, to check the encoding
    rejected: tuple[str, ...]  # as in `Corpus.rejected`
    split: Guess | None  # whether a column or file names tell splits

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def scan_table(
    path: Path, table: TableConfig | None = None, progress: Progress | None = None
) -> TableScan:
    """Read all rows of a table once.

    table: its classes are not used. progress: called with the bytes read and the size of the file.
    Raises CorpusError, as `read_table` does, except for the classes of labels.
    """
    table = table or TableConfig()
    # The values of an ignored column are counted too, for the guess.
    guessed = replace(table, split_column="") if table.split_column == NONE else table
    counter, examples, splits = LabelCounter(), _Examples(), SplitValues()
    with opened_table(path, table) as (opened, rejected):
        columns = columns_in(path, opened, guessed)
        rows = rows_with_progress(path, opened, columns, progress)
        for row, label, _ in usable_rows(path, rows, rejected, splits):
            counter.add(label)
            if counter.too_many:
                raise too_many_labels(path, columns.label, counter.counts())
            examples.add(row, label)
    split = opened.split
    if split is None and columns.split is not None and splits.counts:
        split = split_guess(columns.split, splits.counts, table.split_column)
    beginning, middle, end = (_placed(part, rejected) for part in examples.parts())
    return TableScan(
        unit=rejected.unit,
        column=columns.label,
        rows=counter.rows,
        labels=counter.counts(),
        beginning=beginning,
        middle=middle,
        end=end,
        accents=_placed(examples.accents, rejected),
        rejected=rejected.lines(),
        split=split,
    )


def _placed(examples: Iterable[Example], rejected: RejectedRows) -> tuple[Example, ...]:
    """The same examples, with their file and their number in it."""
    places = [(rejected.place(example.number), example) for example in examples]
    return tuple(replace(example, file=file, number=row) for (file, row), example in places)


class _Examples:
    """The first, the middle and the last rows of a table of unknown length."""

    def __init__(self) -> None:
        self.first: list[Example] = []
        self.accents: list[Example] = []
        self._last: deque[tuple[Row, str]] = deque(maxlen=EXAMPLES)
        self._spaced: list[list[Example]] = []  # groups of successive rows, `_step` rows apart
        self._step, self._rows = EXAMPLES, 0

    def add(self, row: Row, label: str) -> None:
        self._last.append((row, label))
        if len(self.first) < EXAMPLES:
            self.first.append(_example(row, label))
        if len(self.accents) < EXAMPLES and not str(row.text).isascii():
            self.accents.append(_example(row, label))
        place = self._rows % self._step
        if place == 0:
            if len(self._spaced) == 2 * _SPACED:
                del self._spaced[1::2]
                self._step *= 2
            self._spaced.append([])
        if place < EXAMPLES:
            self._spaced[-1].append(_example(row, label))
        self._rows += 1

    def parts(self) -> tuple[tuple[Example, ...], tuple[Example, ...], tuple[Example, ...]]:
        """Beginning, middle and end, without rows in common."""
        taken = {example.number for example in self.first}
        end = [_example(*row) for row in self._last if row[0].number not in taken]
        taken |= {example.number for example in end}
        near = self._spaced[len(self._spaced) // 2]
        middle = [example for example in near if example.number not in taken]
        return tuple(self.first), tuple(middle), tuple(end)


def _example(row: Row, label: str) -> Example:
    return Example(row.number, label, str(row.text)[:EXAMPLE_CHARACTERS])
