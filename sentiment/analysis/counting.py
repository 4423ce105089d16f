"""Count a whole corpus, a block of reviews at a time, so that memory grows with its words only.

Two things are kept of the reviews themselves: a fingerprint of each text, to find the copies, and
the encoded words of at most SAMPLED training reviews, to find out where in a review words stand.
"""

from dataclasses import dataclass

import numpy as np

from sentiment.corpus.review import NEGATIVE, NO_FILM, POSITIVE, Corpus, Split
from sentiment.encoding.splitting import text_digests
from sentiment.encoding.token_ids import Progress, TokenizedCorpus

SAMPLED = 25_000  # reviews
HELD_OUT = 10  # one in so many
MANY_TIMES = 2  # as many words there are as in a block: then most of a column is not touched


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


def count_corpus(
    corpus: Corpus,
    progress: Progress | None = None,
    *,
    tokenized: TokenizedCorpus | None = None,
    digests: np.ndarray | None = None,
) -> Counted:
    """Count `corpus`. Held out is its validation split, or a tenth of train.

    tokenized, digests: its words and (N, 2) `text_digests` where they are known already.
    """
    if tokenized is None:
        tokenized = TokenizedCorpus.of_any_size(corpus.texts, progress)
    if digests is None:
        digests = text_digests(corpus.texts)
    texts, labels = digests[:, 0], corpus.labels
    words = len(tokenized.words)
    columns = {
        name: np.zeros(words, np.int64) for name in ("negative", "positive", "reviews", "held_out")
    }
    train = corpus.splits == Split.TRAIN
    out = corpus.splits == Split.VALID
    has_valid = bool(out.any())
    if not has_valid:
        out = train & held_out(texts, corpus.films)
    sampled = np.zeros(len(corpus), bool)
    sampled[np.flatnonzero(train)[:: max(1, -(-int(train.sum()) // SAMPLED))]] = True
    chosen = {
        "negative": train & (labels == NEGATIVE),
        "positive": train & (labels == POSITIVE),
        "held_out": out,
    }
    pieces = []
    for first, offsets, ids in tokenized.blocks():
        rows, lengths = slice(first, first + len(offsets) - 1), np.diff(offsets)
        for name, mask in chosen.items():
            _add(columns[name], ids[np.repeat(mask[rows], lengths)])
        _add(columns["reviews"], _once_a_review(ids, lengths, train[rows], words))
        pieces.append(ids[np.repeat(sampled[rows], lengths)])
        if progress:
            progress(rows.stop, len(corpus))
    return Counted(
        words=tokenized.words,
        **columns,
        held_out_in_train=not has_valid,
        lengths=tokenized.lengths,
        texts=texts,
        train_reviews=int(train.sum()),
        sample=Tokens(
            ids=np.concatenate(pieces) if pieces else np.zeros(0, np.int32),
            offsets=np.concatenate([[0], np.cumsum(tokenized.lengths[sampled])]),
            labels=labels[sampled],
        ),
    )


def held_out(texts: np.ndarray, films: np.ndarray | None) -> np.ndarray:
    """One review in ten, (N,) bool, chosen by film where it is known, else by text.

    So no film and no text stands on both sides, and no order or seed matters.
    """
    keys = texts
    if films is not None:
        # Odd multiplier of Knuth's multiplicative hashing, so that neighbors are not alike.
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


def _add(column: np.ndarray, ids: np.ndarray) -> None:
    """Count `ids` in `column`, one place for each word there is."""
    if len(column) > MANY_TIMES * len(ids):
        np.add.at(column, ids, 1)
    else:  # ten times as fast a word, but goes through the whole column
        column += np.bincount(ids, minlength=len(column))


def _once_a_review(
    ids: np.ndarray, lengths: np.ndarray, rows: np.ndarray, words: int
) -> np.ndarray:
    """The words of the reviews chosen by `rows`, each once a review."""
    review = np.repeat(np.arange(len(rows)), lengths)
    chosen = rows[review]
    width = max(words, 1)
    # Sorted by hand: np.unique goes through a hash table, which takes twenty times as long here.
    pairs = np.sort(review[chosen] * width + ids[chosen])
    return pairs[np.diff(pairs, prepend=-1) > 0] % width
