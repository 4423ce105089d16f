"""Parquet, with the class names that Hugging Face keeps beside integer labels."""

import itertools
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet

from sentiment.corpus import limits
from sentiment.corpus.containers import opened_for_seeking, unpacked_bytes
from sentiment.corpus.formats.delimited import table_rows
from sentiment.corpus.formats.opened import OpenedTable, check_columns
from sentiment.corpus.formats.parquet_pages import rows_at_once
from sentiment.corpus.label_values import shown
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig, named
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.corpus.text_files import too_many_rows
from sentiment.errors import CorpusError

_BUFFER_BYTES = 1 << 24
_MAGIC = b"PAR1"


def open_parquet(
    path: Path, encoding: str, table: TableConfig, rejected: RejectedRows
) -> OpenedTable:
    """The table in a Parquet file; it has no encoding. Errors of pyarrow pass through."""
    with opened_for_seeking(path) as stream:
        _check_footer(path, stream)
        with pa.parquet.ParquetFile(stream) as file:
            schema, metadata = file.schema_arrow, file.metadata
    if metadata.num_rows > limits.LIMITS.rows:
        raise too_many_rows(path)
    check_columns(path, max(metadata.num_columns, len(schema.names)))
    classes = _class_names(schema.metadata or {})
    return OpenedTable(
        schema.names, lambda columns: _rows(path, columns, classes), types=schema.types
    )


def _rows(
    path: Path, columns: Columns | None, classes: Mapping[str, Sequence[str]]
) -> Iterator[Row]:
    with (
        opened_for_seeking(path) as stream,
        # Without these options it keeps everything it has read until the end.
        pa.parquet.ParquetFile(stream, pre_buffer=False, buffer_size=_BUFFER_BYTES) as file,
    ):
        names = file.schema_arrow.names
        if columns is not None:
            names = list(dict.fromkeys(name for name in columns if name is not None))
        for name in [] if columns is None else names:
            if pa.types.is_nested(kind := file.schema_arrow.field(name).type):
                raise CorpusError(
                    f"The column {shown(name)} of {path} has the type {shown(str(kind))}, expected "
                    f"texts or numbers. Change {named('text')} or {named('label')}."
                )
        numbers, size, most = itertools.count(1), 0, unpacked_bytes(path)
        at_once = rows_at_once(path, stream, file, names)
        for batch in file.iter_batches(at_once, columns=names):
            rows = table_rows(batch, columns, names if columns is None else columns, numbers)
            class_names = classes.get(columns.label) if columns else None
            for row in rows:
                values = row.text if isinstance(row.text, list) else [row.text]
                size += sum(len(value) for value in values if isinstance(value, str | bytes))
                if size > most:
                    raise CorpusError(
                        f"The texts of {path} have more than {most:,} characters, "
                        f"{limits.LIMITS.expansion} times the size of the file. If this is right, "
                        "save it as .jsonl."
                    )
                yield (
                    row._replace(label=_class_name(row.label, class_names)) if class_names else row
                )


def _check_footer(path: Path, stream: IO[bytes]) -> None:
    """Raise CorpusError if the metadata, which pyarrow reads at once, exceed the limit."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 8))
    footer = stream.read(8)
    stream.seek(0)
    length = int.from_bytes(footer[:4], "little")
    # If it is longer than the file, pyarrow reports a damaged file.
    if footer[4:] == _MAGIC and size > length > (most := limits.LIMITS.footer_bytes):
        raise CorpusError(
            f"The metadata of {path} have {length:,} bytes, more than {most:,}. Save it again with "
            "fewer columns or larger row groups."
        )


def _class_name(label: object, names: Sequence[str]) -> object:
    """The name of a label; None for -1, which stands for a missing label."""
    if not isinstance(label, int):
        return label
    return names[label] if 0 <= label < len(names) else None if label == -1 else label


def _class_names(metadata: Mapping[bytes, bytes]) -> dict[str, list[str]]:
    """Column -> the names of its integers, from the metadata of Hugging Face datasets."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        return {
            column: list(map(str, feature["names"]))
            for column, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
        }
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}
