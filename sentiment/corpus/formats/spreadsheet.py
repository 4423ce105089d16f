"""Spreadsheets (.xlsx, .xls, .ods), read by the optional package python-calamine.

It runs in a process of its own, see `sheet_process`.
"""

import contextlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sentiment.corpus import limits
from sentiment.corpus.containers import opened_for_seeking
from sentiment.corpus.formats import sheet_process
from sentiment.corpus.formats.header import guess_header, numbered
from sentiment.corpus.formats.opened import OpenedTable, check_columns, row_of
from sentiment.corpus.guess import Guess
from sentiment.corpus.label_values import quoted
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig, named
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.corpus.zip_files import opened_zip
from sentiment.errors import CorpusError
from sentiment.wording import counted

_FOR_GUESSES = 200  # rows
_MOST_SHEETS = 100
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and .xlsx with a password
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS_CSV = "save the sheet as “CSV UTF-8”"


@dataclass
class _Sheet:
    """A sheet with its first rows that are not empty, and their numbers."""

    first: list[tuple[int, list[Any]]] = field(default_factory=list)
    rows: int = 0
    width: int = 0


def open_spreadsheet(
    path: Path, encoding: str, table: TableConfig, rejected: RejectedRows
) -> OpenedTable:
    """The table in one sheet: the first with rows, or the one in `table`. Raises CorpusError."""
    sheets = _sheets(path)
    if not sheets:
        raise CorpusError(f"{path} has no sheet with rows, expected texts and labels.")
    name = table.sheet or next(iter(sheets))
    if name not in sheets:
        raise CorpusError(
            f"{path} has no sheet {name!r} with rows, only {quoted(sheets)}. Change "
            f"{named('sheet')}."
        )
    sheet = sheets[name]
    check_columns(f"The sheet {name!r} of {path}", sheet.width)
    sample = [row for _, row in sheet.first]
    header, header_guess = guess_header(sample, table.header)
    names = [str(value).strip() for value in sample[0]] if header else numbered(sheet.width)
    sheet_guess = Guess(
        "sheet",
        next(iter(sheets)),
        f"{len(sheets)} sheets have rows; one is read.",
        {name: f"{name} ({counted(sheet.rows, 'row')})" for name, sheet in sheets.items()},
    )
    after = sheet.first[0][0] if header else 0
    names += [""] * (sheet.width - len(names))  # cells to the right of the header
    return OpenedTable(
        names,
        lambda columns: _rows(path, name, after, names, columns, rejected),
        tuple(filter(None, (header_guess, sheet_guess if len(sheets) > 1 else None))),
        sample[1:] if header else sample,
    )


def _sheets(path: Path) -> dict[str, _Sheet]:
    """The sheets that have rows."""
    sheets, current = dict[str, _Sheet](), _Sheet()
    for line in _lines(path, None, _FOR_GUESSES + 1):
        if isinstance(line, dict):
            current.rows, current.width = line["rows"], line["width"]
            if current.first:
                sheets[line["sheet"]] = current
            current = _Sheet()
        else:
            number, row = line
            current.first.append((number, [_value(cell) for cell in row or []]))
    return sheets


def _rows(
    path: Path,
    name: str,
    after: int,
    names: list[str],
    columns: Columns | None,
    rejected: RejectedRows,
) -> Iterator[Row]:
    """The rows after the row of the header."""
    places: list[int | None] = list(range(len(names)))
    if columns is not None:
        places = [None if name is None else names.index(name) for name in columns]
    for line in _lines(path, name, None):
        if isinstance(line, dict) or line[0] <= after:
            continue
        number, row = line
        if row is None:
            most = limits.LIMITS.line_characters
            rejected.add(number, f"the row has more than {most:,} characters")
            continue
        values = [
            None if place is None or place >= len(row) else _value(row[place]) for place in places
        ]
        yield row_of(columns, number, *values)


def _lines(path: Path, sheet: str | None, rows: int | None) -> Iterator[Any]:
    """The lines that `sheet_process` writes. Raises CorpusError.

    sheet: None for all. rows: number of rows of each sheet, None for all.
    """
    if importlib.util.find_spec("python_calamine") is None:
        raise CorpusError(
            f"{path} is a spreadsheet; reading it needs the package python-calamine. Install it "
            f"(pip install python-calamine), or {_SAVE_AS_CSV}."
        )
    known = limits.LIMITS
    asked = {
        "sheet": sheet,
        "rows": rows,
        "sheets": _MOST_SHEETS,
        "columns": known.columns,
        "characters": known.line_characters,
        "bytes": known.sheet_bytes,
        "seconds": known.sheet_seconds,
    }
    with opened_for_seeking(path) as stream:
        _check_container(path, stream)
        file = stream.fileno()  # of a copy in memory, this writes it to disk
        stream.flush()
        program = [sys.executable, "-I", str(Path(sheet_process.__file__)), json.dumps(asked)]
        with (
            subprocess.Popen(
                program, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            ) as process,
            contextlib.ExitStack() as stack,
        ):
            stack.callback(process.kill)
            assert process.stdout
            for content in process.stdout:
                line = json.loads(content)
                if isinstance(line, dict) and "error" in line:
                    raise _error(path, line["error"])
                yield line
            if status := process.wait():
                raise _error(path, _REASONS.get(-status, f"its reader ended with {status}"))


# Signal -> the reason why the process ended.
_REASONS = {
    6: sheet_process.OUT_OF_MEMORY,
    9: sheet_process.OUT_OF_MEMORY,
    24: sheet_process.TOO_SLOW,
}


def _error(path: Path, reason: str) -> CorpusError:
    known = limits.LIMITS
    if reason == sheet_process.OUT_OF_MEMORY:
        return CorpusError(
            f"Reading {path} takes more than {known.sheet_bytes:,} bytes of memory: its sheets are "
            f"too large, or a cell is far from the others. Delete empty rows and columns, or "
            f"{_SAVE_AS_CSV}."
        )
    if reason == sheet_process.TOO_SLOW:
        return CorpusError(
            f"Reading {path} takes more than {known.sheet_seconds} seconds. Use a part of it, or "
            f"{_SAVE_AS_CSV}."
        )
    return CorpusError(
        f"{path} is damaged, has too many cells, or is not a spreadsheet ({reason}). Save it "
        f"again, or {_SAVE_AS_CSV}."
    )


def _value(cell: object) -> object:
    return _Moment(cell["value"]) if isinstance(cell, dict) else cell


@dataclass(frozen=True)
class _Moment:
    """A date or a time; it is not a text."""

    text: str

    def __repr__(self) -> str:
        return self.text


def _check_container(path: Path, stream: IO[bytes]) -> None:
    """Raise CorpusError if a file is encrypted or lists too many files; BadZipFile for damage."""
    if stream.read(2) == b"PK":
        stream.seek(0)
        with opened_zip(path, stream):
            pass
    stream.seek(0)
    if _is_encrypted(stream):
        raise CorpusError(
            f"{path} is protected by a password. Save it without one, or {_SAVE_AS_CSV}."
        )


def _is_encrypted(stream: IO[bytes]) -> bool:
    """Whether a compound file holds an encrypted workbook; calamine cannot tell it from damage."""
    compound = stream.read(8) == COMPOUND_FILE
    before, found = b"", False
    while compound and not found and (chunk := stream.read(1 << 20)):
        found = _ENCRYPTED_PACKAGE in before + chunk
        before = chunk[-len(_ENCRYPTED_PACKAGE) :]
    stream.seek(0)
    return found
