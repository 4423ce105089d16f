"""The bytes of a file, decompressed: .gz, .bz2, .xz, or a .zip with one table.

The first bytes decide and not the suffix. The size is limited, so a decompression bomb ends early.
"""

import contextlib
import gzip
import io
import itertools
import lzma
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from sentiment import atomic
from sentiment.corpus import limits
from sentiment.corpus.decompression import is_stream, open_stream
from sentiment.corpus.zip_files import (
    START,
    is_document,
    names_in,
    opened_member,
    opened_zip,
    tables_in,
)
from sentiment.errors import CorpusError
from sentiment.places import data_dir
from sentiment.progress import Progress

T = TypeVar("T")

HEAD_BYTES = 1 << 16
REPORT_EVERY = 2_000  # rows between two calls of progress
SUFFIXES = (".gz", ".bz2", ".xz", ".zip")
_MAX_NESTED = 3  # a .csv.gz in a .zip has two
_IN_MEMORY_BYTES = 1 << 26
# Errors of reading a container that is cut off or changed.
DAMAGED = (gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


class _Capped(io.RawIOBase):
    """A stream that raises CorpusError after `most` bytes."""

    def __init__(self, raw: Any, path: Path, most: int) -> None:
        self.raw, self.path, self.most, self.left = raw, path, most, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self.raw.readinto(buffer)
        self.left -= count
        if self.left < 0:
            raise _too_large(self.path, self.most)
        return count


# The files that are opened within a call of `with_progress`.
_noted: ContextVar[list[IO[bytes]] | None] = ContextVar("noted", default=None)


@contextlib.contextmanager
def opened_raw(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file as they are."""
    with path.open("rb") as raw:
        if (noted := _noted.get()) is not None:
            noted.append(raw)
        yield raw


def with_progress(path: Path, rows: Iterator[T], progress: Progress | None) -> Iterator[T]:
    """Yield `rows`, which are read from `path`. progress: called with (bytes read, file size)."""
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
    with opened_raw(path) as raw, contextlib.ExitStack() as stack:
        content, most = raw, limits.LIMITS.file_bytes
        for _ in range(_MAX_NESTED):
            inner = _inside(content, path, stack, outer=content is raw)
            if inner is None:
                break
            most = unpacked_bytes(path)
            content = limited(inner, path, most)
        yield limited(content, path, most)


def unpacked_bytes(path: Path) -> int:
    """The largest size that a compressed file may unpack to, bytes."""
    own, known = path.stat().st_size, limits.LIMITS
    return min(known.file_bytes, max(known.expanded_bytes, known.expansion * own))


def limited(raw: Any, path: Path, most: int) -> IO[bytes]:
    """The bytes of `raw`; reading more than `most` raises CorpusError."""
    return io.BufferedReader(_Capped(raw, path, most), 1 << 18)


@contextlib.contextmanager
def opened_for_seeking(path: Path) -> Iterator[IO[bytes]]:
    """The decompressed bytes as a file that can be read from any position."""
    if not is_compressed(path):
        if path.stat().st_size > (most := limits.LIMITS.file_bytes):
            raise _too_large(path, most)
        with opened_raw(path) as raw:
            yield raw
        return
    data_dir().mkdir(parents=True, exist_ok=True)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES, dir=str(data_dir())) as copy:
        with opened(path) as stream, atomic.storage_errors(data_dir()):
            shutil.copyfileobj(stream, copy, 1 << 20)
        copy.seek(0)
        yield cast(IO[bytes], copy)


def head_of(path: Path) -> bytes:
    """The first HEAD_BYTES decompressed bytes. Raises CorpusError as `opened` does."""
    with opened(path) as stream:
        return stream.read(HEAD_BYTES)


def is_compressed(path: Path) -> bool:
    with path.open("rb") as raw, contextlib.ExitStack() as stack:
        return _inside(raw, path, stack, outer=True) is not None


def suffix_of(path: Path) -> str:
    """The suffix of the table in lower case: .csv for X.CSV.gz."""
    name = path.name.lower()
    while name.endswith(SUFFIXES):
        name = name.rpartition(".")[0]
    return Path(name).suffix


def _inside(
    content: IO[bytes], path: Path, stack: contextlib.ExitStack, *, outer: bool
) -> Any | None:
    """The stream in a container, None if `content` is not one. outer: it is the file itself."""
    start = content.peek(6)[:6]  # type: ignore[attr-defined]
    if is_stream(start):
        return open_stream(path, content, start)
    # A .zip within another container is a document: its end would be read first.
    if not start.startswith(START) or not outer:
        return None
    archive = stack.enter_context(opened_zip(path, content))
    names = names_in(archive)
    if is_document(names):
        content.seek(0)
        return None
    return stack.enter_context(opened_member(path, archive, _one_table(path, names)))


def _one_table(path: Path, names: list[str]) -> str:
    tables = tables_in(names)
    if len(tables) != 1:
        shown = ", ".join(tables[:5]) + (" …" if len(tables) > 5 else "")
        raise CorpusError(
            f"{path} has {len(tables):,} files{f' ({shown})' if shown else ''}, expected one "
            "table. Unpack it, and give one of the files or the folder."
        )
    return tables[0]


def _too_large(path: Path, most: int) -> CorpusError:
    if most == limits.LIMITS.file_bytes:
        return CorpusError(f"{path} has more than {most:,} bytes, the limit. Use a part of it.")
    return CorpusError(
        f"{path} unpacks to more than {most:,} bytes, {limits.LIMITS.expansion} times its size or "
        f"{limits.LIMITS.expanded_bytes:,}. If this is right, unpack it and give the file in it."
    )
