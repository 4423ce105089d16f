"""Tables of all formats, mutated and read."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sentiment.corpus.formats.registry import SUFFIXES
from sentiment.corpus.sources import fingerprint_of, open_corpus
from sentiment.corpus.table_config import BACKSLASH, NO, TAB, YES, TableConfig
from sentiment.corpus.table_facts import facts_of, guesses_of
from sentiment.corpus.table_scan import scan_table
from sentiment.errors import ConfigError, CorpusError
from tests.corpus.formats.spreadsheets import xlsx
from tests.fuzz.choices import Choices
from tests.fuzz.mutations import mutated_bytes, mutated_json, mutated_json_text

RECORDS = [
    {"text": f"A {'good' if n % 2 else 'bad, dull'} film “{n}” é", "label": n % 2, "split": "train"}
    for n in range(12)
]
ROWS = [list(record.values()) for record in RECORDS]
LONGEST_MESSAGE = 3_000


def _csv(delimiter: str, *, header: bool = True, quotes: bool = True) -> bytes:
    rows = [list(RECORDS[0])] * header + ROWS
    quote = '"' if quotes else ""
    lines = (delimiter.join(f"{quote}{value}{quote}" for value in row) for row in rows)
    return "\n".join(lines).encode()


def _parquet(table: pa.Table, **options: object) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content, **options)
    return content.getvalue()


def _npz() -> bytes:
    content = io.BytesIO()
    ids, labels = np.array([[1, 4, 5], [1, 5, 4]]), np.array([0, 1])
    np.savez(content, x_train=ids, y_train=labels, x_test=ids, y_test=labels)
    return content.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    """A file of a .zip with a fixed time: the same choices must give the same bytes."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _zip(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in (("reviews.csv", content), ("README.txt", b"about")):
            archive.writestr(_member(name), part)
    return packed.getvalue()


_TABLE = pa.Table.from_pylist(RECORDS)
SHEET = xlsx([list(RECORDS[0]), *ROWS])
# Name -> suffix, valid content, and how it is mutated.
TABLES: dict[str, tuple[str, bytes, Callable[[Choices, bytes], bytes]]] = {
    "csv": (".csv", _csv(","), mutated_bytes),
    "tsv": (".tsv", _csv("\t", quotes=False), mutated_bytes),
    "semicolons": (".csv", _csv(";", header=False), mutated_bytes),
    "latin": (
        ".csv",
        _csv(",").decode().replace("“", "ü").replace("”", "").encode("cp1252"),
        mutated_bytes,
    ),
    "utf-16": (".csv", _csv(",").decode().encode("utf-16"), mutated_bytes),
    "jsonl": (".jsonl", "\n".join(map(json.dumps, RECORDS)).encode(), mutated_json_text),
    "json": (".json", json.dumps(RECORDS).encode(), mutated_json_text),
    "object": (".json", json.dumps({"data": RECORDS, "version": 1}).encode(), mutated_json_text),
    "columns": (
        ".json",
        json.dumps({key: [row[key] for row in RECORDS] for key in RECORDS[0]}).encode(),
        mutated_json_text,
    ),
    "split json": (
        ".json",
        json.dumps({"columns": list(RECORDS[0]), "data": ROWS}).encode(),
        mutated_json_text,
    ),
    "by row": (
        ".json",
        json.dumps(
            {key: {str(n): row[key] for n, row in enumerate(RECORDS)} for key in RECORDS[0]}
        ).encode(),
        mutated_json_text,
    ),
    "parquet": (".parquet", _parquet(_TABLE), mutated_bytes),
    "parquet delta": (
        ".parquet",
        _parquet(_TABLE, use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY"}),
        mutated_bytes,
    ),
    "fasttext": (".txt", b"__label__1 a good film\n__label__0 a bad film\n" * 6, mutated_bytes),
    "label first": (".txt", b"1 a good film\n0 a bad film\n" * 6, mutated_bytes),
    "trees": (".txt", b"(3 (2 good) (2 film))\n(0 (2 bad) (2 film))\n" * 6, mutated_bytes),
    "npz": (".npz", _npz(), mutated_bytes),
    "zip": (".zip", _zip(_csv(",")), mutated_bytes),
}
PACKERS = {
    ".gz": partial(gzip.compress, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zip": _zip,
}


def attack_tables(choices: Choices, folder: Path) -> None:
    """A mutated table, packed or not, with any suffix and settings."""
    suffix, content, mutate = TABLES[choices.one_of(list(TABLES))]
    _read(choices, folder, suffix, mutate(choices, content))


def attack_parquet(choices: Choices, folder: Path) -> None:
    """Parquet whose values have other types, and whose columns have other names."""
    records = [record for record in mutated_json(choices, RECORDS) if isinstance(record, dict)]
    options = {"compression": choices.one_of(("snappy", "zstd", "none", "gzip"))}
    try:
        content = _parquet(pa.Table.from_pylist(records), **options)
    except (pa.ArrowException, UnicodeEncodeError, OverflowError, RecursionError):
        return  # it cannot be written
    _read(choices, folder, ".parquet", content)


def attack_sheets(choices: Choices, folder: Path) -> None:
    """A workbook of which one part is mutated, or its bytes."""
    if choices.flag():
        _read(choices, folder, ".xlsx", mutated_bytes(choices, SHEET))
        return
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SHEET)) as before, zipfile.ZipFile(packed, "w") as after:
        changed = choices.one_of(before.namelist())
        for name in before.namelist():
            content = before.read(name)
            mutated = mutated_bytes(choices, content) if name == changed else content
            after.writestr(_member(name), mutated)
    _read(choices, folder, ".xlsx", packed.getvalue())


def _read(choices: Choices, folder: Path, suffix: str, content: bytes) -> None:
    if choices.integer(0, 9) == 0:
        suffix = choices.one_of(SUFFIXES)
    if choices.integer(0, 4) == 0:
        packed = choices.one_of(list(PACKERS))
        content, suffix = PACKERS[packed](content), suffix + packed
        content = mutated_bytes(choices, content) if choices.integer(0, 3) == 0 else content
    path = folder / f"table{suffix}"
    path.write_bytes(content)
    table = _settings(choices)
    for read in (facts_of, guesses_of, scan_table, open_corpus):
        try:
            read(path, table)
        except CorpusError as error:
            assert len(str(error)) < LONGEST_MESSAGE, str(error)[:200]
    fingerprint_of(path)


def _settings(choices: Choices) -> TableConfig:
    if choices.integer(0, 2):
        return TableConfig()
    columns = ("", "", "1", "2", "text", "label", "column 1", choices.text())
    try:
        return TableConfig(
            text=choices.one_of(columns),
            label=choices.one_of(columns),
            classes=choices.one_of(("", "Bad=0; Good=1", "1,2; 4,5", "a=0; b", choices.text())),
            ordered=choices.one_of(("", YES, NO)),
            encoding=choices.one_of(("", "", "utf-8", "cp1252", "mixed", "utf-16", choices.text())),
            header=choices.one_of(("", YES, NO)),
            delimiter=choices.one_of(("", "", ",", ";", TAB)),
            quotes=choices.one_of(("", YES, NO, BACKSLASH)),
            sheet=choices.one_of(("", "", "Sheet1", choices.text())),
            split_column=choices.one_of(("", "", "none", "split", choices.text())),
        )
    except ConfigError:
        return TableConfig()
