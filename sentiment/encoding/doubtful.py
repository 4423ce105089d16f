"""Doubtful labels: reviews whose label a model is sure is wrong.

A model that has learned a wrong label repeats it. So every review is judged by a model that has
not seen it: the labelled reviews are cut into five folds, and each fold is judged by a logistic
regression over words and pairs of words that learned from the other four. The idea is that of
confident learning (Northcutt, Jiang and Chuang, JAIR 2021), with a fixed threshold, which is
easier to explain. Reviews of the test part teach nobody.
"""

from collections.abc import Callable

import numpy as np
from scipy import sparse

from sentiment.corpus.review import POSITIVE, UNLABELLED
from sentiment.encoding.tokenized import TokenizedCorpus

Progress = Callable[[int, int], None]

SURE = 0.95  # the probability of the other label from which on a label is doubtful
FOLDS = 5
MOST_REVIEWS = 200_000  # beyond, the table of words and pairs would take too many gigabytes
_WORD_BITS, _PAIR_BITS = 18, 19


def probabilities(
    tokenized: TokenizedCorpus,
    labels: np.ndarray,
    numbers: np.ndarray,
    test: np.ndarray,
    progress: Progress | None = None,
) -> np.ndarray:
    """The probability of Positive of each review by models that have not seen it, (N,) float32.

    labels: (N,) codes; numbers: (N,) the same for the same text, so that copies stay in one
    fold; test: (N,) bool, reviews from which nothing is learned. NaN where there is no label, and
    everywhere if there is too little to learn from or more than MOST_REVIEWS.
    """
    from sklearn.linear_model import LogisticRegression

    said = np.full(len(labels), np.nan, np.float32)
    labelled = labels != UNLABELLED
    learned = np.flatnonzero(labelled & ~test)
    folds = numbers[learned] % FOLDS
    enough = [
        len(np.unique(labels[learned][folds != fold])) == 2 and np.any(folds == fold)
        for fold in range(FOLDS)
    ]
    if not all(enough) or labelled.sum() > MOST_REVIEWS:
        return said
    features = _features(tokenized)
    judged = [(learned[folds != fold], learned[folds == fold]) for fold in range(FOLDS)]
    if np.any(test & labelled):
        judged.append((learned, np.flatnonzero(test & labelled)))
    for step, (known, asked) in enumerate(judged, 1):
        # C: from 10 and 30 by calibration on a held-out fifth of IMDB's training reviews.
        model = LogisticRegression(C=30, solver="liblinear", dual=True, tol=1e-2, random_state=0)
        model.fit(features[known], labels[known])
        positive = list(model.classes_).index(POSITIVE)
        said[asked] = model.predict_proba(features[asked])[:, positive]
        if progress:
            progress(step, len(judged))
    return said


def doubts(labels: np.ndarray, said: np.ndarray) -> np.ndarray:
    """How sure the models are that each label is wrong, (N,) float32; NaN where nobody said."""
    other: np.ndarray = np.where(labels == POSITIVE, 1 - said, said)
    return other


def _features(tokenized: TokenizedCorpus) -> sparse.csr_matrix:
    """Which words and pairs a review has, hashed, each review of length one: (N, features)."""
    rows, columns = [], []
    for start, offsets, ids in tokenized.blocks():
        review = start + np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        words = ids.astype(np.int64)
        pairs = (words[:-1] * 1_000_003 + words[1:] * 7_919) % (1 << _PAIR_BITS)
        within = review[:-1] == review[1:]
        found = np.concatenate(
            [
                review << 20 | words % (1 << _WORD_BITS),
                review[:-1][within] << 20 | (1 << _WORD_BITS) + pairs[within],
            ]
        )
        found.sort()  # in the order of reviews
        found = found[np.append(True, found[1:] != found[:-1])]  # once a review
        rows.append((found >> 20).astype(np.int32))
        columns.append((found & ((1 << 20) - 1)).astype(np.int32))
    row, column = np.concatenate(rows), np.concatenate(columns)
    counts = np.bincount(row, minlength=len(tokenized.lengths))
    values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
    pointers = np.concatenate([[0], np.cumsum(counts)])
    width = (1 << _WORD_BITS) + (1 << _PAIR_BITS)
    return sparse.csr_matrix((values, column, pointers), shape=(len(counts), width))
