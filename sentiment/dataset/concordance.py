"""A word where it stands: its occurrences with the words around them."""

from dataclasses import dataclass

import numpy as np

from sentiment.corpus.review import LABEL_NAMES
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.tokenize import tokenize

AROUND = 8  # words to each side
BLOCK, FEWEST_BLOCKS = 1 << 20, 16  # words; all labelled reviews of IMDB are twelve
GOLDEN_RATIO = 0.6180339887498949
ENOUGH = 50  # places looked at for each that is shown; of “the” there are half a million


@dataclass(frozen=True)
class Occurrence:
    """One place of a word, in the words that the tokenizer makes of its review."""

    before: str
    word: str
    after: str
    label: str
    position: int  # words before it in the review
    row: int  # of the review in its corpus


def occurrences(corpus: PreparedCorpus, word: str, limit: int) -> list[Occurrence]:
    """At most `limit` occurrences of `word`, one a review, spread evenly over the corpus.

    Empty if the vocabulary of the prepared corpus does not hold the word. Of a large corpus only
    as much is looked at as it takes to find enough.
    """
    if word not in corpus.vocabulary:
        return []
    places = _spread(_places(corpus, corpus.vocabulary.index(word), limit * ENOUGH), limit * ENOUGH)
    rows = np.searchsorted(corpus.offsets, places, side="right") - 1
    rows, first = np.unique(rows, return_index=True)
    rows, places = _spread(rows, limit), _spread(places[first], limit)
    return [
        _occurrence(tokenize(text), int(place - corpus.offsets[row]), row, corpus)
        for text, row, place in zip(corpus.texts(rows), rows.tolist(), places, strict=True)
    ]


def _places(corpus: PreparedCorpus, index: int, enough: int) -> np.ndarray:
    """Where in `corpus.ids` a word stands, rising: in every block, or in enough of them."""
    blocks = -(-len(corpus.ids) // BLOCK)
    # So that however many come first, they are spread evenly.
    order = np.argsort(np.arange(blocks) * GOLDEN_RATIO % 1).tolist()
    found, count = [], 0
    for looked_at, block in enumerate(order):
        if looked_at >= FEWEST_BLOCKS and count >= enough:
            break
        begin = block * BLOCK
        found.append(begin + np.flatnonzero(corpus.ids[begin : begin + BLOCK] == index))
        count += len(found[-1])
    return np.sort(np.concatenate(found)) if found else np.zeros(0, np.int64)


def _spread(values: np.ndarray, limit: int) -> np.ndarray:
    """At most `limit` of them, at even distances."""
    if len(values) <= limit:
        return values
    return values[np.linspace(0, len(values) - 1, limit).round().astype(np.int64)]


def _occurrence(tokens: list[str], position: int, row: int, corpus: PreparedCorpus) -> Occurrence:
    begin, end = max(0, position - AROUND), position + 1 + AROUND
    return Occurrence(
        before=("… " if begin else "") + " ".join(tokens[begin:position]),
        word=tokens[position],
        after=" ".join(tokens[position + 1 : end]) + (" …" if end < len(tokens) else ""),
        label=LABEL_NAMES[int(corpus.labels[row])],
        position=position,
        row=row,
    )
