"""JSON: an object per line, an array of objects, or one object that holds the table.

Parsed by json and not by pyarrow: an invalid line is rejected without the others, and a column may
contain both 1 and "1".
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple

from sentiment.corpus import limits
from sentiment.corpus.formats.header import guess_header, numbered
from sentiment.corpus.formats.json_tables import KEEP_TEXTS_AND_LABELS, records_in
from sentiment.corpus.formats.opened import OpenedTable, check_columns, named_row
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.corpus.text_files import decoded, first_lines, lines_in
from sentiment.errors import CorpusError

_CHUNK = 1 << 20  # characters
_FOR_COLUMNS = 100  # records whose keys are the columns
_SAMPLE_CHARACTERS = 1 << 20  # of these records
# Bytes that Python takes for a value, at most, by the character that comes before it.
_VALUE_BYTES = {"{": 256, "[": 72, ",": 64, ":": 64}
_SEPARATORS = re.compile(r"[ \t\r\n,]*")
_EXPECTED = 'Expected lines like {"text": "…", "label": 1}, or an array of such objects.'


class _Record(NamedTuple):
    number: int
    size: int  # characters
    value: Mapping[str, object] | list[object]


_Records = Iterator[_Record]


def open_json(path: Path, encoding: str, table: TableConfig, rejected: RejectedRows) -> OpenedTable:
    """The table in a file of JSON. Raises CorpusError."""
    layout = _layout_of(path, encoding)
    unreported = RejectedRows(rejected.unit)
    with decoded(path, encoding) as stream:
        first, size = list[Any](), 0
        for record in layout(path, stream, unreported):
            if isinstance(record.value, Mapping | list):
                first.append(record.value)
            size += record.size
            if len(first) == _FOR_COLUMNS or size > _SAMPLE_CHARACTERS:
                break
    if not first:
        raise CorpusError(f"{path} has no JSON objects.{unreported.first_lines()} {_EXPECTED}")
    if isinstance(first[0], Mapping):
        records = [value for value in first if isinstance(value, Mapping)]
        names = list(dict.fromkeys(key for value in records for key in value))
        check_columns(path, len(names), KEEP_TEXTS_AND_LABELS)
        sample = [[value.get(name) for name in names] for value in records]
        return OpenedTable(
            names, partial(_rows, path, encoding, layout, rejected, None), sample=sample
        )
    rows = [value for value in first if isinstance(value, list)]
    width = max(map(len, rows))
    check_columns(path, width, KEEP_TEXTS_AND_LABELS)
    header, guess = guess_header(rows, table.header)
    columns = list(map(str, rows[0])) if header else numbered(width)
    return OpenedTable(
        columns,
        partial(_rows, path, encoding, layout, rejected, (columns, header)),
        (guess,) if guess else (),
        rows[1:] if header else rows,
    )


_Layout = Callable[[Path, IO[str], RejectedRows], _Records]


def _rows(
    path: Path,
    encoding: str,
    layout: _Layout,
    rejected: RejectedRows,
    arrays: tuple[list[str], bool] | None,
    columns: Columns | None,
) -> Iterator[Row]:
    """The rows of a file. columns: None for all.

    arrays: the names of the columns if records are arrays, and whether the first record has them.
    A row of all columns has the record as its text, because other records may have other names.
    """
    with decoded(path, encoding) as stream:
        records = layout(path, stream, rejected)
        if arrays and arrays[1]:
            next(records, None)
        for number, _, record in records:
            if arrays and isinstance(record, list):
                more = len(record) - len(arrays[0])
                if columns is None and more > 0:
                    rejected.add(number, f"{len(record)} values, expected {len(arrays[0])}")
                    continue
                record = dict(zip(arrays[0], record, strict=False))
            if not isinstance(record, Mapping):
                rejected.add(number, "JSON, but not an object")
            elif columns is None:
                yield Row(number, record, None)
            else:
                yield named_row(columns, number, record)


def _layout_of(path: Path, encoding: str) -> _Layout:
    lines = [line for line in first_lines(path, encoding, _FOR_COLUMNS) if line.strip()]
    start = "".join(lines[:1]).lstrip()
    values = [_parsed(line) for line in lines]
    if start.startswith("["):
        # A table may have an array per line; one that is alone holds the records.
        return _lines if len(lines) > 1 and isinstance(values[0], list) else _elements
    if not start.startswith("{") or (len(lines) > 1 and any(isinstance(v, dict) for v in values)):
        return _lines
    return _whole


def is_json(line: bytes) -> bool:
    """Whether a line is JSON that holds values."""
    return bool(_parsed(line))


def _parsed(line: str | bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _is_deep(value: object, text: str, start: int, end: int) -> bool:
    """Whether a value, parsed from text[start:end], has more levels than are read."""
    most = limits.LIMITS.depth
    if text.count("[", start, end) + text.count("{", start, end) <= most:
        return False
    level = [value]
    for _ in range(most + 1):
        level = [
            part
            for outer in level
            if isinstance(outer, dict | list)
            for part in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return bool(level)


def _lines(path: Path, stream: IO[str], rejected: RejectedRows) -> _Records:
    """One record per line; a line that is not JSON is rejected."""
    most = limits.LIMITS.line_characters
    for number, line in enumerate(lines_in(path, stream), 1):
        if not line.strip():
            continue
        if len(line) > most:
            rejected.add(number, f"more than {most:,} characters")
            continue
        try:
            value = json.loads(line)
            deep = _is_deep(value, line, 0, len(line))
        except RecursionError:
            deep = True
        except ValueError as error:
            rejected.add(number, f"not JSON ({error})")
            continue
        if deep:
            rejected.add(number, "not JSON (nested too deeply)")
        elif isinstance(value, dict | list):
            yield _Record(number, len(line), value)
        else:
            rejected.add(number, "JSON, but not an object")


def _elements(path: Path, stream: IO[str], rejected: RejectedRows) -> _Records:
    """The elements of one array, read in chunks. Raises CorpusError if it is not complete."""
    most = limits.LIMITS.line_characters
    decoder, number = json.JSONDecoder(), 0
    buffer = stream.read(_CHUNK)
    place, ended = buffer.index("[") + 1, False
    while True:
        place = _after_separators(buffer, place)
        if buffer.startswith("]", place):
            return
        try:
            value, end = decoder.raw_decode(buffer, place)
            complete = ended or end < len(buffer)  # a number may go on in the next chunk
        except RecursionError as error:
            raise _too_deep(path, number + 1) from error
        except ValueError as error:
            if ended:
                raise CorpusError(
                    f"{path} is not complete JSON: it cannot be read after {number:,} records "
                    f"({error}). Save or download it again."
                ) from error
            complete = False
        if complete:
            number += 1
            if _is_deep(value, buffer, place, end):
                raise _too_deep(path, number)
            if isinstance(value, dict | list):
                yield _Record(number, end - place, value)
            else:
                rejected.add(number, "JSON, but not an object")
            place = end
            continue
        if len(buffer) - place > most:
            raise CorpusError(
                f"{path}: record {number + 1:,} is not complete after {most:,} characters. "
                f"{_EXPECTED}"
            )
        # Double the buffer: a long record is not parsed from its beginning for every chunk.
        more = stream.read(max(_CHUNK, len(buffer) - place))
        buffer, place, ended = buffer[place:] + more, 0, not more


def _whole(path: Path, stream: IO[str], rejected: RejectedRows) -> _Records:
    known = limits.LIMITS
    text = stream.read(known.json_characters + 1)
    if len(text) > known.json_characters:
        raise CorpusError(
            f"{path} is one JSON object of more than {known.json_characters:,} characters. Save it "
            "as JSON lines (.jsonl)."
        )
    values = sum(size * text.count(before) for before, size in _VALUE_BYTES.items())
    if values + sys.getsizeof(text) > known.json_memory:
        raise CorpusError(
            f"{path} is one JSON object that would take more than {known.json_memory:,} bytes of "
            "memory. Save it as JSON lines (.jsonl)."
        )
    try:
        value = json.loads(text)
        if _is_deep(value, text, 0, len(text)):
            raise _too_deep(path)
    except RecursionError as error:
        raise _too_deep(path) from error
    except ValueError as error:
        if "Extra data" in str(error):
            return _numbered(_values_in(path, text))
        raise CorpusError(f"{path} is not JSON ({error}). {_EXPECTED}") from error
    del text
    return _numbered(records_in(path, value))


def _numbered(values: Iterable[Any]) -> _Records:
    return (_Record(number, 0, value) for number, value in enumerate(values, 1))


def _values_in(path: Path, text: str) -> Iterator[object]:
    """Successive JSON objects, each over several lines. Raises CorpusError."""
    decoder, place = json.JSONDecoder(), _after_separators(text, 0)
    while place < len(text):
        try:
            value, end = decoder.raw_decode(text, place)
            if _is_deep(value, text, place, end):
                raise _too_deep(path)
        except RecursionError as error:
            raise _too_deep(path) from error
        except ValueError as error:
            raise CorpusError(f"{path} is not JSON ({error}). {_EXPECTED}") from error
        place = _after_separators(text, end)
        yield value


def _after_separators(text: str, place: int) -> int:
    found = _SEPARATORS.match(text, place)
    assert found
    return found.end()


def _too_deep(path: Path, number: int = 0) -> CorpusError:
    record = f"record {number:,} of " if number else ""
    return CorpusError(f"{record}{path} is nested too deeply for a table. {_EXPECTED}")
