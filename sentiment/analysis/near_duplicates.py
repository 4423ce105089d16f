"""Near copies: reviews that share most of what they say, found without comparing each with each.

A review is the set of its runs of three words. Two of them are near copies when the Jaccard
index of their sets, shared runs over all runs, reaches a threshold. Candidates come from MinHash
signatures cut into bands (Broder, "On the resemblance and containment of documents", 1997;
Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4), and each candidate pair
is then compared exactly, so that nothing is called a near copy that is none. Of pairs at the
threshold of 0.8, 16 bands of 4 miss two in ten thousand; of pairs above it, fewer.
"""

import itertools
from collections.abc import Iterator

import numpy as np

from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.progress import Progress

RUN = 3  # words
THRESHOLD = 0.8
BANDS, ROWS_PER_BAND = 16, 4
COMPARED_IN_FULL = 32  # larger buckets are compared with their first and with their neighbor


def near_duplicates(
    tokenized: TokenizedCorpus,
    numbers: np.ndarray,
    *,
    threshold: float = THRESHOLD,
    progress: Progress | None = None,
) -> np.ndarray:
    """The group of each review, (N,) int64: the row of the group's first, -1 if it is alone.

    numbers: (N,) the same for the same text. Copies to the letter are in a group only together
    with a text that differs. Groups are closed: near copies of near copies are in the same one.
    """
    _, first, number_of = np.unique(numbers, return_index=True, return_inverse=True)
    long_enough = tokenized.lengths >= RUN
    candidates = first[long_enough[first]]  # one row a text, those with a run in them
    candidates.sort()
    parent = np.arange(len(numbers))
    seen: set[tuple[int, int]] = set()
    for band in range(BANDS):
        keys = _band_keys(tokenized, candidates, band)
        for one, other in _pairs(candidates, keys):
            if (one, other) in seen or _root(parent, one) == _root(parent, other):
                continue
            seen.add((one, other))
            if _jaccard(tokenized, one, other) >= threshold:
                low, high = sorted((_root(parent, one), _root(parent, other)))
                parent[high] = low
        if progress:
            progress(band + 1, BANDS)
    texts = np.array([_root(parent, row) for row in first.tolist()], np.int64)
    sizes = np.bincount(texts, minlength=len(numbers))
    groups = np.where(sizes[texts] > 1, texts, -1)[number_of]
    return groups


def _band_keys(tokenized: TokenizedCorpus, rows: np.ndarray, band: int) -> np.ndarray:
    """Equal for reviews whose smallest hashes agree in this band, (len(rows),) uint64."""
    random = np.random.default_rng((20, band))
    multipliers = random.integers(0, 2**63, ROWS_PER_BAND, np.uint64) * np.uint64(2) + np.uint64(1)
    shifts = random.integers(0, 2**63, ROWS_PER_BAND, np.uint64)
    keys = np.zeros(len(tokenized.lengths), np.uint64)
    for start, offsets, ids in tokenized.blocks():
        lengths = np.diff(offsets)
        some = np.flatnonzero(lengths >= RUN)
        if not len(some):
            continue
        runs = _run_hashes(ids)
        # A run that would reach into the next review is none.
        inside = np.repeat(offsets[1:], lengths)[: len(runs)] - np.arange(len(runs)) >= RUN
        runs = runs[inside]
        begins = np.concatenate([[0], np.cumsum(lengths[some] - RUN + 1)[:-1]])
        key = np.zeros(len(some), np.uint64)
        for multiplier, shift in zip(multipliers, shifts, strict=True):
            smallest = np.minimum.reduceat((runs * multiplier + shift) >> np.uint64(16), begins)
            key = _mixed(key ^ smallest)
        keys[start + some] = key
    return keys[rows]


def _run_hashes(ids: np.ndarray) -> np.ndarray:
    """A number for each run of three words in a row of ids, (len(ids) - 2,) uint64."""
    words = _mixed(ids.astype(np.uint64) + np.uint64(1))
    turned = words[1:-1] * np.uint64(0x9E3779B97F4A7C15)
    return _mixed(words[:-2] + turned + words[2:] * np.uint64(0xC2B2AE3D27D4EB4F))


def _mixed(values: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64: every bit of a value depends on every bit of the other."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: np.ndarray = values ^ (values >> np.uint64(31))
    return mixed


def _pairs(rows: np.ndarray, keys: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs of rows with equal keys, the smaller row first."""
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) + 1
    begins = np.concatenate([[0], ends[:-1]])
    for begin, end in zip(
        *(edge[ends - begins > 1].tolist() for edge in (begins, ends)), strict=True
    ):
        bucket = rows[order[begin:end]].tolist()  # rising, as the sort is stable
        if len(bucket) <= COMPARED_IN_FULL:
            yield from ((one, other) for n, one in enumerate(bucket) for other in bucket[n + 1 :])
        else:
            yield from ((bucket[0], other) for other in bucket[1:])
            yield from itertools.pairwise(bucket[1:])


def _jaccard(tokenized: TokenizedCorpus, one: int, other: int) -> float:
    ours = np.unique(_run_hashes(tokenized.review(one)))
    theirs = np.unique(_run_hashes(tokenized.review(other)))
    shared = len(np.intersect1d(ours, theirs, assume_unique=True))
    return shared / (len(ours) + len(theirs) - shared)


def _root(parent: np.ndarray, row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = int(parent[row])
    return row
