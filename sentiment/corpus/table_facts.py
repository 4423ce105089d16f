"""Facts from the first rows of a table: its columns, and guesses of how to read it."""

import contextlib
from dataclasses import dataclass, fields, replace
from pathlib import Path

from sentiment.corpus.class_folders import is_class_folder, likely_encoding
from sentiment.corpus.containers import head_of
from sentiment.corpus.encodings import ENCODINGS, UTF8, guess_encoding
from sentiment.corpus.formats.header import likely_text_and_label
from sentiment.corpus.formats.opened import OpenedTable
from sentiment.corpus.formats.other_kinds import check_is_text
from sentiment.corpus.formats.registry import format_of
from sentiment.corpus.guess import Guess
from sentiment.corpus.split_column import NONE, SplitValues, split_guess
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_files import files_of
from sentiment.corpus.tables import columns_in, opened_table
from sentiment.corpus.text_files import corpus_errors
from sentiment.errors import CorpusError

FACT_CHARACTERS = 100  # of a value
_CERTAIN_ENCODINGS = (UTF8, "utf-16", "utf-32")  # all bytes fit, or a mark names it


@dataclass(frozen=True)
class TableFacts:
    """Facts from the first rows of a table."""

    format: str  # its title
    columns: tuple[str, ...]  # empty if the encoding is not known
    text: str | None  # likely column of texts, None if it is not clear
    label: str | None
    guesses: tuple[Guess, ...]  # of `guesses_of`, without the split column
    first_rows: tuple[tuple[str, ...], ...] = ()  # the beginning of each value; empty for Parquet


def facts_of(path: Path, table: TableConfig | None = None) -> TableFacts:
    """The columns of a table, which are likely, and the guesses, without reading all rows.

    Raises CorpusError.
    """
    table = table or TableConfig()
    encoding = encoding_guess(path, table)
    if encoding and not encoding.value and not table.encoding:
        return TableFacts("", (), None, None, (encoding,))
    with opened_table(path, table) as (opened, _):
        names = list(opened.names)
        text, label = (
            None if place is None else names[place]
            for place in likely_text_and_label(names, opened.sample)
        )
        first_rows = tuple(
            tuple("" if value is None else str(value)[:FACT_CHARACTERS] for value in row)
            for row in opened.sample[:3]
        )
        guesses = _in_order([*opened.guesses, *filter(None, (encoding,))])
    label = label if label != text else None
    return TableFacts(opened.format, tuple(names), text, label, tuple(guesses), first_rows)


def guesses_of(path: Path, table: TableConfig | None = None) -> list[Guess]:
    """The values that `read_table` assumes for empty fields of `table`, if others are possible.

    One guess per field that the user may want to set, in the order of the fields. A field that is
    set has a guess too, with the value that is set. Raises CorpusError.
    """
    table = table or TableConfig()
    encoding = encoding_guess(path, table)
    if encoding and not encoding.value and not table.encoding:
        return [encoding]  # without it, the file cannot be read
    with opened_table(path, table) as (opened, _):
        split = opened.split or _split_guess(path, opened, table)
        found = [*opened.guesses, *filter(None, (encoding, split))]
    return _in_order(found)


def _in_order(guesses: list[Guess]) -> list[Guess]:
    order = [field.name for field in fields(TableConfig)]
    return sorted(guesses, key=lambda guess: order.index(guess.field))


def encoding_guess(path: Path, table: TableConfig) -> Guess | None:
    """The guess of the encoding; of several files, that of the first one that has a guess."""
    if is_class_folder(path):
        return _encoding_guess(likely_encoding(path), table)
    files = files_of(path, strict=False)
    for file in files:
        if guess := _encoding_guess_of_file(file.path, table):
            name = f"{file.name}: " if len(files) > 1 else ""
            return replace(guess, sentence=name + guess.sentence)
    return None


def _encoding_guess_of_file(path: Path, table: TableConfig) -> Guess | None:
    with corpus_errors(path, ""):
        if format_of(path) is not None:  # not a text, so it has no encoding
            return None
        encoding = guess_encoding(path)
        if not encoding and not table.encoding:
            check_is_text(path, head_of(path))
    return _encoding_guess(encoding, table)


def _encoding_guess(encoding: str, table: TableConfig) -> Guess | None:
    """The guess of `encoding`, None if it is certain and no other one is set."""
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
    """The guess from the values of the split column, for which the whole column is read."""
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
