"""What the first rows of a table tell: its columns, and guesses of how to read it."""

import contextlib
from dataclasses import dataclass, fields, replace
from pathlib import Path

from sentiment.corpus.containers import head_of
from sentiment.corpus.encodings import ENCODINGS, UTF8, guess_encoding
from sentiment.corpus.formats.header import likely_places
from sentiment.corpus.formats.opened import OpenedTable
from sentiment.corpus.formats.other_kinds import check_is_text
from sentiment.corpus.formats.registry import format_of
from sentiment.corpus.guess import Guess
from sentiment.corpus.split_column import NONE, SplitValues, split_guess
from sentiment.corpus.table_columns import LABEL_NAMES, TEXT_NAMES, Columns, likely_column
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_files import files_of
from sentiment.corpus.tables import columns_in, opened_table
from sentiment.corpus.text_files import corpus_errors
from sentiment.errors import CorpusError

FACT_CHARACTERS = 100  # of a value
_CERTAIN_ENCODINGS = (UTF8, "utf-16", "utf-32")  # all bytes fit, or a mark names it


@dataclass(frozen=True)
class TableFacts:
    """What the first rows of a table tell."""

    format: str  # its title
    columns: tuple[str, ...]  # empty if the encoding is not known
    text: str | None  # likely column of texts, None if it is not clear
    label: str | None
    guesses: tuple[Guess, ...]  # of `guesses_of`, without the split column
    first_rows: tuple[tuple[str, ...], ...] = ()  # the beginning of each value; empty for Parquet


def facts_of(path: Path, table: TableConfig | None = None) -> TableFacts:
    """The columns of a table, the likely ones, and the guesses, without reading all of it.

    Raises CorpusError.
    """
    table = table or TableConfig()
    encoding = encoding_guess(path, table)
    if encoding and not encoding.value and not table.encoding:
        return TableFacts("", (), None, None, (encoding,))
    with opened_table(path, table) as (opened, _):
        names = list(opened.names)
        by_values = [
            None if place is None or place >= len(names) else names[place]
            for place in likely_places(opened.sample)
        ]
        text = likely_column(names, TEXT_NAMES) or by_values[0]
        label = likely_column(names, LABEL_NAMES) or by_values[1]
        first_rows = tuple(
            tuple("" if value is None else str(value)[:FACT_CHARACTERS] for value in row)
            for row in opened.sample[:3]
        )
        guesses = _in_order([*opened.guesses, *filter(None, (encoding,))])
    label = label if label != text else None
    return TableFacts(opened.format, tuple(names), text, label, tuple(guesses), first_rows)


def guesses_of(path: Path, table: TableConfig | None = None) -> list[Guess]:
    """What `read_table` takes for empty fields of `table`, where another value may be right.

    One entry per field that a person may want to set, in the order of the fields. A field that is
    set has an entry too; its value is what is set. Raises CorpusError.
    """
    table = table or TableConfig()
    encoding = encoding_guess(path, table)
    if encoding and not encoding.value and not table.encoding:
        return [encoding]  # the rest is not readable
    with opened_table(path, table) as (opened, _):
        split = opened.split or _split_guess(path, opened, table)
        found = [*opened.guesses, *filter(None, (encoding, split))]
    return _in_order(found)


def _in_order(guesses: list[Guess]) -> list[Guess]:
    order = [field.name for field in fields(TableConfig)]
    return sorted(guesses, key=lambda guess: order.index(guess.field))


def _has_encoding(path: Path) -> bool:
    """Whether a file is in a text format. Raises CorpusError."""
    with corpus_errors(path, ""):
        return format_of(path) is None


def encoding_guess(path: Path, table: TableConfig) -> Guess | None:
    """The guess of the encoding, of the first file with one if there are several."""
    files = files_of(path, strict=False)
    for file in files:
        if guess := _encoding_guess_of_file(file.path, table):
            name = f"{file.name}: " if len(files) > 1 else ""
            return replace(guess, sentence=name + guess.sentence)
    return None


def _encoding_guess_of_file(path: Path, table: TableConfig) -> Guess | None:
    if not _has_encoding(path):
        return None
    with corpus_errors(path, ""):
        encoding = guess_encoding(path)
        if not encoding and not table.encoding:
            check_is_text(path, head_of(path))
    if encoding in _CERTAIN_ENCODINGS and not table.encoding:
        return None
    found = f"looks like {ENCODINGS[encoding]}" if encoding else "was not recognized"
    return Guess(
        "encoding",
        table.encoding if table.encoding in ENCODINGS else encoding,
        f"The encoding {found}. Check the accents.",
        ENCODINGS if encoding else {"": "Not recognized", **ENCODINGS},
    )


def _split_guess(path: Path, opened: OpenedTable, table: TableConfig) -> Guess | None:
    """What the values of the split column tell; this reads the whole column."""
    given = table.split_column
    guessed = replace(table, split_column="") if given == NONE else table
    with contextlib.suppress(CorpusError):  # without columns of texts and labels; they come first
        column = columns_in(path, opened, guessed).split
        if column is not None:
            values = SplitValues()
            for row in opened.rows(Columns(column, column, column)):
                values.add(row.split)
            return split_guess(column, values.counts, given)
    return None
