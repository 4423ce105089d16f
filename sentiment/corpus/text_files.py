"""Text files from outside, in any encoding and compressed or not.

Errors of the readers become CorpusErrors that say what to do.
"""

import codecs
import contextlib
import csv
import gzip
import hashlib
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from sentiment.corpus.containers import opened
from sentiment.corpus.encodings import ENCODINGS, MIXED, UTF8, guess_encoding
from sentiment.corpus.table_config import named
from sentiment.errors import CorpusError

_QUOTED = re.compile(rb'(?:(?<=[,;|\t\r\n])|\A)"[^"]*+(?:""[^"]*+)*+"')
_LINE_END = re.compile(rb"\r\n|\r|\n")
MAX_LINE_CHARACTERS = 10_000_000
_CHUNK_CHARACTERS = 1 << 20
_MARK = codecs.BOM_UTF8


def fingerprint_of_files(*paths: Path) -> str:
    """sha256 of a file, hex. Of several files: sha256 over their digests."""
    digests = []
    for path in paths:
        stat = path.stat()
        digests.append(_digest(path.resolve(), stat.st_size, stat.st_mtime_ns))
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


@lru_cache(maxsize=1024)
def _digest(path: Path, size: int, modified_ns: int) -> str:
    # Cached, because pages need the fingerprint at every click.
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def utf8_bytes(path: Path, encoding: str) -> Iterator[IO[bytes]]:
    """The text of a file as UTF-8, without a byte order mark. It is not checked if it is UTF-8."""
    with opened(path) as stream:
        utf8 = stream if encoding == UTF8 else _recoded(stream, encoding)
        if utf8.peek(len(_MARK)).startswith(_MARK):  # type: ignore[attr-defined]
            utf8.read(len(_MARK))
        yield utf8


@contextlib.contextmanager
def decoded(path: Path, encoding: str) -> Iterator[IO[str]]:
    """The text of a file without a byte order mark. Lines end at LF, at CR where there is no LF."""
    with utf8_bytes(path, encoding) as stream:
        start = stream.peek(1)  # type: ignore[attr-defined]  # this is a full buffer
        # Only these: reviews contain characters such as U+0085 that must not end a line.
        newline = "\r" if ends_with_cr(start) else "\n"
        yield io.TextIOWrapper(cast(io.BufferedReader, stream), UTF8, newline=newline)


def lines_in(stream: IO[str]) -> Iterator[str]:
    """The lines of a text; of one that is too long, its first MAX_LINE_CHARACTERS and one more."""
    while line := stream.readline(MAX_LINE_CHARACTERS + 1):
        if len(line) > MAX_LINE_CHARACTERS:
            rest = line
            while rest and rest[-1] not in "\r\n":
                rest = stream.readline(_CHUNK_CHARACTERS)
        yield line


def ends_with_cr(start: bytes) -> bool:
    """Whether the lines of a text end with CR alone; then LF is a character, and else CR is one."""
    if b"\r" not in start:
        return False
    ends = _LINE_END.findall(_QUOTED.sub(b"", start))
    return ends[:1] == [b"\r"] and ends.count(b"\r") >= len(ends) / 2


def _recoded(stream: IO[bytes], encoding: str) -> IO[bytes]:
    text = io.TextIOWrapper(
        cast(io.BufferedReader, stream),
        UTF8 if encoding == MIXED else encoding,
        errors="windows-1252" if encoding == MIXED else "strict",
        newline="",
    )
    return cast(IO[bytes], io.BufferedReader(_AsUtf8(text), 1 << 18))


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252", _as_windows)


class _AsUtf8(io.RawIOBase):
    """A text stream as a stream of UTF-8 bytes."""

    def __init__(self, text: IO[str]) -> None:
        self.text, self.rest = text, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.rest:
            self.rest = self.text.read(1 << 18).encode()
        count = min(len(buffer), len(self.rest))
        buffer[:count], self.rest = self.rest[:count], self.rest[count:]
        return count


def lines_of(path: Path, encoding: str = "") -> list[str]:
    """The lines of a text without their ends. The encoding is guessed if it is empty."""
    with corpus_errors(path, encoding):
        encoding = known_encoding(encoding) if encoding else guess_encoding(path) or UTF8
    with corpus_errors(path, encoding), decoded(path, encoding) as stream:
        return [line.rstrip("\r\n") for line in lines_in(stream)]


def known_encoding(encoding: str) -> str:
    if encoding == MIXED:
        return MIXED
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise CorpusError(
            f"Python does not know the encoding {encoding!r}. Change {named('encoding')}, for "
            f"example to {UTF8}."
        ) from error
    return UTF8 if name in (UTF8, "utf-8-sig") else name


@contextlib.contextmanager
def corpus_errors(path: Path, encoding: str) -> Iterator[None]:
    """Turn the errors of readers into CorpusErrors that say what to do."""
    try:
        yield
    except UnicodeError as error:
        raise _encoding_error(path, encoding) from error
    except (gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise CorpusError(
            f"{path} is damaged or incomplete ({error}). Download or compress it again."
        ) from error
    except (pa.ArrowException, csv.Error) as error:
        if "invalid UTF8" in str(error):
            raise _encoding_error(path, encoding) from error
        raise CorpusError(f"{path} is not a valid table: {error}.") from error
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error


def _encoding_error(path: Path, encoding: str) -> CorpusError:
    return CorpusError(
        f"{path} is not {ENCODINGS.get(encoding, encoding)}{_first_bad_byte(path, encoding)}. Save "
        f"it as UTF-8 (“CSV UTF-8” in spreadsheets), or change {named('encoding')}, for example to "
        f"cp1252, or to {MIXED} if only parts of it are UTF-8."
    )


def _first_bad_byte(path: Path, encoding: str) -> str:
    if encoding != UTF8:
        return ""  # in other encodings, byte 10 may not end a line
    start = 0
    with opened(path) as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                return f": line {number:,}, byte {start + error.start + 1:,} of the file"
            start += len(line)
    return ""
