"""Full-text search over the reviews of a corpus, in an SQLite FTS5 index on disk.

The index contains the tokens of this project's tokenizer, so that a search matches what the network
reads: "WASN’T" finds `wasn't`. It stores the positions of words, not the texts.
"""

import contextlib
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sentiment import atomic
from sentiment.encoding.characters import APOSTROPHES
from sentiment.encoding.tokenize import TOKENIZER, clean, tokenize
from sentiment.errors import CorpusError
from sentiment.listing import BadItem, delete_oldest
from sentiment.places import search_dir
from sentiment.progress import Progress

MAX_INDEXES = 4  # the least recently used indexes beyond this number are deleted
MAX_QUERY = 1_000  # characters
PASSAGE = 160  # characters
_FILE = "index.sqlite"
_ANY_APOSTROPHE = f"[{''.join(sorted(APOSTROPHES))}]"
_REPORT_EVERY = 1_000
_QUERY_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
# Cleaned texts consist of words and single spaces, so every other character belongs to a word. The
# default of FTS5 would drop characters added to Unicode after 2012, for example most emoji.
_SCHEMA = """
CREATE VIRTUAL TABLE reviews USING fts5(
    words, content='', columnsize=0,
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
)
"""


@dataclass(frozen=True)
class Term:
    """A word or phrase of a query."""

    words: tuple[str, ...]
    is_prefix: bool = False  # the last word may continue: `wonder*`
    is_negated: bool = False  # excludes the reviews that contain it: `-wonder`

    @property
    def expression(self) -> str:
        """The term in FTS5 syntax. Words contain no quotes, since the tokenizer removes them."""
        return '"' + " ".join(self.words) + '"' + "*" * self.is_prefix


def parse_query(query: str) -> list[Term]:
    """The terms of a query: words (all must occur), "a phrase", prefix*, -negated.

    Every string is a valid query; parts without a word are ignored.
    """
    terms = []
    for minus, phrase, word in _QUERY_TERM.findall(query[:MAX_QUERY]):
        words = tuple(tokenize(phrase or word))
        if words:
            terms.append(Term(words, word.endswith("*"), bool(minus)))
    return terms


@dataclass(frozen=True)
class SearchIndex:
    """Full-text index of the reviews of one corpus, numbered by row."""

    path: Path

    def rows(self, query: str) -> np.ndarray | None:
        """Rows of the reviews that match `query`, rising, (n,) int64; None if it has no words.

        Raises CorpusError if the index is damaged.
        """
        terms = parse_query(query)
        if not terms:
            return None
        required = " AND ".join(term.expression for term in terms if not term.is_negated)
        negated = " OR ".join(term.expression for term in terms if term.is_negated)
        try:
            with _connected(f"{self.path.resolve().as_uri()}?mode=ro") as index:
                found = _matching(index, required) if required else _all_rows(index)
                return np.setdiff1d(found, _matching(index, negated)) if negated else found
        except sqlite3.Error as error:
            raise CorpusError(
                f"The search index {self.path} is damaged ({error}). Delete its folder; the "
                "next search builds it again."
            ) from error


def index_folder(content: str) -> Path:
    """The folder of the index of these texts, whether or not it exists.

    content: identifies the texts, see `PreparedCorpus.content`.
    """
    return search_dir() / f"{content}-{TOKENIZER}"


def is_indexed(content: str) -> bool:
    """Whether `open_index` returns at once."""
    return (index_folder(content) / _FILE).is_file()


def open_index(
    content: str, texts: Iterable[str], count: int, progress: Progress | None = None
) -> SearchIndex:
    """The index of `count` texts, built if missing. Other processes never see half of it.

    content: identifies the texts, see `PreparedCorpus.content`. Raises StorageError.
    """
    folder = index_folder(content)
    path = folder / _FILE
    if path.is_file() and _count(path) == count:
        with contextlib.suppress(OSError):
            folder.touch()  # marks it as recently used
        return SearchIndex(path)
    BadItem("search index", folder, "").delete()  # damaged or of other reviews, if it exists
    with atomic.new_folder(folder, keep=_FILE) as fresh:
        try:
            _build(fresh / _FILE, texts, count, progress)
        except sqlite3.OperationalError as error:
            raise OSError(f"{error}") from error  # most likely a full disk
    delete_oldest(search_dir(), MAX_INDEXES)
    return SearchIndex(path)


def _count(path: Path) -> int:
    """The number of reviews in the index; -1 if it cannot be read."""
    with (
        contextlib.suppress(sqlite3.Error),
        _connected(f"{path.resolve().as_uri()}?mode=ro") as index,
    ):
        return len(_all_rows(index))
    return -1


def _build(path: Path, texts: Iterable[str], count: int, progress: Progress | None) -> None:
    def rows() -> Iterator[tuple[int, str]]:
        for row, text in enumerate(texts):
            if progress and row % _REPORT_EVERY == 0:
                progress(row, count)
            yield row, clean(text)

    with _connected(path.resolve().as_uri()) as index:
        # The file is not visible before it is complete, so it need not survive a crash.
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


def _connected(uri: str) -> contextlib.closing[sqlite3.Connection]:
    return contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None))


def _matching(index: sqlite3.Connection, expression: str) -> np.ndarray:
    found = index.execute("SELECT rowid FROM reviews WHERE reviews MATCH ?", (expression,))
    return np.sort(np.fromiter((row for (row,) in found), np.int64))


def _all_rows(index: sqlite3.Connection) -> np.ndarray:
    # FTS5 does not list the rows of a contentless table, so `_build` stores their number.
    return np.arange(index.execute("PRAGMA user_version").fetchone()[0])


def passage(text: str, query: str) -> str:
    """A passage of `text` on one line, around the first word of `query` that occurs.

    At most PASSAGE characters, and an ellipsis at each end that is cut.
    """
    text = " ".join(re.sub(r"<\s*br\s*/?\s*>", " ", text, flags=re.IGNORECASE).split())
    words = [word for term in parse_query(query) if not term.is_negated for word in term.words]
    patterns = [re.escape(word).replace("'", _ANY_APOSTROPHE) for word in words]
    starts = [found.start() for one in patterns if (found := re.search(one, text, re.I))]
    first = max(0, min(starts, default=0) - PASSAGE // 3)
    first = text.rfind(" ", 0, first + 1) + 1  # the start of a word
    piece = text[first : first + PASSAGE]
    return ("… " if first else "") + piece + ("…" if first + PASSAGE < len(text) else "")
