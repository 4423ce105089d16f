"""The published archive of IMDB, read as a stream.

It holds 100,000 small files, which take minutes to unpack, so the texts go from the compressed
stream into memory. The archive is checked by its content and not by its checksum: a repacked copy
has another checksum and the same reviews.
"""

import re
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from sentiment.corpus import limits
from sentiment.corpus.containers import opened
from sentiment.corpus.imdb_reviews import (
    DOWNLOAD_AGAIN,
    FOLDERS,
    OFFICIAL_COUNTS,
    REVIEW_NAME,
    ImdbReviews,
    damage_named,
    too_large,
)
from sentiment.corpus.review import Corpus
from sentiment.corpus.text_files import fingerprint_of_files
from sentiment.errors import CorpusError
from sentiment.progress import Progress

_BLOCK = tarfile.BLOCKSIZE
_MEMBER = re.compile(rf"(?:\./)?aclImdb/({'|'.join(FOLDERS)})/([^/]+)")
_URLS = re.compile(r"(?:\./)?aclImdb/((?:train|test)/urls_(?:neg|pos|unsup)\.txt)")


def read_archive(
    path: Path,
    *,
    unlabelled: bool = False,
    expected: Mapping[str, int] = OFFICIAL_COUNTS,
    progress: Progress | None = None,
) -> Corpus:
    """Read aclImdb_v1.tar.gz (or the .tar in it) without unpacking it to disk.

    unlabelled: include the 50,000 reviews without a label; otherwise they are only counted.
    expected: folder -> number of reviews.
    Raises CorpusError if the file is damaged, is another archive, or lacks reviews.
    """
    collected = ImdbReviews(unlabelled, expected, progress)
    with damage_named(path):
        fingerprint = fingerprint_of_files(path)
        with opened(path) as stream:
            content = _Content(path, stream)
            for member in _members(path, content):
                _take(collected, content, member)
            # The checksum of the gzip stream comes after the end marker of the archive.
            while content.read(1 << 16):
                pass
    collected.check_counts(path)
    return collected.corpus(fingerprint)


class _Content:
    """The unpacked archive as a stream. Raises CorpusError beyond the limit of bytes."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self.path, self.stream, self.left = path, stream, limits.LIMITS.archive_bytes

    def read(self, size: int) -> bytes:
        content = self.stream.read(size)
        self.left -= len(content)
        if self.left < 0:
            raise CorpusError(
                f"{self.path} unpacks to over {limits.LIMITS.archive_bytes:,} bytes, more than "
                f"IMDB. {DOWNLOAD_AGAIN}"
            )
        return content

    def skip(self, size: int) -> None:
        while size > 0 and (read := len(self.read(min(size, 1 << 18)))):
            size -= read


def _members(path: Path, content: _Content) -> Iterator[tarfile.TarInfo]:
    """The header of each member. The caller reads or skips the content before the next one.

    `tarfile.open` is not used because it reads headers of any size. Names in IMDB are short, so
    headers for long names are not supported.
    """
    for _ in range(limits.LIMITS.archive_members):
        header = content.read(_BLOCK)
        if not header.strip(b"\0"):
            if len(header) < _BLOCK:
                raise EOFError("it has no end marker")
            return
        yield tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
    raise CorpusError(
        f"{path} has more than {limits.LIMITS.archive_members:,} members, more than IMDB. "
        f"{DOWNLOAD_AGAIN}"
    )


def _take(collected: ImdbReviews, content: _Content, member: tarfile.TarInfo) -> None:
    padded = -(-member.size // _BLOCK) * _BLOCK
    # Links, devices and other names are skipped.
    if member.isreg() and (matched := _MEMBER.fullmatch(member.name)):
        if REVIEW_NAME.fullmatch(matched[2]):
            folder, text = matched[1], b""
            if collected.reads(folder):
                most = limits.LIMITS.archive_review_bytes
                text, padded = _member_content(content, member, most), 0
            collected.add_review(folder, matched[2], text)
    elif member.isreg() and (matched := _URLS.fullmatch(member.name)):
        most = limits.LIMITS.archive_list_bytes
        collected.add_urls(matched[1], _member_content(content, member, most))
        padded = 0
    content.skip(padded)


def _member_content(content: _Content, member: tarfile.TarInfo, limit: int) -> bytes:
    if member.size > limit:
        raise too_large(member.name, limit)
    found = content.read(member.size)
    if len(found) < member.size:
        raise EOFError(f"it ends within {member.name}")
    content.skip(-member.size % _BLOCK)
    return found
