"""Word, length and position counts of a whole corpus, in one pass over blocks of reviews.

Memory grows with the number of distinct words, not with the texts. Of the reviews themselves, only
a digest of each text (to find duplicates) and the token ids of at most SAMPLE_SIZE training reviews
(to find word positions) are held.
"""

from dataclasses import dataclass

import numpy as np

from sentiment.corpus.review import NO_FILM, Corpus, Split
from sentiment.encoding.splitting import text_digests
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.progress import Progress

SAMPLE_SIZE = 25_000  # reviews
HELD_OUT_ONE_IN = 10
SPARSE_RATIO = 2  # above this ratio of vocabulary to block size, add.at is faster than bincount


@dataclass(frozen=True)
class Tokens:
    """Tokenized reviews: review n is `ids[offsets[n]:offsets[n + 1]]`, indices into the words."""

    ids: np.ndarray  # (total words,) int32
    offsets: np.ndarray  # (reviews + 1,) int64
    labels: np.ndarray  # (reviews,) int8


@dataclass(frozen=True)
class CorpusCounts:
    """Counts of a corpus of N reviews with V distinct words."""

    words: list[str]  # V, in order of first appearance
    by_class: np.ndarray  # (classes, V) occurrences in the training reviews of each class
    reviews: np.ndarray  # (V,) training reviews that contain the word
    held_out: np.ndarray  # (V,) occurrences in held-out reviews
    held_out_in_train: bool  # held-out reviews are training reviews, so also counted above
    lengths: np.ndarray  # (N,) words of each review
    texts: np.ndarray  # (N,) uint64, equal for equal texts
    train_reviews: int
    sample: Tokens  # of the training reviews


def count_corpus(
    corpus: Corpus,
    progress: Progress | None = None,
    *,
    tokenized: TokenizedCorpus | None = None,
    digests: np.ndarray | None = None,
) -> CorpusCounts:
    """Count `corpus`. Its validation split is held out, or a tenth of train if there is none.

    tokenized, digests: its words and (N, 2) `text_digests`, if the caller has them already.
    """
    if tokenized is None:
        tokenized = TokenizedCorpus.of_any_size(corpus.texts, progress)
    if digests is None:
        digests = text_digests(corpus.texts)
    texts, labels = digests[:, 0], corpus.labels
    vocabulary_size = len(tokenized.words)
    by_class = np.zeros((len(corpus.classes), vocabulary_size), np.int64)
    in_reviews, in_held_out = np.zeros((2, vocabulary_size), np.int64)
    train = corpus.splits == Split.TRAIN
    held_out = corpus.splits == Split.VALID
    has_valid = bool(held_out.any())
    if not has_valid:
        held_out = train & is_held_out(texts, corpus.films)
    sampled = np.zeros(len(corpus), bool)
    sampled[np.flatnonzero(train)[:: max(1, -(-int(train.sum()) // SAMPLE_SIZE))]] = True
    masks = [*(train & (labels == code) for code in corpus.classes.codes), held_out]
    columns = [*by_class, in_held_out]
    sample_ids = []
    for first, offsets, ids in tokenized.blocks():
        rows, lengths = slice(first, first + len(offsets) - 1), np.diff(offsets)
        for column, mask in zip(columns, masks, strict=True):
            _count_into(column, ids[np.repeat(mask[rows], lengths)])
        _count_into(in_reviews, _once_per_review(ids, lengths, train[rows], vocabulary_size))
        sample_ids.append(ids[np.repeat(sampled[rows], lengths)])
        if progress:
            progress(rows.stop, len(corpus))
    return CorpusCounts(
        words=tokenized.words,
        by_class=by_class,
        reviews=in_reviews,
        held_out=in_held_out,
        held_out_in_train=not has_valid,
        lengths=tokenized.lengths,
        texts=texts,
        train_reviews=int(train.sum()),
        sample=Tokens(
            ids=np.concatenate(sample_ids) if sample_ids else np.zeros(0, np.int32),
            offsets=np.concatenate([[0], np.cumsum(tokenized.lengths[sampled])]),
            labels=labels[sampled],
        ),
    )


def is_held_out(texts: np.ndarray, films: np.ndarray | None) -> np.ndarray:
    """One review in ten, (N,) bool, chosen by its film if known, else by its text.

    So a film or a text is never on both sides, and the choice does not depend on order or seed.
    """
    keys = texts
    if films is not None:
        # Odd multiplier of Knuth's multiplicative hashing, which spreads neighboring numbers.
        hashed = films.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)
        keys = np.where(films == NO_FILM, texts, hashed)
    return keys % np.uint64(HELD_OUT_ONE_IN) == 0


def repeated_texts(texts: np.ndarray, splits: np.ndarray, official: bool) -> np.ndarray:
    """True for reviews to drop because their exact text occurs elsewhere, (N,) bool.

    These are training reviews whose text is also in an official test split, and unlabelled reviews
    that repeat any other. texts: (N,) equal for equal texts.
    """
    unlabelled = splits == Split.UNLABELLED
    first = np.zeros(len(texts), bool)
    first[np.unique(texts, return_index=True)[1]] = True
    repeated = unlabelled & (~first | np.isin(texts, texts[~unlabelled]))
    if not official:
        return repeated
    test = splits == Split.TEST
    return repeated | (~test & ~unlabelled & np.isin(texts, texts[test]))


def _count_into(column: np.ndarray, ids: np.ndarray) -> None:
    """Add the occurrences of `ids` to `column`, which has one entry per word."""
    if len(column) > SPARSE_RATIO * len(ids):
        np.add.at(column, ids, 1)
    else:  # ten times as fast per id, but touches the whole column
        column += np.bincount(ids, minlength=len(column))


def _once_per_review(
    ids: np.ndarray, lengths: np.ndarray, chosen: np.ndarray, vocabulary_size: int
) -> np.ndarray:
    """The word ids of the chosen reviews, each at most once per review."""
    review = np.repeat(np.arange(len(chosen)), lengths)
    inside = chosen[review]
    width = max(vocabulary_size, 1)
    # np.unique uses a hash table here, which is twenty times slower than sorting.
    pairs = np.sort(review[inside] * width + ids[inside])
    return pairs[np.diff(pairs, prepend=-1) > 0] % width
