"""JSON: an object per line, an array of objects, or one object that holds the table.

json and not pyarrow: a bad line costs only that line, and a label may be both 1 and "1".
"""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any

from sentiment.corpus.formats.header import KNOWN_NAMES, guess_header, numbered
from sentiment.corpus.formats.opened import OpenedTable, row_of
from sentiment.corpus.split_column import SPLIT_VALUES
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.corpus.text_files import MAX_LINE_CHARACTERS, decoded, lines_in
from sentiment.errors import CorpusError

MAX_OBJECT_CHARACTERS = 500_000_000  # of an object that is loaded whole
_CHUNK = 1 << 20  # characters
_FOR_COLUMNS = 100  # records whose keys are the columns
_SEPARATORS = re.compile(r"[ \t\r\n,]*")
_EXPECTED = 'Expected lines like {"text": "…", "label": 1}, or an array of such objects.'

_Record = Mapping[str, object] | list[object]
_Records = Iterator[tuple[int, _Record]]


def open_json(path: Path, encoding: str, table: TableConfig, rejected: RejectedRows) -> OpenedTable:
    """The table in a file of JSON. Raises CorpusError."""
    layout = _layout_of(path, encoding)
    unreported = RejectedRows(rejected.unit)
    with decoded(path, encoding) as stream:
        first = list(itertools.islice(layout(path, stream, unreported), _FOR_COLUMNS))
    if not first:
        raise CorpusError(f"{path} has no JSON objects.{unreported.first_lines()} {_EXPECTED}")
    if isinstance(first[0][1], Mapping):
        records = [record for _, record in first if isinstance(record, Mapping)]
        names = list(dict.fromkeys(key for record in records for key in record))
        sample = [[record.get(name) for name in names] for record in records]
        return OpenedTable(
            names, partial(_rows, path, encoding, layout, rejected, None), sample=sample
        )
    rows = [list(record) for _, record in first if not isinstance(record, Mapping)]
    header, guess = guess_header(rows, table.header)
    columns = list(map(str, rows[0])) if header else numbered(max(map(len, rows)))
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
    columns: Columns,
) -> Iterator[Row]:
    """arrays: the names of the columns if records are arrays, and whether the first has them."""
    with decoded(path, encoding) as stream:
        records = layout(path, stream, rejected)
        if arrays and arrays[1]:
            next(records, None)
        for number, record in records:
            if arrays and not isinstance(record, Mapping):
                record = dict(zip(arrays[0], record, strict=False))
            if isinstance(record, Mapping):
                values = [None if name is None else record.get(name) for name in columns]
                yield row_of(columns, number, *values)
            else:
                rejected.add(number, "JSON, but not an object")


def _layout_of(path: Path, encoding: str) -> _Layout:
    with decoded(path, encoding) as stream:
        lines = list(
            itertools.islice((line for line in lines_in(stream) if line.strip()), _FOR_COLUMNS)
        )
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


def _lines(path: Path, stream: IO[str], rejected: RejectedRows) -> _Records:
    """One record per line; a line that is not JSON costs only itself."""
    for number, line in enumerate(lines_in(stream), 1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE_CHARACTERS:
            rejected.add(number, f"more than {MAX_LINE_CHARACTERS:,} characters")
            continue
        try:
            record = json.loads(line)
        except RecursionError:
            rejected.add(number, "not JSON (nested too deeply)")
            continue
        except ValueError as error:
            rejected.add(number, f"not JSON ({error})")
            continue
        if isinstance(record, dict | list):
            yield number, record
        else:
            rejected.add(number, "JSON, but not an object")


def _elements(path: Path, stream: IO[str], rejected: RejectedRows) -> _Records:
    """The elements of one array, a chunk of the file at a time."""
    decoder, number = json.JSONDecoder(), 0
    buffer = stream.read(_CHUNK)
    place, ended = buffer.index("[") + 1, False
    while True:
        place = _after_separators(buffer, place)
        if buffer.startswith("]", place):
            return
        try:
            record, end = decoder.raw_decode(buffer, place)
            complete = end < len(buffer)  # a number may go on in the next chunk
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
            number, place = number + 1, end
            if isinstance(record, dict | list):
                yield number, record
            else:
                rejected.add(number, "JSON, but not an object")
            continue
        # As much again: a long record is not parsed from its begin for every chunk.
        more = stream.read(max(_CHUNK, len(buffer) - place))
        buffer, place, ended = buffer[place:] + more, 0, not more
        if len(buffer) > MAX_OBJECT_CHARACTERS:
            raise CorpusError(
                f"{path}: record {number + 1:,} is not complete after {MAX_OBJECT_CHARACTERS:,} "
                f"characters. {_EXPECTED}"
            )


def _whole(path: Path, stream: IO[str], rejected: RejectedRows) -> _Records:
    text = stream.read(MAX_OBJECT_CHARACTERS + 1)
    if len(text) > MAX_OBJECT_CHARACTERS:
        raise CorpusError(
            f"{path} is one JSON object of more than {MAX_OBJECT_CHARACTERS:,} characters. Save it "
            "as JSON lines (.jsonl)."
        )
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise _too_deep(path) from error
    except ValueError as error:
        if "Extra data" in str(error):
            return enumerate(_values_in(path, text), 1)
        raise CorpusError(f"{path} is not JSON ({error}). {_EXPECTED}") from error
    return enumerate(_records_in(path, value), 1)


def _values_in(path: Path, text: str) -> Iterator[_Record]:
    """JSON objects after one another, each over several lines."""
    decoder, place = json.JSONDecoder(), _after_separators(text, 0)
    while place < len(text):
        try:
            record, place = decoder.raw_decode(text, place)
        except RecursionError as error:
            raise _too_deep(path) from error
        except ValueError as error:
            raise CorpusError(f"{path} is not JSON ({error}). {_EXPECTED}") from error
        place = _after_separators(text, place)
        yield record


def _after_separators(text: str, place: int) -> int:
    found = _SEPARATORS.match(text, place)
    assert found
    return found.end()


def _too_deep(path: Path, number: int = 0) -> CorpusError:
    record = f"record {number:,} of " if number else ""
    return CorpusError(f"{record}{path} is nested too deeply for a table. {_EXPECTED}")


def _records_in(path: Path, value: Mapping[str, Any]) -> Iterable[_Record]:
    """The records of an object that holds a table, in the layouts that pandas writes and others."""
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        return (dict(zip(value["columns"], row, strict=False)) for row in value["data"])
    lists = {
        key: content
        for key, content in value.items()
        if isinstance(content, list) and content and isinstance(content[0], dict)
    }
    if lists and all(key.casefold() in SPLIT_VALUES for key in lists):
        return ({"split": key, **record} for key, of_key in lists.items() for record in of_key)
    if len(lists) == 1:
        return next(iter(lists.values()))
    if len(lists) > 1:
        raise CorpusError(
            f"{path} has {len(lists)} lists of records ({', '.join(map(repr, lists))}), expected "
            "one. Save one of them as a file."
        )
    contents = list(value.values())
    if contents and all(isinstance(content, list) for content in contents):
        lengths = {len(content) for content in contents}
        if len(lengths) == 1:
            return (dict(zip(value, row, strict=True)) for row in zip(*contents, strict=True))
    if contents and all(isinstance(content, dict) for content in contents):
        if _are_columns(value):
            rows = dict.fromkeys(key for column in contents for key in column)
            return ({name: column.get(row) for name, column in value.items()} for row in rows)
        return contents
    return [value]


def _are_columns(value: Mapping[str, Mapping[str, object]]) -> bool:
    """Whether an object of objects has columns, as pandas writes by default, or rows."""
    outer, inner = list(value), list(next(iter(value.values())))
    if any(name.casefold() in KNOWN_NAMES for name in outer):
        return True
    if any(name.casefold() in KNOWN_NAMES for name in inner):
        return False
    return all(map(str.isdigit, inner)) or len(outer) <= len(inner)
