"""Folders with one class each: pos/ and neg/ with a review per file, or a file per class.

Examples are a part of aclImdb, and the polarity data of Cornell (txt_sentoken/pos/cv000.txt, or
rt-polarity.pos and rt-polarity.neg with a review per line). They may be below train/ and test/.
Folders that contain only .txt files may have any names; the names are the classes.
"""

import bisect
import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sentiment.corpus import limits
from sentiment.corpus.class_setting import format_classes
from sentiment.corpus.containers import opened
from sentiment.corpus.encodings import MIXED, UTF8, guess_from, is_utf8
from sentiment.corpus.formats.labelled_lines import LABEL, TEXT
from sentiment.corpus.formats.opened import OpenedTable
from sentiment.corpus.label_proposals import propose_mapping
from sentiment.corpus.label_values import LABEL_PAIRS, NEUTRAL_WORDS, in_order
from sentiment.corpus.review import Split
from sentiment.corpus.split_column import NONE, SPLIT_VALUES
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_files import is_named_table, is_unlabelled
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.corpus.text_files import corpus_errors, decoded, known_encoding, lines_in

_SAMPLE_BYTES = 1 << 16
_FOR_FACTS = 20  # reviews
_PAIRS = [frozenset(pair) for pair in LABEL_PAIRS if pair[0].isalpha()]
_LABELS = frozenset[str]().union(*_PAIRS, NEUTRAL_WORDS)


class _Part(NamedTuple):
    """The reviews of one class, and of one split if there are splits."""

    path: Path  # a folder with a file per review, or a file with a review per line
    label: str
    split: Split | None


def is_class_folder(path: Path) -> bool:
    return bool(_parts(path))


def open_class_folder(path: Path, table: TableConfig) -> tuple[OpenedTable, RejectedRows]:
    """The reviews of a folder as a table. Raises CorpusError.

    The labels are the names of the folders or files of the classes.
    """
    rejected = _RejectedReviews()

    def rows(columns: Columns | None) -> Iterator[Row]:
        rejected.files.clear()
        return _rows(path, table, rejected.files)

    first = [(row.text, row.label) for row in itertools.islice(rows(None), _FOR_FACTS)]
    opened = OpenedTable(
        (TEXT, LABEL),
        rows,
        sample=first,
        format="a folder or file per class",
        classes=_classes_by_folder(list(dict.fromkeys(part.label for part in _parts(path)))),
    )
    return opened, rejected


class _FirstRow(NamedTuple):
    """The first row of a file."""

    number: int
    name: str  # of the file
    by_line: bool  # a review per line, else one review


class _RejectedReviews(RejectedRows):
    """Rejected reviews, named by file, or by file and line."""

    def __init__(self) -> None:
        super().__init__("review")
        self.files: list[_FirstRow] = []

    def place(self, number: int) -> tuple[str, int]:
        file = self.files[bisect.bisect_right(self.files, number, key=lambda file: file.number) - 1]
        return file.name, number - file.number + 1 if file.by_line else 0

    def name(self, number: int) -> str:
        file, line = self.place(number)
        return f"{file}, line {line}" if line else file


def class_folder_fingerprint(path: Path) -> str:
    """sha256 over names, sizes and modification times of the files, hex."""
    lines = []
    for file in files_by_class(path):
        status = file.stat()
        lines.append(f"{file.relative_to(_root(path))} {status.st_size} {status.st_mtime_ns}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _root(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _parts(path: Path, depth: int = 0) -> list[_Part]:
    """The classes in a folder, in its only subfolder, or in its splits; empty without classes."""
    if depth > limits.LIMITS.folder_depth:
        return []
    if not path.is_dir():
        return _classes(path.parent, None) if path.suffix.lower().lstrip(".") in _LABELS else []
    if found := _classes(path, None):
        return found
    folders = sorted(entry for entry in path.iterdir() if entry.is_dir())
    splits = [folder for folder in folders if folder.name.casefold() in SPLIT_VALUES]
    if splits:
        return [
            part
            for folder in splits
            for part in _classes(folder, SPLIT_VALUES[folder.name.casefold()])
        ]
    return _parts(folders[0], depth + 1) if len(folders) == 1 else []


def _classes(folder: Path, split: Split | None) -> list[_Part]:
    """The entries named after a negative and a positive label, else all folders of texts."""
    found: dict[str, Path] = {}
    for entry in _visible(folder):
        names = [entry.name] if entry.is_dir() else [entry.suffix.lstrip("."), entry.stem]
        for name in names:
            if name.casefold() in _LABELS:
                found.setdefault(name.casefold(), entry)
    pair = next((pair for pair in _PAIRS if pair <= found.keys()), None)
    if pair is None:
        folders = _folders_of_texts(folder)
        return [_Part(entry, entry.name, split) for entry in folders if len(folders) > 1]
    neutral = [label for label in found if label in NEUTRAL_WORDS]
    return [_Part(found[label], label, split) for label in [*sorted(pair), *neutral]]


def _folders_of_texts(folder: Path) -> list[Path]:
    """The folders in `folder`, if each contains only .txt files; else empty."""
    entries = _visible(folder)
    folders = [entry for entry in entries if entry.is_dir() and not is_unlabelled(entry)]
    splits = any(entry.name.casefold() in SPLIT_VALUES for entry in folders)
    tables = any(entry.is_file() and is_named_table(entry) for entry in entries)
    return [] if splits or tables or not all(map(_holds_texts, folders)) else folders


def _holds_texts(folder: Path) -> bool:
    entries = _visible(folder)
    return bool(entries) and all(entry.suffix.lower() == ".txt" for entry in entries)


def _classes_by_folder(labels: Sequence[str]) -> str:
    """The setting `classes` for these folder names: the usual classes if all names are known."""
    mapping = propose_mapping(dict.fromkeys(labels, 1))
    if mapping.sure and mapping.classes and len(mapping.classes) == len(labels):
        return mapping.setting
    return format_classes({label: [label] for label in in_order(labels, {})})


def _files(path: Path) -> list[Path]:
    return list(filter(Path.is_file, _visible(path))) if path.is_dir() else [path]


def _visible(folder: Path) -> list[Path]:
    """The entries of a folder by name, without hidden ones."""
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _rows(path: Path, table: TableConfig, files: list[_FirstRow]) -> Iterator[Row]:
    root, numbers = _root(path), itertools.count(1)
    encoding = known_encoding(table.encoding) if table.encoding else likely_encoding(path)
    for part in _parts(path):
        split = None if table.split_column == NONE else part.split
        for file in _files(part.path):
            by_line = part.path == file
            with corpus_errors(file, encoding), decoded(file, encoding) as stream:
                if by_line:
                    texts: Iterable[str] = (line.rstrip("\r\n") for line in lines_in(file, stream))
                else:
                    texts = [stream.read(limits.LIMITS.text_characters + 1)]
                for line, text in enumerate(texts, 1):
                    number = next(numbers)
                    if line == 1:
                        files.append(_FirstRow(number, str(file.relative_to(root)), by_line))
                    yield Row(number, text, part.label, split)


def likely_encoding(path: Path) -> str:
    """A guess of one encoding for all files, from the beginnings of those that are not UTF-8."""
    return _likely_encoding(path, class_folder_fingerprint(path))


@lru_cache(maxsize=16)
def _likely_encoding(path: Path, fingerprint: str) -> str:
    sample = bytearray()
    valid = True
    for file in files_by_class(path):
        with corpus_errors(file, UTF8), opened(file) as stream:
            start = stream.read(_SAMPLE_BYTES)
        if not start.isascii() and not is_utf8(start, whole=len(start) < _SAMPLE_BYTES):
            valid = False
            sample += start if len(sample) < _SAMPLE_BYTES else b""
    return UTF8 if valid else guess_from(bytes(sample)) or MIXED


def files_by_class(path: Path) -> Iterator[Path]:
    """All files, in the order in which they are read."""
    return (file for part in _parts(path) for file in _files(part.path))


def links_by_class(path: Path) -> Iterator[Path]:
    """The folders or files of the classes, and the symbolic links in them.

    All others lie where these do. Fast enough to check thousands of reviews at every click.
    """
    for part in _parts(path):
        yield part.path
        if part.path.is_dir():
            with os.scandir(part.path) as found:
                yield from (Path(entry.path) for entry in found if entry.is_symlink())


def class_folder_modified(path: Path) -> int:
    """When a file was last added, removed or, of one file per class, changed, nanoseconds."""
    return max(part.path.stat().st_mtime_ns for part in _parts(path))
