"""Split into train, valid and test without letting one part leak into another.

Two things leak: the same text in two parts, and reviews of the same film in train and valid (a
network learns to recognize the film). So reviews that share a film or their very text form a
group, and a group is never torn apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from sentiment.corpus.review import NO_FILM, Split

SHARES_8_1_1 = {Split.TRAIN: 0.8, Split.VALID: 0.1, Split.TEST: 0.1}
GROUPS_AT_ONCE = 10_000  # as Python's own numbers
SHARES_OF_TRAIN = {Split.TRAIN: 0.9, Split.VALID: 0.1}


@dataclass(frozen=True)
class Duplicates:
    """Exact copies of a text, beyond its first appearance."""

    within_train: int
    within_test: int
    test_also_in_train: int  # test reviews whose text stands in the official train split too


def text_digests(texts: Iterable[str]) -> np.ndarray:
    """What stands for each text where keeping all of them would take too much memory.

    (N, 2) uint64, two halves of BLAKE2b: that two texts of billions share one will not happen.
    """
    digests = bytearray()
    for text in texts:
        # Half a character (a lone surrogate) is no reason to fail here.
        digests += blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
    return np.frombuffer(digests, np.uint64).reshape(-1, 2)


def text_numbers(texts: Iterable[str]) -> np.ndarray:
    """The same number for the same text, (N,) int64, numbered by first appearance."""
    return numbers_of(text_digests(texts))


def numbers_of(digests: np.ndarray) -> np.ndarray:
    """As `text_numbers`, from (N, 2) digests."""
    order = np.lexsort((digests[:, 1], digests[:, 0]))  # stable: equal ones stay in their order
    ranked = digests[order]
    new = np.ones(len(order), bool)
    new[1:] = np.any(ranked[1:] != ranked[:-1], axis=1)
    first = order[new]  # the first appearance of each text, in the order of digests
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.argsort(np.argsort(first))[np.cumsum(new) - 1]
    return numbers


def count_duplicates(numbers: np.ndarray, splits: np.ndarray) -> Duplicates:
    train, test = numbers[splits == Split.TRAIN], numbers[splits == Split.TEST]
    return Duplicates(
        within_train=len(train) - len(np.unique(train)),
        within_test=len(test) - len(np.unique(test)),
        test_also_in_train=int(np.isin(test, train).sum()),
    )


def groups_of(numbers: np.ndarray, films: np.ndarray | None) -> np.ndarray:
    """Group number of each review: reviews joined by film or text, directly or through others.

    numbers: (N,) from `text_numbers`; films: (N,) with NO_FILM where unknown, or None.
    """
    if films is None or np.all(films == NO_FILM):
        return numbers
    # Union-find over films, joined wherever one text was posted under two of them.
    # A review without a film is alone with the copies of its text.
    own_film = np.where(films == NO_FILM, -2 - numbers, films)
    parent: dict[int, int] = {film: film for film in own_film.tolist()}

    def root(film: int) -> int:
        while parent[film] != film:
            parent[film] = film = parent[parent[film]]
        return film

    film_of_text: dict[int, int] = {}
    for number, film in zip(numbers.tolist(), own_film.tolist(), strict=True):
        parent[root(film)] = root(film_of_text.setdefault(number, film))
    return np.array([root(film) for film in own_film.tolist()], np.int64)


def split_groups(
    groups: np.ndarray, labels: np.ndarray, shares: dict[Split, float], seed: int
) -> np.ndarray:
    """Split codes for each review, (N,) int8: whole groups, stratified by label, seeded.

    Groups come in random order, and each goes to the part that still misses most of the labels
    the group has, so that the shares hold for each label.
    """
    parts = list(shares)
    classes, label_codes = np.unique(labels, return_inverse=True)
    _, codes = np.unique(groups, return_inverse=True)
    sizes = np.zeros((codes.max(initial=-1) + 1, len(classes)), np.int64)  # (groups, labels)
    np.add.at(sizes, (codes, label_codes), 1)

    wanted = np.maximum(np.outer(list(shares.values()), sizes.sum(axis=0)), 1e-9).tolist()
    filled = [[0] * len(classes) for _ in parts]  # (parts, labels); lists, for they are tiny
    part_of_group = np.zeros(len(sizes), np.int8)
    order = np.random.default_rng(seed).permutation(len(sizes))
    for start in range(0, len(order), GROUPS_AT_ONCE):
        some = order[start : start + GROUPS_AT_ONCE]
        for group, size in zip(some.tolist(), sizes[some].tolist(), strict=True):
            # Relative need: what share of its due a part still misses, for the group's labels.
            need = [
                sum(
                    (1 - there / due) * count
                    for there, due, count in zip(has, wants, size, strict=True)
                )
                for has, wants in zip(filled, wanted, strict=True)
            ]
            chosen = need.index(max(need))
            filled[chosen] = [
                there + count for there, count in zip(filled[chosen], size, strict=True)
            ]
            part_of_group[group] = parts[chosen]
    return part_of_group[codes]
