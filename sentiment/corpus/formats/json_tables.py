"""The records of one JSON object that holds a table."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sentiment.corpus.formats.header import KNOWN_NAMES
from sentiment.corpus.formats.opened import check_columns
from sentiment.corpus.label_values import quoted
from sentiment.corpus.split_column import SPLIT_VALUES
from sentiment.errors import CorpusError

KEEP_TEXTS_AND_LABELS = "Keep only the texts and labels of each record."


def records_in(path: Path, value: Mapping[str, Any]) -> Iterable[object]:
    """The records of an object that holds a table, in one of pandas' layouts or another.

    Raises CorpusError if it has several lists of records.
    """
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        names = list(map(str, value["columns"]))
        return (
            dict(zip(names, row, strict=False)) if isinstance(row, list) else row
            for row in value["data"]
        )
    lists = {
        key: content
        for key, content in value.items()
        if isinstance(content, list) and content and isinstance(content[0], dict)
    }
    if lists and all(key.casefold() in SPLIT_VALUES for key in lists):
        return (
            {"split": key, **record} if isinstance(record, dict) else record
            for key, of_key in lists.items()
            for record in of_key
        )
    if len(lists) == 1:
        return next(iter(lists.values()))
    if len(lists) > 1:
        raise CorpusError(
            f"{path} has {len(lists)} lists of records ({quoted(lists)}), expected one. Save one "
            "of them as a file."
        )
    contents = list(value.values())
    if contents and all(isinstance(content, list) for content in contents):
        lengths = {len(content) for content in contents}
        if len(lengths) == 1:
            return (dict(zip(value, row, strict=True)) for row in zip(*contents, strict=True))
    if contents and all(isinstance(content, dict) for content in contents):
        rows = dict.fromkeys(key for column in contents for key in column)
        # Most columns of a table have most of its rows.
        dense = len(value) * len(rows) <= 10 * sum(map(len, contents))
        if dense and _are_columns(value):
            check_columns(path, len(value), KEEP_TEXTS_AND_LABELS)
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
