"""Formats of files with predictions: CSV, JSON lines, Parquet.

A file consists of parts that are encoded separately, so that an interrupted scoring continues after
its last complete part.
"""

import csv
import io
import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet

from sentiment.corpus.formats.registry import DELIMITED, JSON, PARQUET
from sentiment.errors import ConfigError

Rows = Sequence[Sequence[object]]


def _text(value: object) -> str:
    """A value as text; values that are neither texts nor numbers become JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else _json(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _utf8(text: str) -> bytes:
    return text.encode(errors="backslashreplace")  # half of a surrogate pair, from JSON


class Format(ABC):
    """Encoder of a file format.

    schema: names and types of the columns; the type is None if values can have any type.
    """

    def __init__(self, schema: dict[str, pa.DataType | None]):
        self.names, self.types = list(schema), list(schema.values())

    @abstractmethod
    def encode(self, rows: Rows) -> bytes:
        """The bytes of a part."""

    def join(self, parts: Sequence[Path], file: IO[bytes]) -> None:
        """Write the file from its parts."""
        file.write(self.begin())
        for part in parts:
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, file)

    def begin(self) -> bytes:
        """The bytes before the first part."""
        return b""


class Csv(Format):
    """CSV with a header, and a byte order mark so that Excel reads it as UTF-8."""

    def begin(self) -> bytes:
        return b"\xef\xbb\xbf" + self.encode([self.names])

    def encode(self, rows: Rows) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows(map(_text, row) for row in rows)
        return _utf8(text.getvalue())


class JsonLines(Format):
    """One JSON object per line."""

    def encode(self, rows: Rows) -> bytes:
        lines = (_json(dict(zip(self.names, row, strict=True))) + "\n" for row in rows)
        return _utf8("".join(lines))


class Parquet(Format):
    """Parquet; columns keep the types of a Parquet input, those of other formats are texts."""

    def table(self, rows: Rows) -> pa.Table:
        """The rows as an Arrow table."""
        columns = list(zip(*rows, strict=True)) or [()] * len(self.names)
        arrays = [
            pa.array(
                [None if v is None else _utf8(_text(v)).decode() for v in values],
                pa.string(),
            )
            if kind is None or pa.types.is_string(kind)
            else pa.array(values, kind)
            for values, kind in zip(columns, self.types, strict=True)
        ]
        return pa.table(arrays, self.names)

    def encode(self, rows: Rows) -> bytes:
        buffer = io.BytesIO()
        pa.parquet.write_table(self.table(rows), buffer, compression="zstd")
        return buffer.getvalue()

    def join(self, parts: Sequence[Path], file: IO[bytes]) -> None:
        schema = pa.parquet.read_schema(parts[0])
        with pa.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for part in parts:
                writer.write_table(pa.parquet.read_table(part))


FORMATS: dict[str, type[Format]] = {
    DELIMITED.suffixes[0]: Csv,
    PARQUET.suffixes[0]: Parquet,
    **dict.fromkeys(JSON.suffixes[1:], JsonLines),
}


def format_for(path: Path) -> type[Format]:
    """The format of an output file, by its suffix. Raises ConfigError."""
    if found := FORMATS.get(path.suffix.lower()):
        return found
    raise ConfigError(
        f"The output {path} has the suffix {path.suffix!r}, expected {', '.join(FORMATS)}."
    )
