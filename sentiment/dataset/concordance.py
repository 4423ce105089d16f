"""Concordance: occurrences of a word with the words around them."""

from dataclasses import dataclass

import numpy as np

from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.tokenize import tokenize

CONTEXT = 8  # words on each side
BLOCK, MIN_BLOCKS = 1 << 20, 16  # words per block; the labelled reviews of IMDB fill twelve blocks
GOLDEN_RATIO = 0.6180339887498949
CANDIDATES_PER_RESULT = 50  # stop searching with this many; “the” occurs half a million times


@dataclass(frozen=True)
class Occurrence:
    """One occurrence of a word in a tokenized review."""

    before: str
    word: str
    after: str
    label: str
    position: int  # words before it in the review
    row: int  # of the review in its corpus


def occurrences(corpus: PreparedCorpus, word: str, limit: int) -> list[Occurrence]:
    """At most `limit` occurrences of `word`, one per review, spread evenly over the corpus.

    Empty if `word` is not in the vocabulary. A large corpus is searched only until there are enough
    occurrences.
    """
    if word not in corpus.vocabulary:
        return []
    candidates = limit * CANDIDATES_PER_RESULT
    found = _spread(_find(corpus, corpus.vocabulary.index(word), candidates), candidates)
    rows = np.searchsorted(corpus.offsets, found, side="right") - 1
    rows, first = np.unique(rows, return_index=True)
    rows, found = _spread(rows, limit), _spread(found[first], limit)
    return [
        _occurrence(tokenize(text), int(index - corpus.offsets[row]), row, corpus)
        for text, row, index in zip(corpus.texts(rows), rows.tolist(), found, strict=True)
    ]


def _find(corpus: PreparedCorpus, token_id: int, enough: int) -> np.ndarray:
    """Indices into `corpus.ids` where a token id occurs, rising: all, or `enough` of them."""
    blocks = -(-len(corpus.ids) // BLOCK)
    # A low-discrepancy order: any number of first blocks is spread evenly over the corpus.
    order = np.argsort(np.arange(blocks) * GOLDEN_RATIO % 1).tolist()
    found, count = [], 0
    for searched, block in enumerate(order):
        if searched >= MIN_BLOCKS and count >= enough:
            break
        begin = block * BLOCK
        found.append(begin + np.flatnonzero(corpus.ids[begin : begin + BLOCK] == token_id))
        count += len(found[-1])
    return np.sort(np.concatenate(found)) if found else np.zeros(0, np.int64)


def _spread(values: np.ndarray, limit: int) -> np.ndarray:
    """At most `limit` of the values, evenly spaced."""
    if len(values) <= limit:
        return values
    return values[np.linspace(0, len(values) - 1, limit).round().astype(np.int64)]


def _occurrence(tokens: list[str], position: int, row: int, corpus: PreparedCorpus) -> Occurrence:
    begin, end = max(0, position - CONTEXT), position + 1 + CONTEXT
    return Occurrence(
        before=("… " if begin else "") + " ".join(tokens[begin:position]),
        word=tokens[position],
        after=" ".join(tokens[position + 1 : end]) + (" …" if end < len(tokens) else ""),
        label=corpus.classes.name(int(corpus.labels[row])),
        position=position,
        row=row,
    )
