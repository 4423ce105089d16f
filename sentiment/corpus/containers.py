"""The bytes of a file, decompressed: .gz, .bz2, .xz, or a .zip with one table.

The first bytes decide and not the suffix. The size is limited, so a decompression bomb ends early.
"""

import contextlib
import gzip
import io
import itertools
import lzma
import os
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from sentiment import atomic
from sentiment.corpus import limits
from sentiment.corpus.decompression import is_stream, open_stream
from sentiment.errors import CorpusError
from sentiment.places import data_dir
from sentiment.progress import Progress

T = TypeVar("T")

HEAD_BYTES = 1 << 16
REPORT_EVERY = 2_000  # rows between two calls of progress
SUFFIXES = (".gz", ".bz2", ".xz", ".zip")
_MAX_NESTED = 3  # a .csv.gz in a .zip has two
_IN_MEMORY_BYTES = 1 << 26
_ZIP = b"PK\x03\x04"
# Other methods may use any amount of memory, or unpack more at once than was requested.
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Errors of reading a container that is cut off or changed.
DAMAGED = (gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
# Zip files that are one document.
_DOCUMENTS = ("[Content_Types].xml", "META-INF/manifest.xml")
_ARRAYS = ".npy"
_EXTRAS = ("readme", "license", "licence", "citation", "datapackage")  # files beside a table


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


class _SmallReads:
    """A file for `zipfile` that limits each read: `zipfile` reads its list of files at once."""

    def __init__(self, raw: IO[bytes], path: Path) -> None:
        self.raw, self.path = raw, path
        self.seek, self.tell, self.seekable = raw.seek, raw.tell, raw.seekable

    def read(self, size: int = -1) -> bytes:
        if size > (most := limits.LIMITS.directory_bytes):
            raise CorpusError(
                f"{self.path} lists more files than fit into {most:,} bytes, expected one table. "
                "Unpack it, and give one of the files or the folder."
            )
        return self.raw.read(size)


# The files that are opened within a call of `with_progress`.
_noted: ContextVar[list[IO[bytes]] | None] = ContextVar("noted", default=None)


@contextlib.contextmanager
def _opened_raw(path: Path) -> Iterator[IO[bytes]]:
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
    with _opened_raw(path) as raw, contextlib.ExitStack() as stack:
        content, most = raw, limits.LIMITS.file_bytes
        for _ in range(_MAX_NESTED):
            inner = _inside(content, path, stack, outer=content is raw)
            if inner is None:
                break
            most = unpacked_bytes(path)
            content = _buffered(inner, path, most)
        yield _buffered(content, path, most)


def unpacked_bytes(path: Path) -> int:
    """The largest size that a compressed file may unpack to, bytes."""
    own, known = path.stat().st_size, limits.LIMITS
    return min(known.file_bytes, max(known.expanded_bytes, known.expansion * own))


def _buffered(raw: Any, path: Path, most: int) -> IO[bytes]:
    return io.BufferedReader(_Capped(raw, path, most), 1 << 18)


@contextlib.contextmanager
def opened_for_seeking(path: Path) -> Iterator[IO[bytes]]:
    """The decompressed bytes as a file that can be read from any position."""
    if not is_compressed(path):
        if path.stat().st_size > (most := limits.LIMITS.file_bytes):
            raise _too_large(path, most)
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


@contextlib.contextmanager
def zip_errors() -> Iterator[None]:
    """Turn the other errors of reading a damaged .zip into BadZipFile."""
    try:
        yield
    except (ValueError, ArithmeticError, LookupError, struct.error) as error:
        raise zipfile.BadZipFile(str(error)) from error


@contextlib.contextmanager
def opened_zip(path: Path, stream: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """A .zip file whose list of files is bounded. Raises CorpusError, BadZipFile."""
    with zip_errors():
        opened_archive = zipfile.ZipFile(cast(IO[bytes], _SmallReads(stream, path)))
    with opened_archive as archive:
        for member in archive.infolist():
            if not member.filename:
                raise zipfile.BadZipFile("a file in it has no name")
            if member.compress_type not in _ZIP_METHODS:
                raise CorpusError(
                    f"{path} is compressed by method {member.compress_type}, expected a usual "
                    ".zip. Unpack it, and give the table in it."
                )
        yield archive


def _inside(
    content: IO[bytes], path: Path, stack: contextlib.ExitStack, *, outer: bool
) -> Any | None:
    """The stream in a container, None if `content` is not one. outer: it is the file itself."""
    start = content.peek(6)[:6]  # type: ignore[attr-defined]
    if is_stream(start):
        return open_stream(path, content, start)
    # A .zip within another container is a document: its end would be read first.
    if not start.startswith(_ZIP) or not outer:
        return None
    archive = stack.enter_context(opened_zip(path, content))
    names = _names(archive)
    if _is_document(names):
        content.seek(0)
        return None
    return stack.enter_context(_member(path, archive, _one_table(path, names)))


def _names(archive: zipfile.ZipFile) -> list[str]:
    return [info.filename for info in archive.infolist() if not info.is_dir()]


def _is_document(names: list[str]) -> bool:
    return any(name in _DOCUMENTS for name in names) or all(
        name.endswith(_ARRAYS) for name in names
    )


def _member(path: Path, archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    member = archive.getinfo(name)
    if member.flag_bits & 1:
        raise CorpusError(
            f"{path} is protected by a password. Unpack it, and give the table in it."
        )
    with zip_errors():
        return archive.open(member)


def _tables(names: list[str]) -> list[str]:
    tables = [
        name
        for name in names
        if not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")
    ]
    if len(tables) > 1:
        tables = [name for name in tables if not Path(name).name.lower().startswith(_EXTRAS)]
    return tables


def several_in_zip(path: Path) -> dict[str, int]:
    """The files of a .zip with several, such as train.csv and test.csv, and their sizes, bytes.

    Empty for any other file. Raises CorpusError if it is damaged or not a usual .zip.
    """
    with _damage_reported(path), _opened_raw(path) as raw:
        if not raw.peek(4).startswith(_ZIP):  # type: ignore[attr-defined]
            return {}
        with opened_zip(path, raw) as archive:
            names = _names(archive)
            tables = [] if _is_document(names) else _tables(names)
            sizes = {name: archive.getinfo(name).file_size for name in tables}
            return sizes if len(sizes) > 1 else {}


def unpack_zip(path: Path, names: Collection[str], folder: Path) -> None:
    """Write the files `names` of a .zip to `folder`; a folder that contains all is left out.

    Raises CorpusError if it is damaged, protected by a password or too large.
    """
    left = unpacked_bytes(path)
    with _damage_reported(path), _opened_raw(path) as raw, opened_zip(path, raw) as archive:
        places = {name: _parts(name) for name in names}
        while len({parts[0] for parts in places.values()}) == 1 and all(
            len(parts) > 1 for parts in places.values()
        ):
            places = {name: parts[1:] for name, parts in places.items()}
        for name, parts in places.items():
            target = folder.joinpath(*parts)
            if target.exists():
                raise CorpusError(f"{path} has two files of the name {name!r}. Unpack it yourself.")
            target.parent.mkdir(parents=True, exist_ok=True)
            with _member(path, archive, name) as content, target.open("wb") as unpacked:
                shutil.copyfileobj(_buffered(content, path, left), unpacked, 1 << 20)
                left -= unpacked.tell()


@contextlib.contextmanager
def _damage_reported(path: Path) -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        raise CorpusError(
            f"{path} is damaged ({error}), expected a .zip. Copy or pack it again."
        ) from error


def _parts(name: str) -> list[str]:
    """The folders and the name of a file in a .zip, none of which leaves the folder."""
    parts = [part for part in re.split(r"[/\\]", name) if part.strip(" .")]
    if not parts:
        raise zipfile.BadZipFile("a file in it has no name")
    return [re.sub(r'[\x00-\x1f:*?"<>|]', "_", part) for part in parts]


def _one_table(path: Path, names: list[str]) -> str:
    tables = _tables(names)
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
