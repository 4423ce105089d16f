"""The formats of tables, declared once: pages, messages, the command line and the docs read them.

The content decides which format a file has; its suffix only decides where the content fits several.
"""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sentiment.corpus import containers
from sentiment.corpus.encodings import UTF8
from sentiment.corpus.formats.delimited import beginning, open_delimited
from sentiment.corpus.formats.json_records import is_json, open_json
from sentiment.corpus.formats.keras_ids import INDEX_FILE, open_keras_ids
from sentiment.corpus.formats.labelled_lines import (
    fasttext,
    first_lines_of,
    is_fasttext,
    is_label_first,
    is_trees,
    label_first,
    open_lines,
    open_unlabelled,
    refuse_unlabelled,
    tree,
)
from sentiment.corpus.formats.opened import OpenedTable
from sentiment.corpus.formats.other_kinds import check_is_table, check_is_text
from sentiment.corpus.formats.parquet import open_parquet
from sentiment.corpus.formats.spreadsheet import COMPOUND_FILE, open_spreadsheet
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import RejectedRows

Open = Callable[[Path, str, TableConfig, RejectedRows], OpenedTable | None]


@dataclass(frozen=True)
class TableFormat:
    """One format of tables: how to read it, and its description for users."""

    title: str
    suffixes: tuple[str, ...]  # usual ones; others are read too
    example: str
    guessed: str  # what the reader finds by itself
    asked: str  # what the user must give if it differs
    open: Open
    unit: str = "row"  # what rows are called in messages
    text: bool = True  # it has an encoding


_COLUMNS = "columns with usual names"
_SIDES = "labels that are not known words"
DELIMITED = TableFormat(
    "delimited text",
    (".csv", ".tsv", ".txt"),
    "`review,label`",
    f"delimiter, quotes, header, comments, encoding, {_COLUMNS}",
    f"other columns, {_SIDES}",
    open_delimited,
)
JSON = TableFormat(
    "JSON",
    (".json", ".jsonl", ".ndjson"),
    '`{"text": "…", "label": 1}`',
    f"lines, an array or an object with one list, encoding, {_COLUMNS}",
    f"other columns, {_SIDES}",
    open_json,
    unit="line",
)
PARQUET = TableFormat(
    "Parquet",
    (".parquet",),
    "columns `text`, `label`",
    f"class names of Hugging Face, {_COLUMNS}",
    f"other columns, {_SIDES}",
    open_parquet,
    text=False,
)
SPREADSHEET = TableFormat(
    "spreadsheet",
    (".xlsx", ".xls", ".ods"),
    "a sheet with the columns `text`, `label`; needs the package `python-calamine`",
    f"first sheet with rows, header, {_COLUMNS}",
    f"another sheet, other columns, {_SIDES}",
    open_spreadsheet,
    text=False,
)
FASTTEXT = TableFormat(
    "fastText",
    (".txt",),
    "`__label__2 a good film`",
    "encoding",
    _SIDES,
    partial(open_lines, fasttext),
    unit="line",
)
LABEL_FIRST = TableFormat(
    "a label and a text per line",
    (".txt",),
    "`1 a good film`",
    "encoding",
    _SIDES,
    partial(open_lines, label_first),
    unit="line",
)
TREES = TableFormat(
    "Stanford sentiment trees, one per line",
    (".txt",),
    "`(3 (2 good) (2 film))`",
    "label of the root, encoding",
    "which of the labels 0 to 4 mean which class",
    partial(open_lines, tree),
    unit="line",
)
KERAS = TableFormat(
    f"the IMDB of Keras as arrays of numbers, beside `{INDEX_FILE}`",
    (".npz",),
    "`imdb.npz`",
    "words, labels, splits",
    "nothing",
    open_keras_ids,
    text=False,
)
FORMATS = (DELIMITED, JSON, PARQUET, SPREADSHEET, FASTTEXT, LABEL_FIRST, TREES, KERAS)

SUFFIXES = tuple(dict.fromkeys(suffix for format in FORMATS for suffix in format.suffixes))
ACCEPTED = f"{', '.join(SUFFIXES)}; also compressed as {', '.join(containers.SUFFIXES)}"
_TABLE_SUFFIXES = (".csv", ".tsv")


def format_of(path: Path) -> TableFormat | None:
    """The format of a file that has no encoding, None for text. Raises CorpusError."""
    head = containers.head_of(path)
    suffix = containers.suffix_of(path)
    if head.startswith(b"PAR1") or (suffix in PARQUET.suffixes and not head.isascii()):
        return PARQUET
    if head.startswith(b"PK\x03\x04"):
        return KERAS if b".npy" in head[:200] else SPREADSHEET
    if head.startswith(COMPOUND_FILE):
        return SPREADSHEET
    check_is_table(path, head)
    return None


def text_format_of(path: Path, encoding: str) -> TableFormat:
    """The likely format of a text file, by its first lines and its suffix. Raises CorpusError."""
    start = beginning(path, encoding)
    codecs.getincrementaldecoder(UTF8)().decode(start)  # first of all, check the encoding
    check_is_text(path, start)
    suffix = containers.suffix_of(path)
    if suffix in JSON.suffixes or _looks_like_json(start.lstrip()):
        return JSON
    if suffix in _TABLE_SUFFIXES:
        return DELIMITED
    lines = first_lines_of(path, encoding)
    for format, fits in ((FASTTEXT, is_fasttext), (TREES, is_trees)):
        if fits(lines):
            return format
    return LABEL_FIRST if is_label_first(lines) else DELIMITED


def open_text(
    path: Path,
    format: TableFormat,
    encoding: str,
    table: TableConfig,
    rejected: RejectedRows,
    labelled: bool = True,
) -> OpenedTable:
    """The table in a text file. labelled: False accepts plain text. Raises CorpusError."""
    if format is DELIMITED:
        suffix = containers.suffix_of(path)
        opened = open_delimited(
            path,
            encoding,
            table,
            rejected,
            commas=suffix == _TABLE_SUFFIXES[0],
            prose=suffix not in _TABLE_SUFFIXES,
        )
    else:
        opened = format.open(path, encoding, table, rejected)
    if opened is None and not labelled:
        return open_unlabelled(path, encoding)
    return opened or refuse_unlabelled(path, encoding, table, rejected)


def _looks_like_json(text: bytes) -> bool:
    if b"".join(text[:100].split()).startswith((b'{"', b"[{", b'[["', b"{}")):
        return True
    return text.startswith(b"[") and is_json(text.split(b"\n", 1)[0])
