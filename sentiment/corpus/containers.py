"""The bytes of a file, decompressed: .gz, .bz2, .xz, or a .zip with one table.

The first bytes decide and not the suffix. The size is limited, so a decompression bomb ends early.
"""

import bz2
import contextlib
import gzip
import io
import itertools
import lzma
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from sentiment import atomic
from sentiment.errors import CorpusError
from sentiment.places import data_dir
from sentiment.progress import Progress

T = TypeVar("T")

MAX_FILE_BYTES = 20_000_000_000  # uncompressed
MAX_DOCUMENT_BYTES = 2_000_000_000  # of a spreadsheet or of arrays, which are read whole
HEAD_BYTES = 1 << 16
REPORT_EVERY = 2_000  # rows between two calls of progress
SUFFIXES = (".gz", ".bz2", ".xz", ".zip")
_MAX_NESTED = 3  # a .csv.gz in a .zip has two
_IN_MEMORY_BYTES = 1 << 26
_OPENERS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
# Zip files that are one document.
_DOCUMENTS = ("[Content_Types].xml", "META-INF/manifest.xml")
_ARRAYS = ".npy"
_EXTRAS = ("readme", "license", "licence", "citation", "datapackage")  # files beside a table


class _Capped(io.RawIOBase):
    """A stream that raises CorpusError after MAX_FILE_BYTES."""

    def __init__(self, raw: Any, path: Path) -> None:
        self.raw, self.path, self.left = raw, path, MAX_FILE_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self.raw.readinto(buffer)
        self.left -= count
        if self.left < 0:
            raise _too_large(self.path)
        return count


# The files that a call of `with_progress` opens.
_noted: ContextVar[list[IO[bytes]] | None] = ContextVar("noted", default=None)


@contextlib.contextmanager
def _opened_raw(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        if (noted := _noted.get()) is not None:
            noted.append(raw)
        yield raw


def with_progress(path: Path, rows: Iterator[T], progress: Progress | None) -> Iterator[T]:
    """`rows`, which are read from a file; `progress` gets the bytes read and the file's size."""
    if progress is None:
        yield from rows
        return
    size, files, before = path.stat().st_size, list[IO[bytes]](), _noted.get()
    progress(0, size)
    _noted.set(files)
    first = next(rows, None)
    _noted.set(before)
    for count, row in enumerate(itertools.chain(() if first is None else (first,), rows)):
        if count % REPORT_EVERY == 0 and files and not files[-1].closed:
            progress(os.lseek(files[-1].fileno(), 0, os.SEEK_CUR), size)
        yield row


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, decompressed. Raises CorpusError if a .zip does not hold one table."""
    with _opened_raw(path) as raw, contextlib.ExitStack() as stack:
        content: IO[bytes] = raw
        for _ in range(_MAX_NESTED):
            inner = _inside(content, path, stack)
            if inner is None:
                break
            content = cast(IO[bytes], io.BufferedReader(cast(io.RawIOBase, inner), 1 << 18))
        yield io.BufferedReader(_Capped(content, path), 1 << 18)


@contextlib.contextmanager
def opened_for_seeking(path: Path) -> Iterator[IO[bytes]]:
    """The decompressed bytes as a file that can be read from any position."""
    if not is_compressed(path):
        check_size(path)
        with _opened_raw(path) as raw:
            yield raw
        return
    data_dir().mkdir(parents=True, exist_ok=True)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES, dir=str(data_dir())) as copy:
        with opened(path) as stream, atomic.storage_errors(data_dir()):
            shutil.copyfileobj(stream, copy, 1 << 20)
        copy.seek(0)
        yield cast(IO[bytes], copy)


def head_of(path: Path) -> bytes:
    """The first decompressed bytes."""
    with opened(path) as stream:
        return stream.read(HEAD_BYTES)


def is_compressed(path: Path) -> bool:
    with path.open("rb") as raw, contextlib.ExitStack() as stack:
        return _inside(raw, path, stack) is not None


def suffix_of(path: Path) -> str:
    """The suffix of the table in lower case: .csv for X.CSV.gz."""
    name = path.name.lower()
    while name.endswith(SUFFIXES):
        name = name.rpartition(".")[0]
    return Path(name).suffix


def check_size(path: Path) -> None:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise _too_large(path)


def _inside(content: IO[bytes], path: Path, stack: contextlib.ExitStack) -> IO[bytes] | None:
    """The stream in a container, None if `content` is not a container."""
    start = content.peek(6)[:6]  # type: ignore[attr-defined]
    for magic, opener in _OPENERS.items():
        if start.startswith(magic):
            return cast(IO[bytes], stack.enter_context(opener(content)))
    if not start.startswith(b"PK\x03\x04"):
        return None
    archive = stack.enter_context(zipfile.ZipFile(content))
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if any(name in _DOCUMENTS for name in names) or all(name.endswith(_ARRAYS) for name in names):
        content.seek(0)
        return None
    member = archive.getinfo(_one_table(path, names))
    if member.flag_bits & 1:
        raise CorpusError(
            f"{path} is protected by a password. Unpack it, and give the table in it."
        )
    return stack.enter_context(archive.open(member))


def check_unpacked_size(path: Path, stream: IO[bytes]) -> None:
    """Raise CorpusError if a document in .zip form unpacks to more than can be read whole."""
    if stream.read(2) == b"PK":
        with zipfile.ZipFile(stream) as archive:
            size = sum(info.file_size for info in archive.infolist())
        if size > MAX_DOCUMENT_BYTES:
            raise CorpusError(
                f"{path} unpacks to {size:,} bytes, more than {MAX_DOCUMENT_BYTES:,}. Save the "
                "reviews as .csv or .parquet."
            )
    stream.seek(0)


def _one_table(path: Path, names: list[str]) -> str:
    tables = [
        name
        for name in names
        if not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")
    ]
    if len(tables) > 1:
        tables = [name for name in tables if not Path(name).name.lower().startswith(_EXTRAS)]
    if len(tables) != 1:
        shown = ", ".join(tables[:5]) + (" …" if len(tables) > 5 else "")
        raise CorpusError(
            f"{path} has {len(tables):,} files{f' ({shown})' if shown else ''}, expected one "
            "table. Unpack it, and give one of the files or the folder."
        )
    return tables[0]


def _too_large(path: Path) -> CorpusError:
    return CorpusError(
        f"{path} has more than {MAX_FILE_BYTES:,} bytes, the limit. Use a part of it."
    )
