"""Streams of gzip, bzip2 and xz, unpacked in bounded memory.

The readers of the standard library allocate the memory that a file requests, ignore what follows a
damaged part, and need unbounded time for a file of empty parts.
"""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from sentiment.corpus import limits
from sentiment.errors import CorpusError

_CHUNK_BYTES = 1 << 15


class _Gzip:
    """zlib with the interface of BZ2Decompressor."""

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(31)

    def decompress(self, data: bytes, most: int) -> bytes:
        return self._unpacker.decompress(self._unpacker.unconsumed_tail + data, most)

    @property
    def needs_input(self) -> bool:
        return not self._unpacker.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._unpacker.eof

    @property
    def unused_data(self) -> bytes:
        return self._unpacker.unused_data


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=limits.LIMITS.decoder_bytes)


# First bytes -> the decompressor of one part.
_DECOMPRESSORS: dict[bytes, Callable[[], Any]] = {
    b"\x1f\x8b": _Gzip,
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": _xz,
}


def is_stream(start: bytes) -> bool:
    """Whether a file with these first bytes is compressed by gzip, bzip2 or xz."""
    return start.startswith(tuple(_DECOMPRESSORS))


def open_stream(path: Path, content: IO[bytes], start: bytes) -> io.RawIOBase:
    """The decompressed bytes of `content`, which begins with `start`."""
    magic = next(magic for magic in _DECOMPRESSORS if start.startswith(magic))
    return _Unpacked(path, content, magic)


class _Unpacked(io.RawIOBase):
    """The bytes of successive compressed parts. Raises EOFError, BadGzipFile, CorpusError."""

    def __init__(self, path: Path, content: IO[bytes], magic: bytes) -> None:
        self.path, self.content, self.magic = path, content, magic
        self._part: Any = _DECOMPRESSORS[magic]()
        self._rest = b""  # after the end of a part
        self._parts = 1

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._part.eof and not self._begin_part():
                return 0
            data = b""
            if self._part.needs_input:
                data = self._rest or self.content.read(_CHUNK_BYTES)
                self._rest = b""
                if not data:
                    raise EOFError("it ends within its compressed data")
            unpacked: bytes = self._decompress(data, len(buffer))
            if self._part.eof:
                self._rest = self._part.unused_data
            if unpacked:
                buffer[: len(unpacked)] = unpacked
                return len(unpacked)

    def _decompress(self, data: bytes, most: int) -> bytes:
        try:
            unpacked: bytes = self._part.decompress(data, most)
        except lzma.LZMAError as error:
            if "emory" not in str(error):
                raise
            raise CorpusError(
                f"Unpacking {self.path} takes more than {limits.LIMITS.decoder_bytes:,} bytes of "
                "memory. Unpack it, and give the table in it."
            ) from error
        except OSError as error:  # of bzip2
            raise gzip.BadGzipFile(str(error)) from error
        return unpacked

    def _begin_part(self) -> bool:
        """Begin the next part, False if there is none. Only NULs may stand between two parts."""
        while not (rest := self._rest.lstrip(b"\0")):
            self._rest = self.content.read(_CHUNK_BYTES)
            if not self._rest:
                return False
        rest += self.content.read(len(self.magic)) if len(rest) < len(self.magic) else b""
        if not rest.startswith(self.magic):
            raise gzip.BadGzipFile("something else follows the compressed data")
        self._parts += 1
        if self._parts > limits.LIMITS.members:
            raise CorpusError(
                f"{self.path} has more than {limits.LIMITS.members:,} compressed parts. Unpack "
                "it, and give the table in it."
            )
        self._part, self._rest = _DECOMPRESSORS[self.magic](), rest
        return True
