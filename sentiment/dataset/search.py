"""Full-text search over the reviews of a corpus: an SQLite FTS5 index, built once, kept on disk.

What is indexed are the words as the tokenizer of this project reads them, so that a search finds
what the network sees: "WASN'T" finds the phrase `wasn t`. The index holds no texts, only where
each word stands.
"""

import contextlib
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sentiment import atomic
from sentiment.encoding.tokenize import TOKENIZER_VERSION, clean, tokenize
from sentiment.errors import CorpusError
from sentiment.places import search_dir
from sentiment.progress import Progress

KEPT_INDEXES = 4  # the least recently used beyond these are removed
LONGEST_QUERY = 1_000  # characters
_FILE = "index.sqlite"
_REPORT_EVERY = 1_000
_OF_QUERY = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
# Cleaned texts hold words and single spaces, so everything but the space belongs to a word. FTS5's
# own default would drop what was added to Unicode after 2012, most emoji among it.
_SCHEMA = """
CREATE VIRTUAL TABLE reviews USING fts5(
    words, content='', columnsize=0,
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
)
"""


@dataclass(frozen=True)
class Term:
    """A word or a phrase of a query."""

    words: tuple[str, ...]
    begins: bool = False  # its last word may go on: `wonder*`
    without: bool = False  # reviews that have it are left out

    @property
    def expression(self) -> str:
        """As FTS5 reads it; the tokenizer leaves no quotes in words."""
        return '"' + " ".join(self.words) + '"' + "*" * self.begins


def terms_of(query: str) -> list[Term]:
    """What is asked for: words, all of which must occur; "a phrase"; begin*; -without.

    Whatever is typed is a query: what holds no word is passed over.
    """
    terms = []
    for minus, phrase, word in _OF_QUERY.findall(query[:LONGEST_QUERY]):
        words = tuple(tokenize(phrase or word))
        if words:
            terms.append(Term(words, word.endswith("*"), bool(minus)))
    return terms


@dataclass(frozen=True)
class SearchIndex:
    """Of the reviews of one corpus, numbered in its order."""

    path: Path

    def rows(self, query: str) -> np.ndarray | None:
        """Numbers of the reviews that fit `query`, rising, (n,) int64; None if it has no words.

        Raises CorpusError if the index is damaged.
        """
        terms = terms_of(query)
        if not terms:
            return None
        asked = " AND ".join(term.expression for term in terms if not term.without)
        unwanted = " OR ".join(term.expression for term in terms if term.without)
        try:
            with _connected(f"{self.path.resolve().as_uri()}?mode=ro") as index:
                found = _matching(index, asked) if asked else _all(index)
                return np.setdiff1d(found, _matching(index, unwanted)) if unwanted else found
        except sqlite3.Error as error:
            raise CorpusError(
                f"The search index {self.path} is damaged ({error}). Delete that folder; it is "
                "made again with the next search."
            ) from error


def index_folder(content: str) -> Path:
    """Where the index of a corpus of this content is kept, whether or not it has been made."""
    return search_dir() / f"{content}-{TOKENIZER_VERSION}"


def open_index(
    content: str, texts: Iterable[str], count: int, progress: Progress | None = None
) -> SearchIndex:
    """The index of `count` texts, made if it is not there; half of one is never seen.

    content: what names these texts, see `PreparedCorpus.content`. Raises StorageError.
    """
    folder = index_folder(content)
    path = folder / _FILE
    if path.is_file():
        with contextlib.suppress(OSError):
            path.touch()  # used just now
        return SearchIndex(path)
    with atomic.new_folder(folder, keep=_FILE) as fresh:
        try:
            _build(fresh / _FILE, texts, count, progress)
        except sqlite3.OperationalError as error:
            raise OSError(f"{error}") from error  # a full disk, most likely
    _forget_old_ones()
    return SearchIndex(path)


def _build(path: Path, texts: Iterable[str], count: int, progress: Progress | None) -> None:
    def rows() -> Iterator[tuple[int, str]]:
        for row, text in enumerate(texts):
            if progress and row % _REPORT_EVERY == 0:
                progress(row, count)
            yield row, clean(text)

    with _connected(path.resolve().as_uri()) as index:
        # Nobody sees the file before it is whole, so it need not survive a crash.
        index.execute("PRAGMA journal_mode = OFF")
        index.execute("PRAGMA synchronous = OFF")
        index.execute(_SCHEMA)
        index.execute("BEGIN")
        index.executemany("INSERT INTO reviews (rowid, words) VALUES (?, ?)", rows())
        index.execute("INSERT INTO reviews (reviews) VALUES ('optimize')")
        index.execute("COMMIT")
        index.execute(f"PRAGMA user_version = {count:d}")
    if progress:
        progress(count, count)


def _forget_old_ones() -> None:
    files = sorted(search_dir().glob(f"*/{_FILE}"), key=lambda file: -file.stat().st_mtime)
    for file in files[KEPT_INDEXES:]:
        shutil.rmtree(file.parent, ignore_errors=True)


@contextlib.contextmanager
def _connected(uri: str) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as index:
        yield index


def _matching(index: sqlite3.Connection, expression: str) -> np.ndarray:
    asked = "SELECT rowid FROM reviews WHERE reviews MATCH ?"
    found = index.execute(asked, (expression,))
    return np.sort(np.fromiter((row for (row,) in found), np.int64))


def _all(index: sqlite3.Connection) -> np.ndarray:
    # FTS5 lists no rows of a table without texts, so the builder noted how many there are.
    return np.arange(index.execute("PRAGMA user_version").fetchone()[0])


def passage(text: str, query: str, characters: int = 160) -> str:
    """A piece of `text` in one line, around the first thing that `query` asks for."""
    text = " ".join(re.sub(r"<\s*br\s*/?\s*>", " ", text, flags=re.IGNORECASE).split())
    wanted = [word for term in terms_of(query) if not term.without for word in term.words]
    places = [found.start() for word in wanted if (found := re.search(re.escape(word), text, re.I))]
    first = max(0, min(places, default=0) - characters // 3)
    first = text.rfind(" ", 0, first + 1) + 1  # at the beginning of a word
    piece = text[first : first + characters]
    return ("… " if first else "") + piece + ("…" if first + characters < len(text) else "")
