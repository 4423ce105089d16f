"""Reviews from a table in any of the formats of `formats.registry`, or from two text files.

Each format becomes rows of (number, text, label, split), and `table_rows` builds the corpus from
them. A file that cannot be parsed raises CorpusError.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sentiment.corpus import limits
from sentiment.corpus.class_folders import (
    class_folder_fingerprint,
    class_folder_modified,
    files_by_class,
    is_class_folder,
    open_class_folder,
)
from sentiment.corpus.combined import open_together
from sentiment.corpus.containers import head_of, with_progress
from sentiment.corpus.encodings import guess_encoding
from sentiment.corpus.formats.header import likely_places, numbered
from sentiment.corpus.formats.opened import OpenedTable
from sentiment.corpus.formats.other_kinds import check_is_text
from sentiment.corpus.formats.registry import format_of, open_text, text_format_of
from sentiment.corpus.formats.text_pair import open_text_pair
from sentiment.corpus.review import Corpus
from sentiment.corpus.table_columns import Columns, choose_columns
from sentiment.corpus.table_config import TableConfig, named
from sentiment.corpus.table_files import (
    files_of,
    fingerprint_of_table,
    is_several,
    last_modified,
    left_out,
    short_name,
    text_pair,
)
from sentiment.corpus.table_rows import RejectedRows, Row, corpus_of
from sentiment.corpus.text_files import (
    corpus_errors,
    known_encoding,
    too_many_rows,
)
from sentiment.errors import CorpusError
from sentiment.progress import Progress


def read_table(
    path: Path, table: TableConfig | None = None, progress: Progress | None = None
) -> Corpus:
    """Read a table with at least two classes, in any of FORMATS.

    table: the names of the text and label columns, guessed if empty; the label values of each
    class, needed unless `propose_mapping` is sure; rows with other values are dropped. encoding:
    any that Python knows, or "mixed" for UTF-8 with some Windows-1252.
    A split column is used as `split_column` says; with test rows the corpus is official.
    progress: called with the bytes read and the size of the file.

    Rows are numbered from 1. In .csv and .tsv the header is row 1, as in a spreadsheet, and empty
    lines are not counted.
    Raises CorpusError if the file is damaged, lacks a column, or does not have two classes.
    """
    table = table or TableConfig()
    with opened_table(path, table) as (opened, rejected):
        columns = columns_in(path, opened, table)
        rows = rows_with_progress(path, opened, columns, progress)
        config = replace(table, label=columns.label, classes=table.classes or opened.classes)
        corpus = corpus_of(path, table_fingerprint(path), rows, rejected, config)
    return replace(corpus, name=short_name(path))


def table_fingerprint(path: Path) -> str:
    """The `Corpus.fingerprint` of a table. Raises CorpusError."""
    with corpus_errors(path, ""):
        if is_class_folder(path):
            return class_folder_fingerprint(path)
        return fingerprint_of_table(files_of(path, strict=False))


def size_of(path: Path) -> int:
    """The bytes of all files. Raises CorpusError."""
    with corpus_errors(path, ""):
        if is_class_folder(path):
            return sum(file.stat().st_size for file in files_by_class(path))
        return sum(file.path.stat().st_size for file in files_of(path, strict=False))


def modified_of(path: Path) -> int:
    """When the table was last modified, nanoseconds. Raises CorpusError."""
    with corpus_errors(path, ""):
        if is_class_folder(path):
            return class_folder_modified(path)
        return last_modified(path)


def rows_with_progress(
    path: Path, opened: OpenedTable, columns: Columns, progress: Progress | None
) -> Iterator[Row]:
    """The rows; `progress` gets the bytes read and the size of the file or files."""
    parts = opened.parts or [(path, opened.rows)]
    sizes = [part.stat().st_size for part, _ in parts]
    for place, (part, rows) in enumerate(parts):
        before = sum(sizes[:place])

        def report(done: int, total: int, before: int = before) -> None:
            if progress:
                progress(before + done, sum(sizes))

        yield from with_progress(part, rows(columns), report if progress else None)


def is_table(path: Path) -> bool:
    """Whether a path is a file, stands for several, or is a folder with a folder per class.

    The content of files is not checked.
    """
    return path.is_file() or is_several(path) or is_class_folder(path)


@contextlib.contextmanager
def opened_table(path: Path, table: TableConfig) -> Iterator[tuple[OpenedTable, RejectedRows]]:
    """Open a table; yields it with its rejected rows, which are added while it is read.

    path: a file, or what stands for several (see `table_files`). Raises CorpusError.
    """
    if pair := text_pair(path):
        with corpus_errors(pair[0], table.encoding):
            yield open_text_pair(*pair, table.encoding), RejectedRows("line")
        return
    if is_class_folder(path):
        with corpus_errors(path, table.encoding):
            yield open_class_folder(path, table)
        return
    files = files_of(path, strict=not table.split_column)
    if len(files) > 1:
        opened, rejected = open_together(files, table, opened_file)
        for file in left_out(path, files):
            rejected.exclude(f"{file.name}: its name says that it has no labels")
        yield opened, rejected
        return
    with opened_file(files[0].path, table, RejectedRows) as found:
        yield found


@contextlib.contextmanager
def opened_file(
    path: Path,
    table: TableConfig,
    collect: Callable[[str], RejectedRows],
    labelled: bool = True,
) -> Iterator[tuple[OpenedTable, RejectedRows]]:
    """Open one file as `opened_table` does.

    collect: creates the list of rejected rows, given the name of a row ("row" or "line").
    labelled: False also accepts plain text with a review per line. Raises CorpusError.
    """
    encoding = table.encoding
    with corpus_errors(path, encoding):
        format = format_of(path)
        if format is not None:
            rejected = collect(format.unit)
            opened = format.open(path, "", table, rejected)
            assert opened
            yield _bounded(path, opened, format.title), rejected
            return
        encoding = known_encoding(encoding) if encoding else guess_encoding(path)
        if not encoding:
            check_is_text(path, head_of(path))
    with corpus_errors(path, encoding):
        if not encoding:
            raise CorpusError(
                f"{path} is in an encoding that was not recognized. Change {named('encoding')}, or "
                "save the file as UTF-8."
            )
        format = text_format_of(path, encoding)
        rejected = collect(format.unit)
        opened = open_text(path, format, encoding, table, rejected, labelled)
        yield _bounded(path, opened, format.title), rejected


def _bounded(path: Path, opened: OpenedTable, title: str) -> OpenedTable:
    """The same table, which raises CorpusError beyond the limit of rows."""

    def rows(columns: Columns | None) -> Iterator[Row]:
        most = limits.LIMITS.rows
        for row in opened.rows(columns):
            if row.number > most:
                raise too_many_rows(path)
            yield row

    return replace(opened, format=title, rows=rows)


def columns_in(path: Path, opened: OpenedTable, table: TableConfig) -> Columns:
    """The columns to read: those in the settings, by name or number, or likely ones.

    Raises CorpusError.
    """
    names = list(opened.names)
    text, label = (_by_number(given, names) for given in (table.text, table.label))
    if names == numbered(len(names)):
        likely = likely_places(opened.sample)
        text, label = (
            given or ("" if place is None else names[place])
            for given, place in zip((text, label), likely, strict=True)
        )
    split = _by_number(table.split_column, names)
    return choose_columns(path, text or None, label or None, split, names)


def _by_number(given: str, names: Sequence[str]) -> str:
    """The name of a column that is given by its number, counted from 1."""
    is_number = given.isdecimal() and given not in names
    return names[int(given) - 1] if is_number and 0 < int(given) <= len(names) else given
