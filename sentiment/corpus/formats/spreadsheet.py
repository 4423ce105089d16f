"""Spreadsheets (.xlsx, .xls, .ods), read by the optional package python-calamine."""

import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from sentiment.corpus.containers import check_unpacked_size, opened_for_seeking
from sentiment.corpus.formats.header import guess_header, numbered
from sentiment.corpus.formats.opened import OpenedTable, row_of
from sentiment.corpus.guess import Guess
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig, named
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.errors import CorpusError

MAX_COLUMNS = 2_000
_FOR_GUESSES = 200  # rows
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and .xlsx with a password
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS_CSV = "save the sheet as “CSV UTF-8”"


def open_spreadsheet(
    path: Path, encoding: str, table: TableConfig, rejected: RejectedRows
) -> OpenedTable:
    """The table in one sheet: the first with rows, or the one in `table`. Raises CorpusError."""
    with opened_for_seeking(path) as stream:
        sheets = {name: rows for name, rows in _sheets(path, stream) if rows}
    if not sheets:
        raise CorpusError(f"{path} has no sheet with rows, expected texts and labels.")
    name = table.sheet or next(iter(sheets))
    if name not in sheets:
        raise CorpusError(
            f"{path} has no sheet {name!r} with rows, only {', '.join(map(repr, sheets))}. Change "
            f"{named('sheet')}."
        )
    rows = sheets[name]
    width = max(len(row) for _, row in rows)
    if width > MAX_COLUMNS:
        raise CorpusError(
            f"The sheet {name!r} of {path} has {width:,} columns, more than {MAX_COLUMNS:,}. Keep "
            "only the columns of texts and labels."
        )
    sample = [row for _, row in rows[:_FOR_GUESSES]]
    header, header_guess = guess_header(sample, table.header)
    names = [str(value).strip() for value in rows[0][1]] if header else numbered(width)
    data = rows[1:] if header else rows
    sheet_guess = Guess(
        "sheet",
        next(iter(sheets)),
        f"{len(sheets)} sheets have rows; one is read.",
        {sheet: f"{sheet} ({len(of_sheet):,} rows)" for sheet, of_sheet in sheets.items()},
    )
    return OpenedTable(
        names,
        lambda columns: _rows(data, names, columns),
        tuple(filter(None, (header_guess, sheet_guess if len(sheets) > 1 else None))),
        [row for _, row in data[:_FOR_GUESSES]],
    )


def _rows(data: list[tuple[int, list[Any]]], names: list[str], columns: Columns) -> Iterator[Row]:
    places = [None if name is None else names.index(name) for name in columns]
    for number, row in data:
        values = [None if place is None or place >= len(row) else row[place] for place in places]
        yield row_of(columns, number, *values)


def _sheets(path: Path, stream: IO[bytes]) -> Iterator[tuple[str, list[tuple[int, list[Any]]]]]:
    """The name of each sheet, and its rows that are not empty with their numbers."""
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise CorpusError(
            f"{path} is a spreadsheet; reading it needs the package python-calamine. Install it "
            f"(pip install python-calamine), or {_SAVE_AS_CSV}."
        ) from error
    try:
        check_unpacked_size(path, stream)
        if _is_encrypted(stream):
            raise CorpusError(
                f"{path} is protected by a password. Save it without one, or {_SAVE_AS_CSV}."
            )
        book = calamine.CalamineWorkbook.from_filelike(stream)
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            first = sheet.start[0] + 1 if sheet.start else 1
            rows = zip(itertools.count(first), sheet.to_python(skip_empty_area=True), strict=False)
            yield (
                name,
                [
                    (number, [_value(cell) for cell in row])
                    for number, row in rows
                    if any(cell != "" for cell in row)
                ],
            )
    except (calamine.CalamineError, zipfile.BadZipFile, KeyError) as error:
        raise CorpusError(
            f"{path} is damaged or is not a spreadsheet ({error}). Save it again, or "
            f"{_SAVE_AS_CSV}."
        ) from error


def _value(cell: object) -> object:
    """A whole number as people see it: spreadsheets store every number as a float."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _is_encrypted(stream: IO[bytes]) -> bool:
    """Whether a compound file holds an encrypted workbook; calamine cannot tell it from damage."""
    compound = stream.read(8) == COMPOUND_FILE
    before, found = b"", False
    while compound and not found and (chunk := stream.read(1 << 20)):
        found = _ENCRYPTED_PACKAGE in before + chunk
        before = chunk[-len(_ENCRYPTED_PACKAGE) :]
    stream.seek(0)
    return found
