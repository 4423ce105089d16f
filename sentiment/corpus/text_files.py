"""Text files from outside, in any encoding and compressed or not.

Errors of the readers become CorpusErrors that say what to do.
"""

import codecs
import contextlib
import csv
import hashlib
import io
import itertools
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from sentiment.corpus import limits
from sentiment.corpus.containers import DAMAGED, opened
from sentiment.corpus.encodings import ENCODINGS, MIXED, UTF8, guess_encoding
from sentiment.corpus.table_config import named
from sentiment.errors import CorpusError

_QUOTED = re.compile(rb'(?:(?<=[,;|\t\r\n])|\A)"[^"]*+(?:""[^"]*+)*+"')
_LINE_END = re.compile(rb"\r\n|\r|\n")
_CHUNK_CHARACTERS = 1 << 20
_SAMPLE_CHARACTERS = 1 << 20  # of the first lines, but at least one line
# Python knows these too, but files are not written in them, and decoding takes unbounded time.
_NO_ENCODINGS = ("idna", "punycode", "undefined")
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
    """The text of a file as UTF-8, without a byte order mark. UTF-8 itself is not validated."""
    with opened(path) as stream:
        utf8 = stream if encoding == UTF8 else _recoded(stream, encoding)
        if utf8.peek(len(_MARK)).startswith(_MARK):  # type: ignore[attr-defined]
            utf8.read(len(_MARK))
        yield utf8


@contextlib.contextmanager
def decoded(path: Path, encoding: str) -> Iterator[IO[str]]:
    """The text of a file without a byte order mark. Lines end at LF, or at CR without any LF."""
    with utf8_bytes(path, encoding) as stream:
        start = stream.peek(1)  # type: ignore[attr-defined]  # this is a full buffer
        # Only these: reviews contain characters such as U+0085 that must not end a line.
        newline = "\r" if ends_with_cr(start) else "\n"
        yield io.TextIOWrapper(cast(io.BufferedReader, stream), UTF8, newline=newline)


def lines_in(path: Path, stream: IO[str]) -> Iterator[str]:
    """The lines of a text. A line beyond the limit is cut to one character more than the limit.

    Raises CorpusError after the last line that may be read.
    """
    most, rows = limits.LIMITS.line_characters, limits.LIMITS.rows
    for number in itertools.count(1):
        line = stream.readline(most + 1)
        if not line:
            return
        if number > rows:
            raise too_many_rows(path, "lines")
        if len(line) > most:
            rest = line
            while rest and rest[-1] not in "\r\n":
                rest = stream.readline(_CHUNK_CHARACTERS)
        yield line


def first_lines(path: Path, encoding: str, count: int) -> list[str]:
    """At most `count` lines, fewer if they are long."""
    lines, size = [], 0
    with decoded(path, encoding) as stream:
        for line in lines_in(path, stream):
            lines.append(line)
            size += len(line)
            if len(lines) == count or size > _SAMPLE_CHARACTERS:
                break
    return lines


def too_many_rows(path: Path, unit: str = "rows") -> CorpusError:
    return CorpusError(
        f"{path} has more than {limits.LIMITS.rows:,} {unit}, the limit. Use a part of it, or "
        "split it into several files."
    )


def ends_with_cr(start: bytes) -> bool:
    """Whether lines end with CR alone; then LF is part of the text, and otherwise CR is."""
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


def lines_of(path: Path, encoding: str = "") -> Iterator[str]:
    """The lines of a text without their ends. The encoding is guessed if it is empty."""
    with corpus_errors(path, encoding):
        encoding = known_encoding(encoding) if encoding else guess_encoding(path) or UTF8
    with corpus_errors(path, encoding), decoded(path, encoding) as stream:
        for line in lines_in(path, stream):
            yield line.rstrip("\r\n")


def known_encoding(encoding: str) -> str:
    """Python's name of a text encoding, or MIXED. Raises CorpusError for an unknown one."""
    if encoding == MIXED:
        return MIXED
    try:
        name = codecs.lookup(encoding).name
        io.TextIOWrapper(io.BytesIO(), encoding)  # refuses codecs for bytes, such as zlib
        if name in _NO_ENCODINGS:
            raise LookupError(name)
    except (LookupError, ValueError, TypeError) as error:
        raise CorpusError(
            f"Python does not know the encoding {encoding[:60]!r}. Change {named('encoding')}, for "
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
    except DAMAGED as error:
        raise CorpusError(
            f"{path} is damaged or incomplete ({error}). Download or compress it again."
        ) from error
    except NotImplementedError as error:  # of zipfile
        raise CorpusError(
            f"{path} is compressed in a way that cannot be read ({error}). Unpack it, and give the "
            "table in it."
        ) from error
    except RecursionError as error:
        raise CorpusError(
            f"{path} has values that are nested too deeply, expected texts and labels."
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
    place, line, decoder = 0, 1, codecs.getincrementaldecoder(UTF8)()
    with opened(path) as stream:
        while chunk := stream.read(_CHUNK_CHARACTERS):
            waiting = len(decoder.getstate()[0])  # bytes of a character that the last chunk began
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                start = max(error.start - waiting, 0)
                line += chunk.count(b"\n", 0, start)
                return f": line {line:,}, byte {place + error.start - waiting + 1:,} of the file"
            line += chunk.count(b"\n")
            place += len(chunk)
    return ""
