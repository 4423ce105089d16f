"""A word where it stands: its occurrences with the words around them."""

from dataclasses import dataclass

import numpy as np

from sentiment.corpus.review import LABEL_NAMES
from sentiment.encoding.prepared import PreparedCorpus
from sentiment.encoding.tokenize import tokenize

AROUND = 8  # words to each side
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

    None if the vocabulary of the prepared corpus does not hold the word.
    """
    if word not in corpus.vocabulary:
        return []
    places = np.flatnonzero(corpus.ids == corpus.vocabulary.index(word))
    places = _spread(places, limit * ENOUGH)
    rows = np.searchsorted(corpus.offsets, places, side="right") - 1
    rows, first = np.unique(rows, return_index=True)
    rows, places = _spread(rows, limit), _spread(places[first], limit)
    return [
        _occurrence(tokenize(text), int(place - corpus.offsets[row]), row, corpus)
        for text, row, place in zip(corpus.texts(rows), rows.tolist(), places, strict=True)
    ]


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
