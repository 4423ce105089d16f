"""Near-duplicates: reviews that share most of their text, found without comparing all pairs.

A review is the set of its runs of three words (shingles). Two reviews are near-duplicates if the
Jaccard index of their sets, shared runs divided by all runs, reaches a threshold. Candidate pairs
come from MinHash signatures cut into bands (Broder, "On the resemblance and containment of
documents", 1997; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4). Each
candidate pair is compared exactly, so there are no false positives. At the threshold of 0.8,
16 bands of 4 miss two pairs in ten thousand; above it, fewer.
"""

import itertools
from collections.abc import Iterator

import numpy as np

from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.progress import Progress

RUN = 3  # words
THRESHOLD = 0.8
BANDS, ROWS_PER_BAND = 16, 4
FULLY_COMPARED = 32  # reviews; in larger buckets each is compared to the first and the previous one


def near_duplicates(
    tokenized: TokenizedCorpus,
    numbers: np.ndarray,
    progress: Progress | None = None,
) -> np.ndarray:
    """The group of each review, (N,) int64: the row of the group's first, -1 without a group.

    numbers: (N,) equal for equal texts. Exact duplicates are in a group only together with a
    different text. Groups are transitive: near-duplicates of near-duplicates share a group.
    """
    _, first, text_of = np.unique(numbers, return_index=True, return_inverse=True)
    texts = np.argsort(first)  # by first appearance
    texts = texts[tokenized.lengths[first[texts]] >= RUN]
    component = np.arange(len(first))
    compared: set[tuple[int, int]] = set()
    edges: list[tuple[int, int]] = []
    for band in range(BANDS):
        keys = _band_keys(tokenized, band)[first[texts]]
        for one, other in _pairs(texts, keys):
            if (one, other) in compared or component[one] == component[other]:
                continue
            compared.add((one, other))
            if _jaccard(tokenized, int(first[one]), int(first[other])) >= THRESHOLD:
                edges.append((one, other))
        component = _components(edges, len(first))
        if progress:
            progress(band + 1, BANDS)
    first_row = np.full(len(first), len(numbers))
    np.minimum.at(first_row, component, first)
    texts_in = np.bincount(component, minlength=len(first))
    groups: np.ndarray = np.where(texts_in > 1, first_row, -1)[component][text_of]
    return groups


def _components(edges: list[tuple[int, int]], count: int) -> np.ndarray:
    """The connected component of each of `count` nodes, (count,) int32."""
    from scipy.sparse import coo_matrix  # the import takes a third of a second
    from scipy.sparse.csgraph import connected_components

    ones, others = np.array(edges, np.int64).reshape(-1, 2).T
    graph = coo_matrix((np.ones(len(edges), bool), (ones, others)), shape=(count, count))
    component: np.ndarray = connected_components(graph, directed=False)[1]
    return component


def _band_keys(tokenized: TokenizedCorpus, band: int) -> np.ndarray:
    """Equal for reviews whose MinHash values agree in this band, (N,) uint64."""
    random = np.random.default_rng((20, band))
    multipliers = random.integers(0, 2**63, ROWS_PER_BAND, np.uint64) * np.uint64(2) + np.uint64(1)
    shifts = random.integers(0, 2**63, ROWS_PER_BAND, np.uint64)
    keys = np.zeros(len(tokenized.lengths), np.uint64)
    for start, offsets, ids in tokenized.blocks():
        lengths = np.diff(offsets)
        long_enough = np.flatnonzero(lengths >= RUN)
        if not len(long_enough):
            continue
        runs = _run_hashes(ids)
        # Without the runs that reach into the next review.
        inside = np.repeat(offsets[1:], lengths)[: len(runs)] - np.arange(len(runs)) >= RUN
        runs = runs[inside]
        begins = np.concatenate([[0], np.cumsum(lengths[long_enough] - RUN + 1)[:-1]])
        key = np.zeros(len(long_enough), np.uint64)
        for multiplier, shift in zip(multipliers, shifts, strict=True):
            smallest = np.minimum.reduceat((runs * multiplier + shift) >> np.uint64(16), begins)
            key = _mixed(key ^ smallest)
        keys[start + long_enough] = key
    return keys


def _run_hashes(ids: np.ndarray) -> np.ndarray:
    """A hash of each run of three consecutive ids, (len(ids) - 2,) uint64."""
    words = _mixed(ids.astype(np.uint64) + np.uint64(1))
    middle = words[1:-1] * np.uint64(0x9E3779B97F4A7C15)
    return _mixed(words[:-2] + middle + words[2:] * np.uint64(0xC2B2AE3D27D4EB4F))


def _mixed(values: np.ndarray) -> np.ndarray:
    """The finalizer of SplitMix64: every output bit depends on every input bit."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: np.ndarray = values ^ (values >> np.uint64(31))
    return mixed


def _pairs(texts: np.ndarray, keys: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs of texts with equal keys, in the order of `texts`."""
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) + 1
    begins = np.concatenate([[0], ends[:-1]])
    for begin, end in zip(
        *(edge[ends - begins > 1].tolist() for edge in (begins, ends)), strict=True
    ):
        bucket = texts[order[begin:end]].tolist()
        if len(bucket) <= FULLY_COMPARED:
            yield from itertools.combinations(bucket, 2)
        else:
            yield from ((bucket[0], other) for other in bucket[1:])
            yield from itertools.pairwise(bucket[1:])


def _jaccard(tokenized: TokenizedCorpus, one: int, other: int) -> float:
    ours = np.unique(_run_hashes(tokenized.review(one)))
    theirs = np.unique(_run_hashes(tokenized.review(other)))
    shared = len(np.intersect1d(ours, theirs, assume_unique=True))
    return shared / (len(ours) + len(theirs) - shared)
