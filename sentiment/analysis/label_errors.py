"""Label errors: reviews whose label an independent model finds unlikely.

A model that was trained on a wrong label reproduces it. So the labelled reviews are divided into
five folds, and a logistic regression over words and word pairs predicts each fold after training on
the other four. The idea is confident learning (Northcutt, Jiang and Chuang, JAIR 2021), with a
fixed threshold, which is easier to explain. Test reviews are never trained on. A large corpus is
sampled for training; all of its reviews are predicted.
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

THRESHOLD = 0.95  # minimum probability of the other label
FOLDS = 5
MAX_TRAINING_REVIEWS = 100_000  # with more, the feature matrix would take gigabytes
_WORD_BITS, _PAIR_BITS = 18, 19  # of the hashed features
_WIDTH = (1 << _WORD_BITS) + (1 << _PAIR_BITS)


def label_error_probabilities(labels: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """The probability that each label is wrong, (N,) float32; NaN where `positive` is NaN.

    positive: (N,) from `out_of_fold_probabilities`.
    """
    other: np.ndarray = np.where(labels == POSITIVE, 1 - positive, positive)
    return other


def out_of_fold_probabilities(
    tokenized: TokenizedCorpus,
    labels: np.ndarray,
    numbers: np.ndarray,
    test: np.ndarray,
    progress: Progress | None = None,
) -> np.ndarray:
    """The probability of Positive from models not trained on the review, (N,) float32.

    labels: (N,) codes. numbers: (N,) equal for equal texts, which keeps duplicates in one fold.
    test: (N,) bool, reviews that no model is trained on. NaN for unlabelled reviews, and for all
    reviews if there are too few to train on.
    """
    positive = np.full(len(labels), np.nan, np.float32)
    labelled = labels != UNLABELLED
    trained = np.flatnonzero(labelled & ~test)
    if len(trained) > MAX_TRAINING_REVIEWS:
        random = np.random.default_rng(0)
        trained = np.sort(random.choice(trained, MAX_TRAINING_REVIEWS, replace=False))
    fold_of = np.where(test, FOLDS, numbers % FOLDS)  # FOLDS: predicted by a model of all folds
    folds = fold_of[trained]
    for fold in range(FOLDS):
        if len(np.unique(labels[trained][folds != fold])) < 2 or not np.any(folds == fold):
            return positive
    predicted_folds = np.unique(fold_of[labelled]).tolist()
    total = len(predicted_folds) + len(labels)
    is_trained = np.zeros(len(labels), bool)
    is_trained[trained] = True
    features = sparse.vstack([block for _, block in _features(tokenized, is_trained)], "csr")
    models = {}
    for step, fold in enumerate(predicted_folds, 1):
        outside = folds != fold
        models[fold] = _fitted(features[outside], labels[trained][outside])
        if progress:
            progress(step, total)
    del features
    for rows, block in _features(tokenized, labelled):
        for fold, model in models.items():
            in_fold = fold_of[rows] == fold
            if in_fold.any():
                column = list(model.classes_).index(POSITIVE)
                positive[rows[in_fold]] = model.predict_proba(block[in_fold])[:, column]
        if progress and len(rows):
            progress(len(predicted_folds) + int(rows[-1]) + 1, total)
    return positive


def _fitted(features: sparse.csr_matrix, labels: np.ndarray) -> "LogisticRegression":
    from sklearn.linear_model import LogisticRegression

    # C: better calibrated than 10 on a held-out fifth of IMDB's training reviews.
    model = LogisticRegression(C=30, solver="liblinear", dual=True, tol=1e-2, random_state=0)
    return model.fit(features, labels)


def _features(
    tokenized: TokenizedCorpus, chosen: np.ndarray
) -> Iterator[tuple[np.ndarray, sparse.csr_matrix]]:
    """Hashed binary word and word-pair features of the chosen reviews, rows of unit length.

    Yields, for each block of the corpus, the row numbers of its chosen reviews, (n,), and their
    features, (n, _WIDTH).
    """
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
        found.sort()  # by review
        found = found[np.append(True, found[1:] != found[:-1])]  # once per review
        column = (found & ((1 << 20) - 1)).astype(np.int32)
        counts = np.bincount(found >> 20, minlength=size)
        values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
        pointers = np.concatenate([[0], np.cumsum(counts)])
        block = sparse.csr_matrix((values, column, pointers), shape=(size, _WIDTH))
        rows = np.flatnonzero(chosen[start : start + size])
        yield start + rows, block if len(rows) == size else block[rows]
