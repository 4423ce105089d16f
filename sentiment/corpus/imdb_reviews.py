"""Reviews of IMDB, collected from its files in any order, counted and sorted.

Shared by the readers of the archive (`archive.py`) and of its unpacked folder (`imdb_folder.py`).
"""

import contextlib
import re
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from sentiment.corpus import limits
from sentiment.corpus.classes import NEGATIVE, NEGATIVE_POSITIVE, POSITIVE
from sentiment.corpus.containers import DAMAGED
from sentiment.corpus.review import NO_FILM, UNLABELLED, Corpus, Split
from sentiment.errors import CorpusError
from sentiment.places import program
from sentiment.progress import Progress

CLASSES = NEGATIVE_POSITIVE
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

REVIEW_NAME = re.compile(r"(\d{1,9})_(\d{1,2})\.txt")
_TITLE = re.compile(r"/title/tt(\d{1,9})(?!\d)")
DOWNLOAD_AGAIN = f"Download it again on the Sources page or with `{program()} download`"


class ImdbReviews:
    """Reviews and lists of films found so far, in any order."""

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
        """Whether the texts of a folder are needed; other reviews are only counted."""
        return self.unlabelled or folder != UNSUP

    def add_review(self, folder: str, name: str, content: bytes) -> None:
        """Add a review. name: of its file, "id_stars.txt".

        Raises CorpusError if the id is repeated or all texts together exceed the limit.
        """
        matched = REVIEW_NAME.fullmatch(name)
        assert matched, name
        number, rating = int(matched[1]), int(matched[2])
        self.bytes += len(content)
        if self.bytes > (most := limits.LIMITS.archive_texts_bytes):
            raise CorpusError(
                f"The reviews have over {most:,} bytes, more than in IMDB. {DOWNLOAD_AGAIN}"
            )
        if number in self.reviews[folder]:
            raise CorpusError(f"{folder} has the review {number} twice. {DOWNLOAD_AGAIN}")
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
        """Add a list of films: line n has the URL of the film of review n, from 0."""
        lines = content.decode(errors="replace").removesuffix("\n").split("\n")
        matches = [_TITLE.search(line) for line in lines]
        self.films[name] = [NO_FILM if found is None else int(found[1]) for found in matches]

    def check_counts(self, path: Path) -> None:
        """Raise CorpusError unless every folder has as many reviews as expected."""
        counts = {folder: len(self.reviews[folder]) for folder in self.expected}
        if not any(counts.values()):
            raise CorpusError(
                f"{path} has no IMDB reviews: expected names such as aclImdb/train/pos/0_9.txt. "
                f"{DOWNLOAD_AGAIN}"
            )
        wrong = [
            f"{folder} has {counts[folder]:,} reviews, expected {expected:,}"
            for folder, expected in self.expected.items()
            if counts[folder] != expected
        ]
        if wrong:
            raise CorpusError(
                f"{path} is not the complete IMDB: {'; '.join(wrong)}. {DOWNLOAD_AGAIN}"
            )
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
            classes=CLASSES,
        )

    def _films(self, keys: list[tuple[str, int]]) -> np.ndarray | None:
        for folder in dict.fromkeys(folder for folder, _ in keys):
            urls = urls_name(folder)
            known = len(self.films.get(urls, ()))
            without = sum(number >= known for number in self.reviews[folder])
            if without:
                self.rejected.append(f"{urls}: no film for {without:,} reviews of {folder}")
        if not any(urls_name(folder) in self.films for folder, _ in keys):
            return None
        films = np.full(len(keys), NO_FILM, np.int32)
        for row, (folder, number) in enumerate(keys):
            of_folder = self.films.get(urls_name(folder), ())
            if number < len(of_folder):
                films[row] = of_folder[number]
        return films


def too_large(name: str, limit: int) -> CorpusError:
    return CorpusError(f"{name} has more than {limit:,} bytes, more than in IMDB. {DOWNLOAD_AGAIN}")


def urls_name(folder: str) -> str:
    return folder.replace("/", "/urls_") + ".txt"


@contextlib.contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Turn errors of reading the archive or folder at `path` into CorpusErrors with a remedy."""
    try:
        yield
    except (tarfile.TarError, *DAMAGED, ValueError) as error:
        raise CorpusError(
            f"{path} is damaged or is not a .tar.gz archive ({error}). {DOWNLOAD_AGAIN}"
        ) from error
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error
