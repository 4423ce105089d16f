"""Reading .zip files whose list of files is bounded."""

import contextlib
import errno
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from sentiment.corpus import limits
from sentiment.errors import CorpusError

START = b"PK\x03\x04"
# Other methods may use any amount of memory, or unpack more at once than was requested.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Zip files that are one document.
_DOCUMENTS = ("[Content_Types].xml", "META-INF/manifest.xml")
_ARRAYS = ".npy"
_EXTRAS = ("readme", "license", "licence", "citation", "datapackage")  # files beside a table


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


@contextlib.contextmanager
def zip_errors() -> Iterator[None]:
    """Turn the other errors of reading a damaged .zip into BadZipFile."""
    try:
        yield
    except (ValueError, ArithmeticError, LookupError, struct.error) as error:
        raise zipfile.BadZipFile(str(error)) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a position before the beginning of the file
            raise
        raise zipfile.BadZipFile("a file in it has no valid position") from error


@contextlib.contextmanager
def opened_zip(path: Path, stream: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """A .zip file whose list of files is bounded. Raises CorpusError, BadZipFile."""
    with zip_errors():
        opened_archive = zipfile.ZipFile(cast(IO[bytes], _SmallReads(stream, path)))
    with opened_archive as archive:
        for member in archive.infolist():
            if not member.filename:
                raise zipfile.BadZipFile("a file in it has no name")
            if member.compress_type not in _METHODS:
                raise CorpusError(
                    f"{path} is compressed by method {member.compress_type}, expected a usual "
                    ".zip. Unpack it, and give the table in it."
                )
        yield archive


def names_in(archive: zipfile.ZipFile) -> list[str]:
    """The names of its files, with their folders."""
    return [info.filename for info in archive.infolist() if not info.is_dir()]


def is_document(names: list[str]) -> bool:
    """Whether a .zip with these files is one document: a spreadsheet, or arrays of NumPy."""
    return any(name in _DOCUMENTS for name in names) or all(
        name.endswith(_ARRAYS) for name in names
    )


def opened_member(path: Path, archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """The content of a file. Raises CorpusError if a password protects it, BadZipFile."""
    member = archive.getinfo(name)
    if member.flag_bits & 1:
        raise CorpusError(
            f"{path} is protected by a password. Unpack it, and give the table in it."
        )
    with zip_errors():
        return archive.open(member)


def tables_in(names: list[str]) -> list[str]:
    """`names` without hidden files and, if there are several, without those beside a table."""
    tables = [
        name
        for name in names
        if not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")
    ]
    if len(tables) > 1:
        tables = [name for name in tables if not Path(name).name.lower().startswith(_EXTRAS)]
    return tables
