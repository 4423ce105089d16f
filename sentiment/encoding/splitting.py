"""Splits into train, valid and test without leakage.

There are two kinds of leakage: the same text in two splits, and reviews of one film in train and
valid (a network learns to recognize the film). So reviews with the same film or the same text form
a group, and each group goes into one split.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from sentiment.corpus.review import NO_FILM, Split

SHARES_8_1_1 = {Split.TRAIN: 0.8, Split.VALID: 0.1, Split.TEST: 0.1}
SHARES_OF_TRAIN = {Split.TRAIN: 0.9, Split.VALID: 0.1}
GROUPS_AT_ONCE = 10_000  # converted to Python lists


@dataclass(frozen=True)
class Duplicates:
    """Number of exact copies of a text, not counting its first appearance."""

    within_train: int
    within_test: int
    test_also_in_train: int  # test reviews whose text is also in the official train split


def text_digests(texts: Iterable[str]) -> np.ndarray:
    """A 128-bit BLAKE2b hash of each text, (N, 2) uint64.

    It takes less memory than the texts; a collision among billions of texts is not expected.
    """
    digests = bytearray()
    for text in texts:
        # A lone surrogate has no UTF-8 form but must not raise here.
        digests += blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
    return np.frombuffer(digests, np.uint64).reshape(-1, 2)


def text_numbers(texts: Iterable[str]) -> np.ndarray:
    """Equal numbers for equal texts, (N,) int64, in order of first appearance."""
    return numbers_of(text_digests(texts))


def numbers_of(digests: np.ndarray) -> np.ndarray:
    """`text_numbers` from digests, (N, 2)."""
    order = np.lexsort((digests[:, 1], digests[:, 0]))  # stable: equal ones keep their order
    ranked = digests[order]
    new = np.ones(len(order), bool)
    new[1:] = np.any(ranked[1:] != ranked[:-1], axis=1)
    first = order[new]  # the first appearance of each text, ordered by digest
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.argsort(np.argsort(first))[np.cumsum(new) - 1]
    return numbers


def count_duplicates(numbers: np.ndarray, splits: np.ndarray) -> Duplicates:
    """Count exact copies. numbers: (N,) from `text_numbers`; splits: (N,) codes."""
    train, test = numbers[splits == Split.TRAIN], numbers[splits == Split.TEST]
    return Duplicates(
        within_train=len(train) - len(np.unique(train)),
        within_test=len(test) - len(np.unique(test)),
        test_also_in_train=int(np.isin(test, train).sum()),
    )


def groups_of(numbers: np.ndarray, films: np.ndarray | None) -> np.ndarray:
    """Group of each review, (N,) int64: reviews connected by film or text, also indirectly.

    numbers: (N,) from `text_numbers`; films: (N,) with NO_FILM where unknown, or None.
    A group has the number of the film of its first review. The numbers determine the order in which
    `split_groups` draws groups, so other numbers would give other splits.
    """
    if films is None or np.all(films == NO_FILM):
        return numbers
    # A review without a film gets a film of its own, shared only with copies of its text.
    own_film = np.where(films == NO_FILM, -2 - numbers, films)
    _, film = np.unique(own_film, return_inverse=True)
    nodes = film.max() + 1 + numbers.max() + 1  # films, then texts; an edge for each review
    edges = (np.ones(len(film), bool), (film, film.max() + 1 + numbers))
    # Every process imports this module, and few need these, which take 0.3 s.
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    graph = sparse.coo_array(edges, shape=(nodes, nodes))
    component = connected_components(graph, directed=False)[1][film]
    _, first, group = np.unique(component, return_index=True, return_inverse=True)
    return own_film[first][group]


def split_groups(
    groups: np.ndarray, labels: np.ndarray, shares: dict[Split, float], seed: int
) -> np.ndarray:
    """Split code of each review, (N,) int8: whole groups, stratified by label, seeded.

    Groups are drawn in random order. Each goes to the split that still needs most of the labels
    in the group, so that the shares hold for each label.
    """
    splits = list(shares)
    classes, label_codes = np.unique(labels, return_inverse=True)
    _, codes = np.unique(groups, return_inverse=True)
    sizes = np.zeros((codes.max(initial=-1) + 1, len(classes)), np.int64)  # (groups, labels)
    np.add.at(sizes, (codes, label_codes), 1)

    targets = np.maximum(np.outer(list(shares.values()), sizes.sum(axis=0)), 1e-9).tolist()
    filled = [[0] * len(classes) for _ in splits]  # (splits, labels); lists are fast when small
    split_of_group = np.zeros(len(sizes), np.int8)
    order = np.random.default_rng(seed).permutation(len(sizes))
    for start in range(0, len(order), GROUPS_AT_ONCE):
        some = order[start : start + GROUPS_AT_ONCE]
        for group, size in zip(some.tolist(), sizes[some].tolist(), strict=True):
            # The share of its target that each split still lacks, weighted by the group's labels.
            need = [
                sum(
                    (1 - count / target) * added
                    for count, target, added in zip(counts, of_split, size, strict=True)
                )
                for counts, of_split in zip(filled, targets, strict=True)
            ]
            chosen = need.index(max(need))
            filled[chosen] = [
                count + added for count, added in zip(filled[chosen], size, strict=True)
            ]
            split_of_group[group] = splits[chosen]
    return split_of_group[codes]
