"""Training of a bag of words: naive Bayes ratios and a logistic regression, in seconds.

Yields the same events as `fit`.
"""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from sentiment.dataset.batches import ReviewDataset, scoring_batches
from sentiment.encoding.vocabulary import UNK
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.class_output import Softmax
from sentiment.training.config import TrainConfig
from sentiment.training.events import EndEvent, EpochEvent, Event
from sentiment.training.fit import validate
from sentiment.training.training_set import class_weights

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MIN_PAIR_REVIEWS = 2  # pairs in fewer reviews have no weight
MAX_ITERATIONS = 1_000
STRENGTHS = (0.01, 0.03, 0.1, 0.3)  # C of the regression; chosen by validation loss


def fit_bag_of_words(
    network: BagOfWords, train: ReviewDataset, valid: ReviewDataset, config: TrainConfig
) -> Iterator[Event]:
    """Set the weights of `network` (Wang & Manning 2012, "Baselines and Bigrams").

    The features are the presence of each word and pair, scaled by the log of its frequency ratio
    between the reviews of a class and the others; a logistic regression weights them. Yields one
    EpochEvent for each C, then an EndEvent.
    """
    started = time.perf_counter()
    keys, present = features(train, network.vocabulary_size)
    codes = train.labels.argmax(axis=1) if train.is_soft else train.labels
    class_weight = None
    if config.balanced_classes:
        class_weight = class_weights(train, network.output.classes)
    fit_weights = _fit_softmax if isinstance(network.output, Softmax) else _fit_thresholds

    best_loss, best_number, best_weights = float("inf"), 0, network.state_dict()
    try:
        for number, strength in enumerate(STRENGTHS, start=1):
            by_feature, bias = fit_weights(present, codes, strength, config.seed, class_weight)
            words, pairs = np.split(by_feature, [network.vocabulary_size], axis=1)
            network.set_weights(words, keys, pairs, bias)
            on_train = validate(network, scoring_batches(train), weights=class_weight)
            on_valid = validate(network, scoring_batches(valid), weights=class_weight)
            improved = on_valid.loss < best_loss
            if improved:
                best_loss, best_number = on_valid.loss, number
                best_weights = network.state_dict()
            yield EpochEvent(
                step=number,
                epoch=number,
                train_loss=on_train.loss,
                train_accuracy=on_train.accuracy,
                valid_loss=on_valid.loss,
                valid_accuracy=on_valid.accuracy,
                valid_macro_f1=on_valid.macro_f1,
                improved=improved,
                seconds=time.perf_counter() - started,
            )
    finally:  # also when the caller closes the iterator early
        network.load_state_dict(best_weights)
    seconds = time.perf_counter() - started
    reason = f"C = {STRENGTHS[best_number - 1]:g} has the lowest validation loss"
    yield EndEvent(len(STRENGTHS), best_number, best_loss, reason, seconds)


def _log_ratio(present: "csr_matrix", chosen: np.ndarray) -> np.ndarray:
    """Log of the frequency ratio of each feature between the chosen reviews and the others."""
    # Add-one smoothing, so that no ratio is infinite.
    inside = 1.0 + np.asarray(present[chosen].sum(axis=0)).ravel()
    outside = 1.0 + np.asarray(present[~chosen].sum(axis=0)).ravel()
    return np.log((inside / inside.sum()) / (outside / outside.sum()))


def _fit_thresholds(
    present: "csr_matrix", codes: np.ndarray, strength: float, seed: int, weights: Tensor | None
) -> tuple[np.ndarray, np.ndarray]:
    """One regression for each class but the last: above it or not, among reviews that reach it.

    Of two classes this is the usual regression, of more the one of `Ordinal`. Returns weights
    (classes - 1, features) and biases (classes - 1,).
    """
    from sklearn.linear_model import LogisticRegression

    found, biases = [], []
    for code in range(codes.max()):
        reached = codes >= code
        features, above = present[reached], codes[reached] > code
        ratio = _log_ratio(features, above)
        regression = LogisticRegression(C=strength, solver="liblinear", random_state=seed)
        sample_weight = None if weights is None else weights.numpy()[codes[reached]]
        regression.fit(features.multiply(ratio).tocsr(), above, sample_weight)
        found.append(regression.coef_[0] * ratio)
        biases.append(regression.intercept_[0])
    return np.stack(found), np.array(biases)


def _fit_softmax(
    present: "csr_matrix", codes: np.ndarray, strength: float, seed: int, weights: Tensor | None
) -> tuple[np.ndarray, np.ndarray]:
    """One multinomial regression; a feature has the scale of the class with its largest ratio.

    Returns weights (classes, features) and biases (classes,).
    """
    from sklearn.linear_model import LogisticRegression

    ratios = [_log_ratio(present, codes == code) for code in range(codes.max() + 1)]
    scale = np.abs(ratios).max(axis=0)
    regression = LogisticRegression(C=strength, max_iter=MAX_ITERATIONS, random_state=seed)
    sample_weight = None if weights is None else weights.numpy()[codes]
    regression.fit(present.multiply(scale).tocsr(), codes, sample_weight)
    return regression.coef_ * scale, regression.intercept_


def features(dataset: ReviewDataset, vocabulary_size: int) -> "tuple[np.ndarray, csr_matrix]":
    """The keys of the frequent pairs, rising, and the features of each review.

    A pair's key is first * vocabulary_size + second. The matrix has one row per review and one
    column per feature: all words, then the pairs in the order of their keys. Its entries are 1.
    """
    from scipy.sparse import csr_matrix, hstack

    reviews = [ids.astype(np.int64) for ids, _ in dataset]  # type: ignore[attr-defined]
    ids = np.concatenate(reviews)
    numbers = np.repeat(np.arange(len(reviews)), [len(review) for review in reviews])
    known = ids != UNK
    neighbors = (numbers[1:] == numbers[:-1]) & known[1:] & known[:-1]
    pairs = (ids[:-1] * vocabulary_size + ids[1:])[neighbors]
    keys, columns = np.unique(pairs, return_inverse=True)

    def counts(rows: np.ndarray, columns: np.ndarray, width: int) -> "csr_matrix":
        return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(reviews), width))

    by_word = counts(numbers[known], ids[known], vocabulary_size)
    by_pair = counts(numbers[1:][neighbors], columns, len(keys))
    frequent = by_pair.getnnz(axis=0) >= MIN_PAIR_REVIEWS
    present = hstack([by_word, by_pair[:, frequent]], format="csr")
    present.data[:] = 1.0
    return keys[frequent], present
