"""The unpacked archive of IMDB, read as a folder."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from sentiment.corpus import limits
from sentiment.corpus.imdb_reviews import (
    FOLDERS,
    OFFICIAL_COUNTS,
    REVIEW_NAME,
    UNSUP,
    ImdbReviews,
    damage_named,
    too_large,
    urls_name,
)
from sentiment.corpus.review import Corpus
from sentiment.errors import CorpusError
from sentiment.progress import Progress

_ONLY_IN_ARCHIVE = ("imdb.vocab", "train/urls_pos.txt", "train/labeledBow.feat")


def read_folder(
    path: Path,
    *,
    unlabelled: bool = False,
    expected: Mapping[str, int] = OFFICIAL_COUNTS,
    progress: Progress | None = None,
) -> Corpus:
    """Read an unpacked `aclImdb` folder, or its parent folder.

    The reviews and their order are those of `read_archive`. Many tutorials delete train/unsup; a
    folder without it is read, with a line in `rejected`.
    Raises CorpusError if files cannot be read or reviews are missing.
    """
    root = imdb_root(path)
    if root is None:
        raise CorpusError(
            f"{path} is not an unpacked IMDB archive: it has no aclImdb/train/pos. Give the folder "
            "aclImdb or the archive."
        )
    collected = ImdbReviews(unlabelled, expected, progress)
    if not (root / UNSUP).is_dir():
        collected.expected.pop(UNSUP, None)
        collected.rejected.append(f"{UNSUP}: the folder is missing")
    with damage_named(path):
        fingerprint = folder_fingerprint(path)
        for folder in FOLDERS:
            for name in _file_names(root / folder):
                content = b""
                if collected.reads(folder):
                    most = limits.LIMITS.archive_review_bytes
                    content = _bounded_content(root / folder / name, most)
                collected.add_review(folder, name, content)
            urls = urls_name(folder)
            if (root / urls).is_file():
                most = limits.LIMITS.archive_list_bytes
                collected.add_urls(urls, _bounded_content(root / urls, most))
    collected.check_counts(path)
    return collected.corpus(fingerprint)


def imdb_root(path: Path) -> Path | None:
    """The `aclImdb` folder at `path` or in it, None if neither holds train/pos."""
    candidates = (path, path / "aclImdb")
    return next((root for root in candidates if (root / "train" / "pos").is_dir()), None)


def is_imdb_folder(path: Path) -> bool:
    """Whether a folder is the unpacked archive, even an incomplete one, and not just reviews."""
    root = imdb_root(path)
    return root is not None and any((root / name).exists() for name in _ONLY_IN_ARCHIVE)


def folder_fingerprint(path: Path) -> str:
    """sha256 over names, sizes and modification times of the files, hex.

    Not over their contents: reading 100,000 files takes longer than the cache saves.
    """
    root = imdb_root(path) or path
    digest = hashlib.sha256()
    for folder in FOLDERS:
        lines = []
        for name in _file_names(root / folder):
            status = os.stat(f"{root}/{folder}/{name}")
            lines.append(f"{folder}/{name} {status.st_size} {status.st_mtime_ns}\n")
        digest.update("".join(sorted(lines)).encode())
        if (root / urls_name(folder)).is_file():
            status = (root / urls_name(folder)).stat()
            digest.update(f"{folder} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _file_names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [
            entry.name
            for entry in entries
            if REVIEW_NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
        ]


def _bounded_content(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise too_large(str(path), most)
    return content
