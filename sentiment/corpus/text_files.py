"""Text files from outside: with or without .gz, of limited size, in any encoding.

Errors of the readers become CorpusErrors that say what to do.
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
from charset_normalizer import from_bytes

from sentiment.errors import CorpusError

MAX_FILE_BYTES = 20_000_000_000  # uncompressed
MIXED = "mixed"  # UTF-8, with Windows-1252 where the bytes are not UTF-8
# The encodings that `guess_encoding` returns, with titles.
ENCODINGS = {
    "utf-8": "UTF-8",
    MIXED: "UTF-8 with some Windows-1252",
    "cp1252": "Windows-1252 (Western)",
    "utf-16": "UTF-16",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp932": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Simplified Chinese)",
    "big5": "Big5 (Traditional Chinese)",
    "euc_kr": "EUC-KR (Korean)",
}
_OTHER_SCRIPTS = ("cp1250", "cp1251", "cp1253", "cp932", "gb18030", "big5", "euc_kr")
_GUESS_BYTES = 1 << 26  # read to guess an encoding
_SAMPLE_BYTES = 1 << 16  # of lines beyond ASCII, for charset-normalizer
_MAX_WESTERN_SHARE = 0.2  # of bytes beyond ASCII in Western European texts


def fingerprint_of_files(*paths: Path) -> str:
    """sha256 of a file, hex. Of several files: sha256 over their digests."""
    digests = []
    for path in paths:
        stat = path.stat()
        digests.append(_digest(path.resolve(), stat.st_size, stat.st_mtime_ns))
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


@lru_cache(maxsize=64)
def _digest(path: Path, size: int, modified_ns: int) -> str:
    # Cached, because pages need the fingerprint at every click.
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, decompressed if it is a .gz."""
    with path.open("rb") as raw, contextlib.ExitStack() as stack:
        compressed = path.suffix.lower() == ".gz"
        content = stack.enter_context(gzip.open(raw)) if compressed else raw
        yield io.BufferedReader(_Capped(content, path), 1 << 18)


@contextlib.contextmanager
def decoded(path: Path, encoding: str) -> Iterator[IO[str]]:
    """The text of a file, decompressed if it is a .gz."""
    with opened(path) as stream:
        # newline="\n": reviews contain characters such as U+0085 that must not end a line.
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


def guess_encoding(path: Path) -> str:
    """The likely encoding, one of ENCODINGS, from the first 64 MB. "" if none fits.

    MIXED: some lines are valid UTF-8 and others are not. Raises CorpusError.
    """
    good = bad = beyond = total = 0
    sample = bytearray()
    with corpus_errors(path, "utf8"), opened(path) as stream:
        if stream.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):  # type: ignore[attr-defined]
            return "utf-16"
        for line in stream:
            total += len(line)
            if not line.isascii():
                beyond += sum(byte > 127 for byte in line)
                if len(sample) < _SAMPLE_BYTES:
                    sample += line
                try:
                    line.decode()
                    good += 1
                except UnicodeDecodeError:
                    bad += 1
            if total > _GUESS_BYTES:
                break
    if not bad:
        return "utf-8"
    if good:
        return MIXED
    if beyond < _MAX_WESTERN_SHARE * total:
        return "cp1252"
    best = from_bytes(bytes(sample), cp_isolation=list(_OTHER_SCRIPTS)).best()
    return best.encoding if best else ""


def quote_count(path: Path) -> int:
    with opened(path) as stream:
        return sum(chunk.count(b'"') for chunk in iter(partial(stream.read, 1 << 20), b""))


def lines_of(path: Path) -> list[str]:
    with corpus_errors(path, "utf8"):
        check_size(path)
        with decoded(path, "utf8") as stream:
            return [line.rstrip("\r\n") for line in stream]


def known_encoding(encoding: str) -> str:
    if encoding == MIXED:
        return MIXED
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise CorpusError(f"Unknown encoding {encoding!r}; try utf-8.") from error
    return "utf8" if name in ("utf-8", "utf-8-sig") else name  # pyarrow's name for it


def check_size(path: Path) -> None:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise _too_large(path)


def _too_large(path: Path) -> CorpusError:
    return CorpusError(
        f"{path} has more than {MAX_FILE_BYTES:,} bytes, the limit. Use a part of it."
    )


@contextlib.contextmanager
def corpus_errors(path: Path, encoding: str) -> Iterator[None]:
    """Turn the errors of readers into CorpusErrors that say what to do."""
    try:
        yield
    except UnicodeError as error:
        raise _encoding_error(path, encoding) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise CorpusError(
            f"{path} is a damaged .gz file ({error}). Download or compress it again."
        ) from error
    except (pa.ArrowException, csv.Error) as error:
        if "invalid UTF8" in str(error):
            raise _encoding_error(path, encoding) from error
        quote = " Check for an unclosed quote." if "straddl" in str(error) else ""
        raise CorpusError(f"{path} is not a valid table: {error}.{quote}") from error
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error


def _encoding_error(path: Path, encoding: str) -> CorpusError:
    name = "UTF-8" if encoding == "utf8" else encoding
    return CorpusError(
        f"{path} is not {name}{_first_bad_byte(path, encoding)}. Save it as UTF-8 (“CSV UTF-8” in "
        "spreadsheets), or set its encoding (--encoding), for example cp1252, or "
        f"{MIXED} if only parts of it are UTF-8."
    )


def _first_bad_byte(path: Path, encoding: str) -> str:
    if encoding != "utf8":
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
