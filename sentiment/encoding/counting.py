"""Count a whole corpus in one pass, a chunk at a time, so that memory grows with its words only.

Two things are kept of the reviews themselves: a fingerprint of each text, to find the copies, and
the encoded words of at most SAMPLED training reviews, to find out where in a review words stand.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

import numpy as np

from sentiment.corpus.review import NEGATIVE, NO_FILM, POSITIVE, Corpus, Split
from sentiment.encoding.tokenized import Progress, TokenizedCorpus

CHUNK = 4_096  # reviews
SAMPLED = 100_000  # reviews
HELD_OUT = 10  # one in so many


@dataclass(frozen=True)
class Tokens:
    """Review n is `ids[offsets[n]:offsets[n + 1]]`, numbers of words."""

    ids: np.ndarray  # (total words,) int32
    offsets: np.ndarray  # (reviews + 1,) int64
    labels: np.ndarray  # (reviews,) int8


@dataclass(frozen=True)
class Counted:
    """All that one pass over a corpus of N reviews with V different words finds out."""

    words: list[str]  # V, in order of first appearance
    negative: np.ndarray  # (V,) occurrences in negative training reviews
    positive: np.ndarray  # (V,) the same in positive ones
    reviews: np.ndarray  # (V,) training reviews that hold the word
    held_out: np.ndarray  # (V,) occurrences in the reviews that are held out
    held_out_in_train: bool  # whether those are training reviews and so counted above as well
    lengths: np.ndarray  # (N,) words of each review
    texts: np.ndarray  # (N,) uint64, the same for the same text
    train_reviews: int
    sample: Tokens  # of the training reviews


class _Columns:
    """Counts by word that grow as words are met."""

    def __init__(self, names: tuple[str, ...]):
        self.counts = {name: np.zeros(1 << 16, np.int64) for name in names}

    def add(self, name: str, ids: np.ndarray) -> None:
        column = self.counts[name]
        found = np.bincount(ids)
        if len(found) > len(column):
            larger = np.zeros(max(len(found), 2 * len(column)), np.int64)
            larger[: len(column)] = column
            self.counts[name] = column = larger
        column[: len(found)] += found

    def first(self, number: int) -> dict[str, np.ndarray]:
        return {
            name: np.pad(column[:number], (0, max(0, number - len(column))))
            for name, column in self.counts.items()
        }


def count_corpus(corpus: Corpus, progress: Progress | None = None) -> Counted:
    """Tokenize and count `corpus`. Held out is its validation split, or a tenth of train."""
    total = len(corpus)
    numbering: defaultdict[str, int] = defaultdict(count().__next__)
    number = numbering.__getitem__
    columns = _Columns(("negative", "positive", "reviews", "held_out"))
    lengths, texts = np.zeros(total, np.int64), np.zeros(total, np.uint64)
    train = corpus.splits == Split.TRAIN
    has_valid = bool(np.any(corpus.splits == Split.VALID))
    every = max(1, -(-int(train.sum()) // SAMPLED))
    sampled = np.zeros(total, bool)
    sampled[np.flatnonzero(train)[::every]] = True
    pieces = []

    for first, chunk in _chunks(corpus):
        rows = slice(first, first + len(chunk))
        tokenized = TokenizedCorpus.of(chunk)
        to_global = np.fromiter(map(number, tokenized.words), np.int32, len(tokenized.words))
        ids = to_global[tokenized.ids]
        lengths[rows] = tokenized.lengths
        texts[rows] = [_fingerprint(text) for text in chunk]

        def of(
            mask: np.ndarray, ids: np.ndarray = ids, chunk: TokenizedCorpus = tokenized
        ) -> np.ndarray:
            return ids[np.repeat(mask, chunk.lengths)]

        for name, label in (("negative", NEGATIVE), ("positive", POSITIVE)):
            columns.add(name, of(train[rows] & (corpus.labels[rows] == label)))
        columns.add("reviews", _once_a_review(tokenized, ids, train[rows]))
        if has_valid:
            out = corpus.splits[rows] == Split.VALID
        else:
            films = None if corpus.films is None else corpus.films[rows]
            out = train[rows] & held_out(texts[rows], films)
        columns.add("held_out", of(out))
        pieces.append(of(sampled[rows]))
        if progress:
            progress(min(first + len(chunk), total), total)

    counts = columns.first(len(numbering))
    return Counted(
        words=list(numbering),
        **counts,
        held_out_in_train=not has_valid,
        lengths=lengths,
        texts=texts,
        train_reviews=int(train.sum()),
        sample=Tokens(
            ids=np.concatenate(pieces) if pieces else np.zeros(0, np.int32),
            offsets=np.concatenate([[0], np.cumsum(lengths[sampled])]),
            labels=corpus.labels[sampled],
        ),
    )


def held_out(texts: np.ndarray, films: np.ndarray | None) -> np.ndarray:
    """One review in ten, (N,) bool, chosen by film where it is known, else by text.

    So no film and no text stands on both sides, and no order or seed matters.
    """
    keys = texts
    if films is not None:
        # Odd multiplier of Knuth's multiplicative hashing, so that neighbours are not alike.
        spread = films.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)
        keys = np.where(films == NO_FILM, texts, spread)
    return keys % np.uint64(HELD_OUT) == 0


def copies(texts: np.ndarray, splits: np.ndarray, official: bool) -> np.ndarray:
    """True for the reviews that preparing drops because their text stands elsewhere, (N,) bool.

    That is, training reviews whose text is also in an official test split, and of the unlabelled
    ones those that repeat another.
    """
    free = splits == Split.UNLABELLED
    first = np.zeros(len(texts), bool)
    first[np.unique(texts, return_index=True)[1]] = True
    repeated = free & (~first | np.isin(texts, texts[~free]))
    if not official:
        return repeated
    test = splits == Split.TEST
    return repeated | (~test & ~free & np.isin(texts, texts[test]))


def _chunks(corpus: Corpus) -> Iterator[tuple[int, list[str]]]:
    texts, first = iter(corpus.texts), 0
    while chunk := list(islice(texts, CHUNK)):
        yield first, chunk
        first += len(chunk)


def _fingerprint(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _once_a_review(tokenized: TokenizedCorpus, ids: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The words of the chosen reviews, each once a review; global numbers."""
    review = np.repeat(np.arange(len(rows)), tokenized.lengths)
    chosen = rows[review]
    width = max(len(tokenized.words), 1)
    # Sorted by hand: np.unique goes through a hash table, which takes twenty times as long here.
    pairs = np.sort(review[chosen] * width + tokenized.ids[chosen])
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    back = np.zeros(width, np.int32)
    back[tokenized.ids] = ids
    return back[pairs % width]
