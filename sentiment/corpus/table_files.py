"""The files of a table: one, or several that are read as one corpus.

Several are given as paths separated by commas, as a pattern (train-*.parquet), or as a folder.
Their names tell the splits: train.csv and test.csv, or train-00000-of-00003.parquet.
"""

import glob
import hashlib
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sentiment.corpus import limits
from sentiment.corpus.containers import SUFFIXES as COMPRESSED
from sentiment.corpus.containers import suffix_of
from sentiment.corpus.formats.registry import SUFFIXES
from sentiment.corpus.review import Split
from sentiment.corpus.split_column import SPLIT_VALUES
from sentiment.corpus.text_files import fingerprint_of_files
from sentiment.errors import CorpusError
from sentiment.wording import first_few

SEPARATOR = ","
# Line n of one belongs to line n of the other.
REVIEWS_FILE, LABELS_FILE = "reviews.txt", "labels.txt"
_PATTERN_CHARACTERS = "*?["
_WORDS = re.compile(r"[^\W\d_]+")
_ENDINGS = ("set", "data", "split")  # trainset, testdata
_UNLABELLED = ("unsup", "unsupervised", "unlabelled", "unlabeled")
# Beside tables; names of files in folders only.
_EXTRAS = ("readme", "license", "licence", "citation", "dataset_info", "datapackage", "imdb_word")
_MAX_NAMED = 3


@dataclass(frozen=True)
class TableFile:
    """One of the files of a table."""

    path: Path
    name: str  # different for each
    split: Split | None = None  # that its name tells, if all names tell one


def is_several(source: str | Path) -> bool:
    """Whether a source stands for several tables: a folder with tables, a pattern, or a list.

    In a folder, only files with the suffix of a table count.
    """
    path = Path(source).expanduser()
    if os.path.isdir(path):
        return bool(_in_folder(path))
    return not os.path.exists(path) and (SEPARATOR in str(source) or is_pattern(source))


def text_pair(source: str | Path) -> tuple[Path, Path] | None:
    """The files of reviews and of labels that a source stands for; None for another source.

    source: their folder, one of them beside the other, or both, separated by a comma.
    """
    path = Path(source).expanduser()
    if os.path.isdir(path):
        pair = path / REVIEWS_FILE, path / LABELS_FILE
    elif path.name in (REVIEWS_FILE, LABELS_FILE) and os.path.exists(path):
        pair = path.with_name(REVIEWS_FILE), path.with_name(LABELS_FILE)
    else:
        paths = [Path(piece.strip()).expanduser() for piece in str(source).split(SEPARATOR)]
        of_name = {path.name: path for path in paths}
        if len(paths) != 2 or of_name.keys() != {REVIEWS_FILE, LABELS_FILE}:
            return None
        pair = of_name[REVIEWS_FILE], of_name[LABELS_FILE]
    return pair if all(map(Path.is_file, pair)) else None


def is_pattern(source: str | Path) -> bool:
    return any(char in str(source) for char in _PATTERN_CHARACTERS)


def files_of(source: str | Path, strict: bool = True) -> tuple[TableFile, ...]:
    """The files that `source` stands for, in the order in which they are read.

    Raises CorpusError if a file does not exist, if there are too many and, if strict, if only some
    of the names tell a split; otherwise none of them then tells one.
    """
    paths = list(dict.fromkeys(_paths(source)))
    if len(paths) > (most := limits.LIMITS.files):
        raise CorpusError(
            f"{source} stands for {len(paths):,} files, expected at most {most:,}. Join them into "
            "fewer files, or give a part of them."
        )
    if len(paths) == 1:
        return (TableFile(paths[0], paths[0].name),)
    by_folder = len({path.parent for path in paths}) > 1
    found = [(path, _split_of(path, by_folder)) for path in paths]
    # Such a file of IMDB has no labels.
    if any(split is not None for _, split in found):
        found = [(path, split) for path, split in found if not is_unlabelled(path)]
    telling = [path for path, split in found if split is not None]
    others = [path for path, split in found if split is None]
    if telling and others and strict:
        raise CorpusError(
            f"The names of some files tell a split ({named_files(telling)}) and others do not "
            f"({named_files(others)}); expected all or none. Rename them, or give only "
            "those that belong together."
        )
    splits = set[Split | None]() if others else {split for _, split in found}
    if splits:
        found.sort(key=lambda item: item[1] or Split.TRAIN)  # stable
    counts = Counter(path.name for path, _ in found)
    return tuple(
        TableFile(
            path,
            path.name if counts[path.name] == 1 else f"{path.parent.name}/{path.name}",
            # As in a column: without train, only a test file is clear.
            split if Split.TRAIN in splits or splits == {Split.TEST} else None,
        )
        for path, split in found
    )


def left_out(source: str | Path, files: Sequence[TableFile]) -> list[Path]:
    """The files of a source that are not among `files`, because their names say "unlabelled"."""
    read = {file.path for file in files}
    return [path for path in _paths(source) if path not in read]


def named_files(paths: Sequence[Path]) -> str:
    """The names of the first files, and the number of the others."""
    return first_few((path.name for path in paths), len(paths), _MAX_NAMED)


def fingerprint_of_table(files: Sequence[TableFile]) -> str:
    """sha256 of a file, hex. Of several: sha256 over their names and digests."""
    if len(files) == 1:
        return fingerprint_of_files(files[0].path)
    lines = (f"{file.path.name} {fingerprint_of_files(file.path)}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def pieces_of(source: str | Path) -> list[str]:
    """The paths and patterns in a list; a path that exists is one, even with a comma in its name.

    Raises CorpusError if one does not exist.
    """
    if os.path.exists(Path(source).expanduser()) or not (
        SEPARATOR in str(source) or is_pattern(source)
    ):
        return [str(source)]
    parts, pieces = str(source).split(SEPARATOR), []
    while parts:
        for count in range(1, len(parts) + 1):
            piece = SEPARATOR.join(parts[:count]).strip()
            if os.path.exists(Path(piece).expanduser()) or _matches(piece):
                break
        else:
            what = "that matches" if is_pattern(parts[0]) else "or folder"
            raise CorpusError(f"There is no file {what} {parts[0].strip()}.")
        pieces.append(piece)
        del parts[:count]
    return pieces


def last_modified(source: str | Path) -> int:
    """When one of the files was last modified, nanoseconds. Raises CorpusError, OSError."""
    paths = _paths(source) or [Path(source).expanduser()]
    return max(path.stat().st_mtime_ns for path in paths)


def short_name(source: str | Path) -> str:
    """The names of a source's files without their folders, which may name a person."""
    path = Path(source).expanduser()
    if os.path.exists(path) or SEPARATOR not in str(source):
        return path.name
    try:
        pieces = pieces_of(source)
    except CorpusError:  # a file has been moved
        pieces = str(source).split(SEPARATOR)
    return SEPARATOR.join(Path(piece.strip()).name for piece in pieces)


def _paths(source: str | Path) -> list[Path]:
    if pair := text_pair(source):
        return list(pair)
    path = Path(source).expanduser()
    if os.path.isdir(path):
        return _in_folder(path)
    paths = []
    for piece in pieces_of(source):
        single = Path(piece).expanduser()
        if os.path.isdir(single):
            raise CorpusError(
                f"{single} is a folder, expected a file. Give one folder alone, or the files in it."
            )
        paths += _matches(piece) if is_pattern(piece) and not single.exists() else [single]
    return paths


def _matches(pattern: str) -> list[Path]:
    if not is_pattern(pattern):
        return []
    found = glob.glob(os.path.expanduser(pattern), recursive=True)
    return sorted(path for path in map(Path, found) if path.is_file())


def _in_folder(folder: Path, depth: int = 0) -> list[Path]:
    """The tables in a folder; those below it if it holds folders per split, or one folder alone."""
    if depth > limits.LIMITS.folder_depth:
        return []
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "_")))
    tables = [entry for entry in entries if entry.is_file() and is_named_table(entry)]
    folders = [entry for entry in entries if entry.is_dir()]
    if tables or not folders:
        return tables
    if len(folders) > 1:
        folders = [entry for entry in folders if entry.name.casefold() in SPLIT_VALUES]
    return [path for entry in folders for path in _in_folder(entry, depth + 1)]


def is_named_table(path: Path) -> bool:
    name = path.name.lower()
    return not name.startswith(_EXTRAS) and (
        suffix_of(path) in SUFFIXES or name.endswith(COMPRESSED)
    )


def _split_of(path: Path, by_folder: bool) -> Split | None:
    """The split that the name of a file tells, or that of its folder."""
    splits = {
        SPLIT_VALUES[word.removesuffix(ending)]
        for word in _WORDS.findall(path.name.partition(".")[0].casefold())
        for ending in ("", *_ENDINGS)
        if word.endswith(ending) and word.removesuffix(ending) in SPLIT_VALUES
    }
    if by_folder and not splits and path.parent.name.casefold() in SPLIT_VALUES:
        splits = {SPLIT_VALUES[path.parent.name.casefold()]}
    return splits.pop() if len(splits) == 1 else None


def is_unlabelled(path: Path) -> bool:
    words = _WORDS.findall(path.name.partition(".")[0].casefold())
    return any(word in _UNLABELLED for word in words)
