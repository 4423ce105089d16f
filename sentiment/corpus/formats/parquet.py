"""Parquet, with the class names that Hugging Face keeps beside integer labels."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from sentiment.corpus.containers import opened_for_seeking
from sentiment.corpus.formats.delimited import table_rows
from sentiment.corpus.formats.opened import OpenedTable
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import RejectedRows, Row

_BUFFER_BYTES = 1 << 24
_ROWS = 8_192  # per batch


def open_parquet(
    path: Path, encoding: str, table: TableConfig, rejected: RejectedRows
) -> OpenedTable:
    """The table in a Parquet file; it has no encoding. Errors of pyarrow pass through."""
    with opened_for_seeking(path) as stream, pa.parquet.ParquetFile(stream) as file:
        schema = file.schema_arrow
    classes = _class_names(schema.metadata or {})
    return OpenedTable(schema.names, lambda columns: _rows(path, columns, classes))


def _rows(path: Path, columns: Columns, classes: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    with (
        opened_for_seeking(path) as stream,
        # Without these options it keeps everything it has read until the end.
        pa.parquet.ParquetFile(stream, pre_buffer=False, buffer_size=_BUFFER_BYTES) as file,
    ):
        names = list(dict.fromkeys(name for name in columns if name is not None))
        numbers = itertools.count(1)
        for batch in file.iter_batches(_ROWS, columns=names):
            rows = table_rows(batch, columns, dict(zip(names, names, strict=True)), numbers)
            named = classes.get(columns.label)
            for row in rows:
                yield row._replace(label=_class_name(row.label, named)) if named else row


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
