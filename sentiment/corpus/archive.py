"""The IMDB dataset: the published archive, read as a stream, or its unpacked folder.

The archive holds 100,000 small files, which take minutes to unpack, so the texts go from the
compressed stream into memory. The archive is checked by its content and not by its checksum: a
repacked copy has another checksum and the same reviews.
"""

import contextlib
import hashlib
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np

from sentiment.corpus import limits
from sentiment.corpus.classes import NEGATIVE, NEGATIVE_POSITIVE, POSITIVE, Classes
from sentiment.corpus.containers import DAMAGED, opened
from sentiment.corpus.review import NO_FILM, UNLABELLED, Corpus, Split
from sentiment.corpus.text_files import fingerprint_of_files
from sentiment.errors import CorpusError
from sentiment.places import program
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

REPORT_EVERY = 1_000  # reviews between two calls of progress
STARS = (1, 2, 3, 4, 7, 8, 9, 10)  # of the labelled reviews
_BLOCK = tarfile.BLOCKSIZE

_ONLY_IN_ARCHIVE = ("imdb.vocab", "train/urls_pos.txt", "train/labeledBow.feat")

_REVIEW_NAME = re.compile(r"(\d{1,9})_(\d{1,2})\.txt")
_MEMBER = re.compile(rf"(?:\./)?aclImdb/({'|'.join(FOLDERS)})/([^/]+)")
_URLS = re.compile(r"(?:\./)?aclImdb/((?:train|test)/urls_(?:neg|pos|unsup)\.txt)")
_TITLE = re.compile(r"/title/tt(\d{1,9})(?!\d)")
_AGAIN = f"Download it again on the Sources page or with `{program()} download`"


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
        with opened(path) as stream:
            content = _Content(path, stream)
            for member in _members(path, content):
                _take(collected, content, member)
            # The checksum of the gzip stream comes after the end marker of the archive.
            while content.read(1 << 16):
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
                most = limits.LIMITS.archive_list_bytes
                collected.add_urls(urls, _bounded_content(root / urls, most))
    collected.check_counts(path)
    return collected.corpus(fingerprint)


def by_stars(corpus: Corpus) -> Corpus:
    """The same reviews with the stars that their file names tell as ordered classes."""
    assert corpus.ratings is not None
    stars = np.array(STARS)
    codes = np.searchsorted(stars, corpus.ratings).clip(max=len(stars) - 1)
    labelled = corpus.labels != UNLABELLED
    wrong = np.flatnonzero(labelled & (stars[codes] != corpus.ratings))
    if len(wrong):
        raise CorpusError(
            f"{corpus.names[wrong[0]]} has {corpus.ratings[wrong[0]]} stars, expected "
            f"{', '.join(map(str, STARS))}. {_AGAIN}"
        )
    return replace(
        corpus,
        name="IMDB stars",
        fingerprint=stars_fingerprint(corpus.fingerprint),
        labels=np.where(labelled, codes, UNLABELLED).astype(np.int8),
        classes=Classes(tuple(map(str, STARS)), ordered=True),
    )


def stars_fingerprint(fingerprint: str) -> str:
    """The fingerprint of `by_stars` of a corpus with this one."""
    return hashlib.sha256(f"{fingerprint} by stars".encode()).hexdigest()


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
        self.seen = self.bytes = 0
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
        self.bytes += len(content)
        if self.bytes > (most := limits.LIMITS.archive_texts_bytes):
            raise CorpusError(f"The reviews have over {most:,} bytes, more than in IMDB. {_AGAIN}")
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
            classes=NEGATIVE_POSITIVE,
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


class _Content:
    """The unpacked archive as a stream with an end."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self.path, self.stream, self.left = path, stream, limits.LIMITS.archive_bytes

    def read(self, size: int) -> bytes:
        content = self.stream.read(size)
        self.left -= len(content)
        if self.left < 0:
            raise CorpusError(
                f"{self.path} unpacks to over {limits.LIMITS.archive_bytes:,} bytes, more than "
                f"IMDB. {_AGAIN}"
            )
        return content

    def skip(self, size: int) -> None:
        while size > 0 and (read := len(self.read(min(size, 1 << 18)))):
            size -= read


def _members(path: Path, content: _Content) -> Iterator[tarfile.TarInfo]:
    """The headers of an archive; whoever gets one reads or skips its content.

    Not with `tarfile.open`, which reads headers of any size. Names of IMDB are short, so that those
    for long names need not be understood.
    """
    for _ in range(limits.LIMITS.archive_members):
        header = content.read(_BLOCK)
        if not header.strip(b"\0"):
            if len(header) < _BLOCK:
                raise EOFError("it has no end marker")
            return
        yield tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
    raise CorpusError(
        f"{path} has more than {limits.LIMITS.archive_members:,} members, more than IMDB. {_AGAIN}"
    )


def _take(collected: _Collected, content: _Content, member: tarfile.TarInfo) -> None:
    padded = -(-member.size // _BLOCK) * _BLOCK
    # Links, devices and other names are skipped.
    if member.isreg() and (matched := _MEMBER.fullmatch(member.name)):
        if _REVIEW_NAME.fullmatch(matched[2]):
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
        raise _too_large(member.name, limit)
    found = content.read(member.size)
    if len(found) < member.size:
        raise EOFError(f"it ends within {member.name}")
    content.skip(-member.size % _BLOCK)
    return found


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
    return _bounded_content(path, limits.LIMITS.archive_review_bytes)


def _bounded_content(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise _too_large(str(path), most)
    return content


def _too_large(name: str, limit: int) -> CorpusError:
    return CorpusError(f"{name} has more than {limit:,} bytes, more than in IMDB. {_AGAIN}")


def _urls_name(folder: str) -> str:
    return folder.replace("/", "/urls_") + ".txt"


@contextlib.contextmanager
def _corpus_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, *DAMAGED, ValueError) as error:
        raise CorpusError(
            f"{path} is damaged or is not a .tar.gz archive ({error}). {_AGAIN}"
        ) from error
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error
