"""Label errors: reviews whose label an independent model finds unlikely.

A model that was trained on a wrong label reproduces it. So the labelled reviews are divided into
five folds, and logistic regressions over words and word pairs, one per class against the others,
predict each fold after training on the other four. The idea is confident learning (Northcutt, Jiang
and Chuang, JAIR 2021), with a fixed threshold, which is easier to explain. Test reviews are never
trained on. A large corpus is sampled for training; all of its reviews are predicted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sentiment.corpus.classes import UNLABELLED
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.progress import Progress

if TYPE_CHECKING:
    from scipy import sparse
    from sklearn.multiclass import OneVsRestClassifier

THRESHOLD = 0.95  # minimum probability of another label
FOLDS = 5
MAX_TRAINING_REVIEWS = 100_000  # with more, the feature matrix would take gigabytes
STRONGEST = 6  # words and pairs that are stated as a reason
_WORD_BITS, _PAIR_BITS = 18, 19  # of the hashed features
_WIDTH = (1 << _WORD_BITS) + (1 << _PAIR_BITS)


@dataclass(frozen=True)
class OutOfFold:
    """Predictions for N reviews, each by a model that was not trained on it."""

    probabilities: np.ndarray  # (N, classes) float32; NaN without a model
    folds: np.ndarray  # (N,), the fold of each review
    models: Mapping[int, "OneVsRestClassifier"]  # fold -> the model that predicts it

    def strongest_words(self, tokenized: TokenizedCorpus, row: int, label: int) -> list[str]:
        """The words and word pairs that raise the probability of `label`, the strongest first."""
        ids = tokenized.review(row).astype(np.int64)
        columns = np.concatenate([_word_columns(ids), _pair_columns(ids)])
        rises = _rises(self.models[int(self.folds[row])], columns, label)
        strongest: list[str] = []
        for place in np.argsort(-rises, kind="stable").tolist():
            if len(strongest) == STRONGEST or rises[place] <= 0:
                break
            run = ids[place : place + 1] if place < len(ids) else ids[place - len(ids) :][:2]
            words = " ".join(tokenized.words[word] for word in run.tolist())
            if words not in strongest:
                strongest.append(words)
        return strongest


@dataclass(frozen=True)
class Suggestion:
    """Another label for a review, and the words that count most for it."""

    label: int
    words: list[str]


def suggested_labels(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """The most probable of the other labels, (N,) int64.

    labels: (N,); probabilities: (N, classes) from `out_of_fold`.
    """
    others = np.nan_to_num(probabilities)
    labelled = labels != UNLABELLED
    others[np.flatnonzero(labelled), labels[labelled]] = -1
    return others.argmax(axis=1)


def label_error_probabilities(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """The probability of the most probable other label, (N,) float32; NaN without a model."""
    suggested = suggested_labels(labels, probabilities)
    found: np.ndarray = np.take_along_axis(probabilities, suggested[:, None], axis=1)[:, 0]
    return found


def out_of_fold(
    tokenized: TokenizedCorpus,
    labels: np.ndarray,
    classes: int,
    numbers: np.ndarray,
    test: np.ndarray,
    progress: Progress | None = None,
    predicted: np.ndarray | None = None,
) -> OutOfFold:
    """Train a model for each fold and predict the reviews of the fold.

    labels: (N,) codes of `classes` classes. numbers: (N,) equal for equal texts, which keeps
    duplicates in one fold. test: (N,) bool, reviews that no model is trained on. predicted: (N,)
    bool, by default all with a label. Others, and all if there are too few to train on, get NaN.
    """
    probabilities = np.full((len(labels), classes), np.nan, np.float32)
    labelled = labels != UNLABELLED
    predicted = labelled if predicted is None else predicted
    trained = np.flatnonzero(labelled & ~test)
    if len(trained) > MAX_TRAINING_REVIEWS:
        random = np.random.default_rng(0)
        trained = np.sort(random.choice(trained, MAX_TRAINING_REVIEWS, replace=False))
    fold_of = np.where(test, FOLDS, numbers % FOLDS)  # FOLDS: predicted by a model of all folds
    folds = fold_of[trained]
    for fold in range(FOLDS):
        if len(np.unique(labels[trained][folds != fold])) < 2 or not np.any(folds == fold):
            return OutOfFold(probabilities, fold_of, {})
    predicted_folds = np.unique(fold_of[predicted]).tolist()
    total = len(predicted_folds) + len(labels)
    is_trained = np.zeros(len(labels), bool)
    is_trained[trained] = True
    from scipy.sparse import vstack  # the import takes a third of a second

    features = vstack([block for _, block in _features(tokenized, is_trained)], "csr")
    models = {}
    for step, fold in enumerate(predicted_folds, 1):
        outside = folds != fold
        models[fold] = _fitted(features[outside], labels[trained][outside])
        if progress:
            progress(step, total)
    del features
    for rows, block in _features(tokenized, predicted):
        for fold, model in models.items():
            in_fold = fold_of[rows] == fold
            if in_fold.any():
                found = np.zeros((int(in_fold.sum()), classes), np.float32)
                found[:, model.classes_] = model.predict_proba(block[in_fold])
                probabilities[rows[in_fold]] = found
        if progress and len(rows):
            progress(len(predicted_folds) + int(rows[-1]) + 1, total)
    return OutOfFold(probabilities, fold_of, models)


def _rises(model: "OneVsRestClassifier", columns: np.ndarray, label: int) -> np.ndarray:
    """How much each feature alone raises the probability of a class, (n,).

    columns: (n,) of the features. Zeros if the model does not know the class.
    """
    from scipy.sparse import csr_matrix

    size, known = len(columns), model.classes_.tolist()
    if label not in known:
        return np.zeros(size)
    alone = (np.full(size, 1 / np.sqrt(size)), (np.arange(size), columns))
    found = model.predict_proba(csr_matrix(alone, shape=(size + 1, _WIDTH)))[:, known.index(label)]
    rises: np.ndarray = found[:-1] - found[-1]  # the last row has no feature
    return rises


def _fitted(features: "sparse.csr_matrix", labels: np.ndarray) -> "OneVsRestClassifier":
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    # C: better calibrated than 10 on a held-out fifth of IMDB's training reviews.
    model = LogisticRegression(C=30, solver="liblinear", dual=True, tol=1e-2, random_state=0)
    return OneVsRestClassifier(model).fit(features, labels)


def _features(
    tokenized: TokenizedCorpus, chosen: np.ndarray
) -> Iterator[tuple[np.ndarray, "sparse.csr_matrix"]]:
    """Hashed binary word and word-pair features of the chosen reviews, rows of unit length.

    Yields, for each block of the corpus, the row numbers of its chosen reviews, (n,), and their
    features, (n, _WIDTH).
    """
    from scipy.sparse import csr_matrix

    for start, offsets, ids in tokenized.blocks():
        size = len(offsets) - 1
        review = np.repeat(np.arange(size), np.diff(offsets))
        words = ids.astype(np.int64)
        within = review[:-1] == review[1:]
        found = np.concatenate(
            [
                review << 20 | _word_columns(words),
                review[:-1][within] << 20 | _pair_columns(words)[within],
            ]
        )
        found.sort()  # by review
        found = found[np.append(True, found[1:] != found[:-1])]  # once per review
        column = (found & ((1 << 20) - 1)).astype(np.int32)
        counts = np.bincount(found >> 20, minlength=size)
        values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
        pointers = np.concatenate([[0], np.cumsum(counts)])
        block = csr_matrix((values, column, pointers), shape=(size, _WIDTH))
        rows = np.flatnonzero(chosen[start : start + size])
        yield start + rows, block if len(rows) == size else block[rows]


def _word_columns(words: np.ndarray) -> np.ndarray:
    """The column of each word number, (n,)."""
    columns: np.ndarray = words % (1 << _WORD_BITS)
    return columns


def _pair_columns(words: np.ndarray) -> np.ndarray:
    """The column of each pair of adjacent words, (n - 1,)."""
    pairs = (words[:-1] * 1_000_003 + words[1:] * 7_919) % (1 << _PAIR_BITS)
    columns: np.ndarray = (1 << _WORD_BITS) + pairs
    return columns
