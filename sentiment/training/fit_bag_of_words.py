"""Training of a bag of words: naive Bayes ratios and a logistic regression, in seconds.

Yields the same events as `fit`.
"""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sentiment.dataset.batches import ReviewDataset, scoring_batches
from sentiment.encoding.vocabulary import UNK
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.training.config import TrainConfig
from sentiment.training.events import EndEvent, EpochEvent, Event
from sentiment.training.fit import validate

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MIN_PAIR_REVIEWS = 2  # pairs in fewer reviews have no weight
STRENGTHS = (0.01, 0.03, 0.1, 0.3)  # C of the regression; chosen by validation loss


def fit_bag_of_words(
    network: BagOfWords, train: ReviewDataset, valid: ReviewDataset, config: TrainConfig
) -> Iterator[Event]:
    """Set the weights of `network` (Wang & Manning 2012, "Baselines and Bigrams").

    The features are the presence of each word and pair, scaled by the log of its frequency ratio
    between positive and negative reviews; a logistic regression weights them. Yields one
    EpochEvent for each C, then an EndEvent.
    """
    from sklearn.linear_model import LogisticRegression

    started = time.perf_counter()
    keys, present = features(train, network.vocabulary_size)
    labels = train.labels.astype(bool)
    # Add-one smoothing, so that no ratio is infinite.
    positive = 1.0 + np.asarray(present[labels].sum(axis=0)).ravel()
    negative = 1.0 + np.asarray(present[~labels].sum(axis=0)).ravel()
    ratio = np.log((positive / positive.sum()) / (negative / negative.sum()))
    scaled = present.copy()
    scaled.data = ratio[present.indices]

    best_loss, best_number, best_weights = float("inf"), 0, network.state_dict()
    try:
        for number, strength in enumerate(STRENGTHS, start=1):
            regression = LogisticRegression(
                C=strength, solver="liblinear", random_state=config.seed
            ).fit(scaled, labels)
            weights = regression.coef_ * ratio
            words, pairs = np.split(weights, [network.vocabulary_size], axis=1)
            network.set_weights(words, keys, pairs, regression.intercept_)
            train_loss, train_accuracy = validate(network, scoring_batches(train))
            valid_loss, valid_accuracy = validate(network, scoring_batches(valid))
            improved = valid_loss < best_loss
            if improved:
                best_loss, best_number = valid_loss, number
                best_weights = network.state_dict()
            yield EpochEvent(
                step=number,
                epoch=number,
                train_loss=train_loss,
                train_accuracy=train_accuracy,
                valid_loss=valid_loss,
                valid_accuracy=valid_accuracy,
                improved=improved,
                seconds=time.perf_counter() - started,
            )
    finally:  # also when the caller closes the iterator early
        network.load_state_dict(best_weights)
    seconds = time.perf_counter() - started
    reason = f"C = {STRENGTHS[best_number - 1]:g} has the lowest validation loss"
    yield EndEvent(len(STRENGTHS), best_number, best_loss, reason, seconds)


def features(dataset: ReviewDataset, vocabulary_size: int) -> "tuple[np.ndarray, csr_matrix]":
    """The keys of the frequent pairs, rising, and the features of each review.

    A pair's key is first * vocabulary_size + second. The matrix has one row per review and one
    column per feature: all words, then the pairs in the order of their keys. Its entries are 1.
    """
    from scipy.sparse import csr_matrix

    reviews = [ids.astype(np.int64) for ids, _ in dataset]  # type: ignore[attr-defined]
    ids = np.concatenate(reviews)
    numbers = np.repeat(np.arange(len(reviews)), [len(review) for review in reviews])
    known = ids != UNK
    neighbors = (numbers[1:] == numbers[:-1]) & known[1:] & known[:-1]
    pairs = (ids[:-1] * vocabulary_size + ids[1:])[neighbors]
    pair_numbers = numbers[1:][neighbors]

    # Sorted by pair and review; an entry that differs from the previous one is a new occurrence.
    order = np.lexsort((pair_numbers, pairs))
    pairs, pair_numbers = pairs[order], pair_numbers[order]
    new = np.ones(len(pairs), bool)
    new[1:] = (pairs[1:] != pairs[:-1]) | (pair_numbers[1:] != pair_numbers[:-1])
    pairs, pair_numbers = pairs[new], pair_numbers[new]
    keys, place, count = np.unique(pairs, return_inverse=True, return_counts=True)
    frequent = count >= MIN_PAIR_REVIEWS
    column = np.cumsum(frequent) - 1 + vocabulary_size
    kept = frequent[place]

    rows = np.concatenate([numbers[known], pair_numbers[kept]])
    columns = np.concatenate([ids[known], column[place[kept]]])
    shape = (len(reviews), vocabulary_size + int(frequent.sum()))
    present = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    present.data[:] = 1.0  # csr_matrix adds up repeated words
    return keys[frequent], present
