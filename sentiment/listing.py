"""Listing of stored items, with a reason for each item that cannot be read.

`list_items` lists models, runs, corpora and other items in folders, so that a bad item never hides
the others. It leaves out an item that another process deletes meanwhile.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from sentiment.atomic import storage_errors
from sentiment.errors import SentimentError

Item = TypeVar("Item")


@dataclass(frozen=True)
class BadItem:
    """An item that cannot be read."""

    kind: str  # "model", "run", "corpus", …
    path: Path  # its folder or file
    problem: str  # what is wrong and what to do

    @property
    def name(self) -> str:
        return printable(self.path.name)

    def delete(self) -> None:
        """Delete the folder or file; a link is deleted and what it points to stays.

        Raises StorageError.
        """
        with storage_errors(self.path), contextlib.suppress(FileNotFoundError):
            if self.path.is_dir() and not self.path.is_symlink():
                shutil.rmtree(self.path)
            else:
                self.path.unlink()


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """The items that can be read, and the others."""

    items: list[Item]
    bad: list[BadItem]


def list_items(
    kind: str, paths: Iterable[Path], read: Callable[[Path], Item | None]
) -> Listing[Item]:
    """Read the item at each path. `read` raises SentimentError if it is bad; None leaves it out."""
    items, bad = [], []
    for path in paths:
        try:
            if printable(path.name) != path.name:
                raise SentimentError("Its name contains bytes that are not UTF-8. Rename it.")
            item = read(path)
        except SentimentError as error:
            if os.path.lexists(path):  # else it was deleted meanwhile
                bad.append(BadItem(kind, path, printable(str(error))))
        else:
            if item is not None:
                items.append(item)
    return Listing(items, bad)


def entries(folder: Path, suffix: str = "") -> list[Path]:
    """The paths in a folder, sorted by name, without hidden ones, which are still being written.

    Empty if the folder does not exist or cannot be listed. suffix: of the names.
    """
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [
        folder / name
        for name in sorted(names)
        if name.endswith(suffix) and not name.startswith(".")
    ]


def modified(path: Path) -> float:
    """When a file was last changed, seconds since the epoch; 0 if it does not exist."""
    try:
        return path.stat().st_mtime
    except (OSError, ValueError):
        return 0.0


def delete_oldest(folder: Path, most: int) -> None:
    """Delete the folders in `folder` except the `most` that were used last, by their own times."""
    for old in sorted(entries(folder), key=modified, reverse=True)[most:]:
        shutil.rmtree(old, ignore_errors=True)


def printable(name: str) -> str:
    """A file name as text that can be shown; bytes that are not UTF-8 become escape sequences."""
    return name.encode("utf-8", "backslashreplace").decode()
