"""The IMDB dataset: the published archive, read as a stream, or its unpacked folder.

The archive holds 100,000 small files, which take minutes to unpack, so the texts go from the
compressed stream into memory. The archive is checked by its content and not by its checksum: a
repacked copy has another checksum and the same reviews.
"""

import contextlib
import gzip
import hashlib
import os
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, cast

import numpy as np

from sentiment.corpus.review import NEGATIVE, NO_FILM, POSITIVE, UNLABELLED, Corpus, Split
from sentiment.corpus.text_files import fingerprint_of_files
from sentiment.errors import CorpusError
from sentiment.progress import Progress

UNSUP = "train/unsup"
# In the canonical order of a corpus: split, then label; within a folder by review id.
FOLDERS = {
    "train/neg": (Split.TRAIN, NEGATIVE),
    "train/pos": (Split.TRAIN, POSITIVE),
    "test/neg": (Split.TEST, NEGATIVE),
    "test/pos": (Split.TEST, POSITIVE),
    UNSUP: (Split.UNLABELLED, UNLABELLED),
}
OFFICIAL_COUNTS = {folder: 50_000 if folder == UNSUP else 12_500 for folder in FOLDERS}

MAX_REVIEW_BYTES = 1_000_000  # the longest official review has 14,282
MAX_URLS_BYTES = 16_000_000  # the largest official list has 2,450,000
MAX_MEMBERS = 250_000
MAX_UNPACKED_BYTES = 4_000_000_000
REPORT_EVERY = 1_000  # reviews between two calls of progress

_ONLY_IN_ARCHIVE = ("imdb.vocab", "train/urls_pos.txt", "train/labeledBow.feat")

_REVIEW_NAME = re.compile(r"(\d{1,9})_(\d{1,2})\.txt")
_MEMBER = re.compile(rf"(?:\./)?aclImdb/({'|'.join(FOLDERS)})/([^/]+)")
_URLS = re.compile(r"(?:\./)?aclImdb/((?:train|test)/urls_(?:neg|pos|unsup)\.txt)")
_TITLE = re.compile(r"/title/tt(\d{1,9})(?!\d)")
_AGAIN = "Download it again on the Sources page or with `python -m sentiment download`"


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
    collected = _Collected(unlabelled, expected, progress)
    with _corpus_errors(path):
        fingerprint = fingerprint_of_files(path)
        with (
            _decompressed(path) as stream,
            tarfile.open(fileobj=stream, mode="r|", bufsize=1 << 17) as tar,
        ):
            for member in _members(path, tar):
                _take(collected, tar, member)
            # tarfile stops at its end marker; the checksum of the gzip stream comes later.
            while stream.read(1 << 16):
                pass
    collected.check_counts(path)
    return collected.corpus(fingerprint)


def read_folder(
    path: Path,
    *,
    unlabelled: bool = False,
    expected: Mapping[str, int] = OFFICIAL_COUNTS,
    progress: Progress | None = None,
) -> Corpus:
    """Read an unpacked `aclImdb` folder, or its parent folder.

    The reviews and their order are those of `read_archive`. Many tutorials delete train/unsup; a
    folder without it is read, with a line in `rejected`.
    Raises CorpusError if files cannot be read or reviews are missing.
    """
    root = imdb_root(path)
    if root is None:
        raise CorpusError(
            f"{path} is not an unpacked IMDB archive: it has no aclImdb/train/pos. Give the folder "
            "aclImdb or the archive."
        )
    collected = _Collected(unlabelled, expected, progress)
    if not (root / UNSUP).is_dir():
        collected.expected.pop(UNSUP, None)
        collected.rejected.append(f"{UNSUP}: the folder is missing")
    with _corpus_errors(path):
        fingerprint = folder_fingerprint(path)
        for folder in FOLDERS:
            for name in _file_names(root / folder):
                reads = collected.reads(folder)
                content = _file_content(root / folder / name) if reads else b""
                collected.add_review(folder, name, content)
            urls = _urls_name(folder)
            if (root / urls).is_file():
                collected.add_urls(urls, (root / urls).read_bytes())
    collected.check_counts(path)
    return collected.corpus(fingerprint)


def imdb_root(path: Path) -> Path | None:
    """The `aclImdb` folder at `path` or in it, None if neither holds train/pos."""
    candidates = (path, path / "aclImdb")
    return next((root for root in candidates if (root / "train" / "pos").is_dir()), None)


def is_imdb_folder(path: Path) -> bool:
    """Whether a folder is the unpacked archive, complete or not, and not a selection of reviews."""
    root = imdb_root(path)
    return root is not None and any((root / name).exists() for name in _ONLY_IN_ARCHIVE)


def folder_fingerprint(path: Path) -> str:
    """sha256 over names, sizes and modification times of the files, hex.

    Not over their contents: reading 100,000 files takes longer than the cache saves.
    """
    root = imdb_root(path) or path
    digest = hashlib.sha256()
    for folder in FOLDERS:
        lines = []
        for name in _file_names(root / folder):
            status = os.stat(f"{root}/{folder}/{name}")
            lines.append(f"{folder}/{name} {status.st_size} {status.st_mtime_ns}\n")
        digest.update("".join(sorted(lines)).encode())
        if (root / _urls_name(folder)).is_file():
            status = (root / _urls_name(folder)).stat()
            digest.update(f"{folder} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class _Collected:
    """Reviews and film lists found so far, in any order."""

    def __init__(
        self, unlabelled: bool, expected: Mapping[str, int], progress: Progress | None
    ) -> None:
        self.unlabelled = unlabelled
        self.expected = dict(expected)
        self.progress = progress
        self.total = sum(expected.values())
        self.seen = 0
        self.rejected: list[str] = []
        self.films: dict[str, list[int]] = {}  # name of the list -> film per review id
        # folder -> review id -> (rating, text); texts that are not read are empty
        self.reviews: dict[str, dict[int, tuple[int, str]]] = {folder: {} for folder in FOLDERS}

    def reads(self, folder: str) -> bool:
        return self.unlabelled or folder != UNSUP

    def add_review(self, folder: str, name: str, content: bytes) -> None:
        """Raises CorpusError if the folder already has a review of that id."""
        matched = _REVIEW_NAME.fullmatch(name)
        assert matched, name
        number, rating = int(matched[1]), int(matched[2])
        if number in self.reviews[folder]:
            raise CorpusError(f"{folder} has the review {number} twice. {_AGAIN}")
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            text = content.decode(errors="replace")
            self.rejected.append(
                f"{folder}/{name}: byte {error.start + 1} is not UTF-8; such bytes were replaced "
                "by \N{REPLACEMENT CHARACTER}"
            )
        self.reviews[folder][number] = (rating, text)
        self.seen += 1
        if self.progress and self.seen % REPORT_EVERY == 0:
            self.progress(self.seen, self.total)

    def add_urls(self, name: str, content: bytes) -> None:
        lines = content.decode(errors="replace").removesuffix("\n").split("\n")
        matches = [_TITLE.search(line) for line in lines]
        self.films[name] = [NO_FILM if found is None else int(found[1]) for found in matches]

    def check_counts(self, path: Path) -> None:
        """Raises CorpusError unless every folder has as many reviews as expected."""
        counts = {folder: len(self.reviews[folder]) for folder in self.expected}
        if not any(counts.values()):
            raise CorpusError(
                f"{path} has no IMDB reviews: expected names such as aclImdb/train/pos/0_9.txt. "
                f"{_AGAIN}"
            )
        wrong = [
            f"{folder} has {counts[folder]:,} reviews, expected {expected:,}"
            for folder, expected in self.expected.items()
            if counts[folder] != expected
        ]
        if wrong:
            raise CorpusError(f"{path} is not the complete IMDB: {'; '.join(wrong)}. {_AGAIN}")
        if self.progress:
            self.progress(self.seen, self.seen)

    def corpus(self, fingerprint: str) -> Corpus:
        keys = [
            (folder, number)
            for folder in FOLDERS
            if self.reads(folder)
            for number in sorted(self.reviews[folder])
        ]
        found = [self.reviews[folder][number] for folder, number in keys]
        return Corpus(
            name="IMDB",
            fingerprint=fingerprint,
            texts=[text for _, text in found],
            labels=np.array([FOLDERS[folder][1] for folder, _ in keys], np.int8),
            splits=np.array([FOLDERS[folder][0] for folder, _ in keys], np.int8),
            official=True,
            films=self._films(keys),
            ratings=np.array([rating for rating, _ in found], np.int8),
            names=[
                f"{folder}/{number}_{rating}"
                for (folder, number), (rating, _) in zip(keys, found, strict=True)
            ],
            rejected=tuple(self.rejected),
        )

    def _films(self, keys: list[tuple[str, int]]) -> np.ndarray | None:
        for folder in dict.fromkeys(folder for folder, _ in keys):
            urls = _urls_name(folder)
            known = len(self.films.get(urls, ()))
            without = sum(number >= known for number in self.reviews[folder])
            if without:
                self.rejected.append(f"{urls}: no film for {without:,} reviews of {folder}")
        if not any(_urls_name(folder) in self.films for folder, _ in keys):
            return None
        films = np.full(len(keys), NO_FILM, np.int32)
        for row, (folder, number) in enumerate(keys):
            of_folder = self.films.get(_urls_name(folder), ())
            if number < len(of_folder):
                films[row] = of_folder[number]
        return films


def _members(path: Path, tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    # The limits stop a decompression bomb.
    for _ in range(MAX_MEMBERS):
        member = tar.next()
        if member is None:
            return
        tar.members.clear()  # type: ignore[attr-defined]  # otherwise it keeps all 100,000
        if member.offset_data + member.size > MAX_UNPACKED_BYTES:
            raise CorpusError(
                f"{path} unpacks to over {MAX_UNPACKED_BYTES:,} bytes, more than IMDB. {_AGAIN}"
            )
        yield member
    raise CorpusError(f"{path} has more than {MAX_MEMBERS:,} members, more than IMDB. {_AGAIN}")


def _take(collected: _Collected, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    # Links, devices and other names are skipped.
    if not member.isreg():
        return
    if (matched := _MEMBER.fullmatch(member.name)) and _REVIEW_NAME.fullmatch(matched[2]):
        folder = matched[1]
        content = _member_content(tar, member, MAX_REVIEW_BYTES) if collected.reads(folder) else b""
        collected.add_review(folder, matched[2], content)
    elif matched := _URLS.fullmatch(member.name):
        collected.add_urls(matched[1], _member_content(tar, member, MAX_URLS_BYTES))


def _member_content(tar: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    if member.size > limit:
        raise _too_large(member.name, limit)
    file = tar.extractfile(member)
    assert file is not None, member.name  # a regular file always has content
    return file.read()


def _file_names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [
            entry.name
            for entry in entries
            if _REVIEW_NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
        ]


def _file_content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(MAX_REVIEW_BYTES + 1)
    if len(content) > MAX_REVIEW_BYTES:
        raise _too_large(str(path), MAX_REVIEW_BYTES)
    return content


def _too_large(name: str, limit: int) -> CorpusError:
    return CorpusError(f"{name} has more than {limit:,} bytes, more than in IMDB. {_AGAIN}")


def _urls_name(folder: str) -> str:
    return folder.replace("/", "/urls_") + ".txt"


@contextlib.contextmanager
def _decompressed(path: Path) -> Iterator[IO[bytes]]:
    # gzip and not tarfile's "r|gz": it verifies the checksum, detects truncation, and took a third
    # less time on the real archive.
    with path.open("rb") as raw:
        if raw.peek(2)[:2] == b"\x1f\x8b":
            with gzip.open(raw) as file:
                yield cast(IO[bytes], file)
        else:
            yield raw


@contextlib.contextmanager
def _corpus_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError) as error:
        raise CorpusError(
            f"{path} is damaged or is not a .tar.gz archive ({error}). {_AGAIN}"
        ) from error
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error
