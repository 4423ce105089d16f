"""Doubtful labels: reviews whose label a model is sure is wrong.

A model that has learned a wrong label repeats it. So every review is judged by a model that has
not seen it: the labelled reviews are cut into five folds, and each fold is judged by a logistic
regression over words and pairs of words that learned from the other four. The idea is that of
confident learning (Northcutt, Jiang and Chuang, JAIR 2021), with a fixed threshold, which is
easier to explain. Reviews of the test part teach nobody; of a large corpus a random part teaches,
and all are judged.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sentiment.corpus.review import POSITIVE, UNLABELLED
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.progress import Progress

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression


SURE = 0.95  # the probability of the other label from which on a label is doubtful
FOLDS = 5
MOST_LEARNED = 100_000  # reviews: beyond, the table of words and pairs would take gigabytes
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
    everywhere if there is too little to learn from.
    """
    said = np.full(len(labels), np.nan, np.float32)
    labelled = labels != UNLABELLED
    learned = np.flatnonzero(labelled & ~test)
    if len(learned) > MOST_LEARNED:
        chance = np.random.default_rng(0)
        learned = np.sort(chance.choice(learned, MOST_LEARNED, replace=False))
    fold_of = np.where(test, FOLDS, numbers % FOLDS)  # FOLDS: judged by what learned from all
    folds = fold_of[learned]
    enough = [
        len(np.unique(labels[learned][folds != fold])) == 2 and np.any(folds == fold)
        for fold in range(FOLDS)
    ]
    if not all(enough):
        return said
    asked = np.unique(fold_of[labelled]).tolist()
    total = len(asked) + len(labels)
    teaches = np.zeros(len(labels), bool)
    teaches[learned] = True
    features = sparse.vstack([table for _, table in _features(tokenized, teaches)], "csr")
    models = {}
    for step, fold in enumerate(asked, 1):
        others = folds != fold
        models[fold] = _fitted(features[others], labels[learned][others])
        if progress:
            progress(step, total)
    del features
    for rows, table in _features(tokenized, labelled):
        for fold, model in models.items():
            of_fold = fold_of[rows] == fold
            if of_fold.any():
                positive = list(model.classes_).index(POSITIVE)
                said[rows[of_fold]] = model.predict_proba(table[of_fold])[:, positive]
        if progress and len(rows):
            progress(len(asked) + int(rows[-1]) + 1, total)
    return said


def _fitted(features: sparse.csr_matrix, labels: np.ndarray) -> "LogisticRegression":
    from sklearn.linear_model import LogisticRegression

    # C: from 10 and 30 by calibration on a held-out fifth of IMDB's training reviews.
    model = LogisticRegression(C=30, solver="liblinear", dual=True, tol=1e-2, random_state=0)
    return model.fit(features, labels)


def doubts(labels: np.ndarray, said: np.ndarray) -> np.ndarray:
    """How sure the models are that each label is wrong, (N,) float32; NaN where nobody said."""
    other: np.ndarray = np.where(labels == POSITIVE, 1 - said, said)
    return other


def _features(
    tokenized: TokenizedCorpus, chosen: np.ndarray
) -> Iterator[tuple[np.ndarray, sparse.csr_matrix]]:
    """Which words and pairs the chosen reviews have, hashed, each review of length one.

    A block of the corpus at a time: the numbers of its chosen reviews, (n,), and (n, features).
    """
    width = (1 << _WORD_BITS) + (1 << _PAIR_BITS)
    for start, offsets, ids in tokenized.blocks():
        size = len(offsets) - 1
        review = np.repeat(np.arange(size), np.diff(offsets))
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
        column = (found & ((1 << 20) - 1)).astype(np.int32)
        counts = np.bincount(found >> 20, minlength=size)
        values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
        pointers = np.concatenate([[0], np.cumsum(counts)])
        table = sparse.csr_matrix((values, column, pointers), shape=(size, width))
        of_block = np.flatnonzero(chosen[start : start + size])
        yield start + of_block, table if len(of_block) == size else table[of_block]
