"""A list of texts that moves to disk when it grows.

It reads like a list of strings, so other code does not depend on where the texts are.
"""

import os
import tempfile
import threading
import weakref
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import overload

import numpy as np

from sentiment import atomic
from sentiment.places import data_dir

IN_MEMORY_BYTES = 1 << 26  # in memory, before they move to disk
_READ_BYTES = 1 << 22  # per read when iterating
_WRITE_BYTES = 1 << 18  # per write


class _Texts(Sequence[str]):
    """Base of a sequence of texts: slices, and indices that count from the end."""

    def _at(self, row: int) -> str:
        raise NotImplementedError

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        rows = range(len(self))[index]
        return self._at(rows) if isinstance(rows, int) else [self._at(row) for row in rows]


class StoredTexts(_Texts):
    """Texts that are first appended, then read. The temporary file is removed with the object."""

    def __init__(self) -> None:
        # In the data folder: /tmp may be small, or in memory.
        data_dir().mkdir(parents=True, exist_ok=True)
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115
            IN_MEMORY_BYTES, "w+b", dir=str(data_dir())
        )
        weakref.finalize(self, self._file.close)  # this removes the file
        self._ends = array("q", [0])
        self._waiting = bytearray()  # not written yet
        self._rows: np.ndarray | None = None  # the selected ones, None for all
        self._lock = threading.Lock()  # all readers share one file position

    def append(self, text: str) -> None:
        """Add a text. Raises StorageError if the disk is full."""
        content = text.encode()
        self._waiting += content
        self._ends.append(self._ends[-1] + len(content))
        if len(self._waiting) > _WRITE_BYTES:
            self._write()

    def _write(self) -> None:
        with self._lock, atomic.storage_errors(data_dir()):
            self._file.seek(0, os.SEEK_END)
            self._file.write(self._waiting)
            self._waiting = bytearray()

    def keep_only(self, rows: np.ndarray) -> None:
        """Hide all texts except these rows, (n,) sorted. Raises StorageError as `append` does."""
        self._write()
        self._rows = rows if len(rows) < len(self._ends) - 1 else None

    def __len__(self) -> int:
        return len(self._ends) - 1 if self._rows is None else len(self._rows)

    def _at(self, row: int) -> str:
        row = row if self._rows is None else int(self._rows[row])
        return self._bytes(self._ends[row], self._ends[row + 1]).decode()

    def __iter__(self) -> Iterator[str]:
        ends = np.frombuffer(self._ends, np.int64)
        kept = np.arange(len(ends) - 1) if self._rows is None else self._rows
        stops = ends[1:] if self._rows is None else ends[kept + 1]
        first = 0
        while first < len(kept):
            begin = int(ends[kept[first]])
            # As many texts as fit into one read, but at least one.
            last = max(int(np.searchsorted(stops, begin + _READ_BYTES)), first + 1)
            block = self._bytes(begin, int(stops[last - 1]))
            for row in kept[first:last].tolist():
                yield block[ends[row] - begin : ends[row + 1] - begin].decode()
            first = last

    def _bytes(self, begin: int, end: int) -> bytes:
        if self._waiting:
            self._write()
        with self._lock:
            self._file.seek(begin)
            return self._file.read(end - begin)


class RowNames(_Texts):
    """Names of rows, formatted on access: row 2, row 3, and so on."""

    def __init__(self, name: Callable[[int], str], numbers: np.ndarray) -> None:
        self.name, self.numbers = name, numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def _at(self, row: int) -> str:
        return self.name(int(self.numbers[row]))
