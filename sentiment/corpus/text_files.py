"""Opening text files that people made: compressed or not, of a bounded size, in some encoding.

Whatever a reader stumbles over becomes a CorpusError that says what to do.
"""

import codecs
import contextlib
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from sentiment.errors import CorpusError

MAX_FILE_BYTES = 20_000_000_000  # unpacked, where the file is compressed
MIXED = "mixed"  # UTF-8, and Windows-1252 wherever it is not
LOOKED_AT_BYTES = 1 << 26  # to guess an encoding
FOREIGN_SHARE = 0.2  # of bytes beyond ASCII, more than Western languages have


def fingerprint_of_files(*paths: Path) -> str:
    """sha256 of a file, hex; of several, sha256 over theirs."""
    digests = []
    for path in paths:
        stat = path.stat()
        digests.append(_digest(path.resolve(), stat.st_size, stat.st_mtime_ns))
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


@lru_cache(maxsize=64)
def _digest(path: Path, size: int, modified_ns: int) -> str:
    # A page asks at every click whether its corpus is prepared; an unchanged file is read once.
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Capped(io.RawIOBase):
    """A stream that ends in an error rather than unpack more than MAX_FILE_BYTES."""

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


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw, contextlib.ExitStack() as stack:
        compressed = path.suffix.lower() == ".gz"
        content = stack.enter_context(gzip.open(raw)) if compressed else raw
        yield io.BufferedReader(_Capped(content, path), 1 << 18)


@contextlib.contextmanager
def decoded(path: Path, encoding: str) -> Iterator[IO[str]]:
    with opened(path) as stream:
        # newline="\n": reviews contain U+0085 and the like, which must not end a line.
        yield io.TextIOWrapper(
            cast(io.BufferedReader, stream),
            "utf-8-sig" if encoding in ("utf8", MIXED) else encoding,
            errors="windows-1252" if encoding == MIXED else "strict",
            newline="\n",
        )


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252", _as_windows)


class AsUtf8(io.RawIOBase):
    """A stream of text as the UTF-8 bytes that other readers want."""

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


def guessed_encoding(path: Path) -> str:
    """What the first megabytes of a file look like: "utf-8", "utf-16", MIXED (some lines are
    UTF-8 and others are not), "cp1252", or "" where nothing can be said. Raises CorpusError."""
    good = bad = beyond = total = 0
    with reading(path, "utf8"), opened(path) as stream:
        if stream.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):  # type: ignore[attr-defined]
            return "utf-16"
        for line in stream:
            total += len(line)
            if not line.isascii():
                beyond += sum(byte > 127 for byte in line)
                try:
                    line.decode()
                    good += 1
                except UnicodeDecodeError:
                    bad += 1
            if total > LOOKED_AT_BYTES:
                break
    if not bad:
        return "utf-8"
    if good:
        return MIXED
    return "cp1252" if beyond < FOREIGN_SHARE * total else ""


def quote_count(path: Path) -> int:
    with opened(path) as stream:
        return sum(chunk.count(b'"') for chunk in iter(partial(stream.read, 1 << 20), b""))


def lines_of(path: Path) -> list[str]:
    with reading(path, "utf8"):
        check_size(path)
        with decoded(path, "utf8") as stream:
            return [line.rstrip("\r\n") for line in stream]


def known_encoding(encoding: str) -> str:
    if encoding == MIXED:
        return MIXED
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise CorpusError(f"There is no encoding named {encoding!r}; try utf-8.") from error
    return "utf8" if name in ("utf-8", "utf-8-sig") else name  # pyarrow's name for it


def check_size(path: Path) -> None:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise _too_large(path)


def _too_large(path: Path) -> CorpusError:
    return CorpusError(
        f"{path} holds more than {MAX_FILE_BYTES:,} bytes, the most that is read. "
        "Give a part of it."
    )


@contextlib.contextmanager
def reading(path: Path, encoding: str) -> Iterator[None]:
    """Turns what readers raise into a CorpusError that says what to do."""
    try:
        yield
    except UnicodeError as error:
        raise _encoding_error(path, encoding) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise CorpusError(f"{path} is a damaged .gz file ({error}). Get it again.") from error
    except (pa.ArrowException, csv.Error) as error:
        if "invalid UTF8" in str(error):
            raise _encoding_error(path, encoding) from error
        quote = " Is a quote opened and never closed?" if "straddl" in str(error) else ""
        raise CorpusError(f"{path} is damaged or no such table: {error}.{quote}") from error
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error


def _encoding_error(path: Path, encoding: str) -> CorpusError:
    name = "UTF-8" if encoding == "utf8" else encoding
    return CorpusError(
        f"{path} is not {name}{_first_bad_byte(path, encoding)}. Save it as UTF-8 (spreadsheets "
        "call it “CSV UTF-8”), or say what it is with encoding= (--encoding): cp1252, say, or "
        f"{MIXED} where it is UTF-8 in some places only."
    )


def _first_bad_byte(path: Path, encoding: str) -> str:
    if encoding != "utf8":
        return ""  # lines of other encodings may not end at byte 10
    start = 0
    with opened(path) as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                return f": line {number:,}, byte {start + error.start + 1:,} of the file"
            start += len(line)
    return ""
