"""A whole corpus tokenized in one pass.

Eleven million Python strings would take most of a gigabyte, so each word is numbered in the
order of its first appearance as soon as it is met. Counting and re-numbering by frequency are
then array operations.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from sentiment.encoding.tokenize import tokenize

Progress = Callable[[int, int], None]

BLOCK_WORDS = 1 << 18  # worked on at a time: what fits into a processor's cache


@dataclass(frozen=True)
class TokenizedCorpus:
    """Review n is `ids[offsets[n]:offsets[n + 1]]`, numbers into `words`."""

    words: list[str]  # every different word, in order of first appearance
    ids: np.ndarray  # (total words,) int32
    offsets: np.ndarray  # (reviews + 1,) int64

    @classmethod
    def of(cls, texts: Sequence[str], progress: Progress | None = None) -> "TokenizedCorpus":
        numbering: defaultdict[str, int] = defaultdict(count().__next__)
        number = numbering.__getitem__
        offsets = np.zeros(len(texts) + 1, np.int64)
        pieces = []
        for row, text in enumerate(texts):
            tokens = tokenize(text)
            pieces.append(np.fromiter(map(number, tokens), np.int32, len(tokens)))
            offsets[row + 1] = offsets[row] + len(tokens)
            if progress and row % 1000 == 0:
                progress(row, len(texts))
        if progress:
            progress(len(texts), len(texts))
        ids = np.concatenate(pieces) if pieces else np.zeros(0, np.int32)
        return cls(list(numbering), ids, offsets)

    @property
    def lengths(self) -> np.ndarray:
        """Words per review, (reviews,) int64."""
        return np.diff(self.offsets)

    def review(self, row: int) -> np.ndarray:
        """The numbers of one review's words, (words,) int32."""
        return self.ids[self.offsets[row] : self.offsets[row + 1]]

    def blocks(self, words: int = BLOCK_WORDS) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Whole reviews, about so many words at a time, in order.

        Gives the number of the first review, offsets (reviews + 1,) into the block, and its ids.
        """
        first, count = 0, len(self.offsets) - 1
        while first < count:
            wanted = self.offsets[first] + words
            last = max(int(np.searchsorted(self.offsets, wanted, side="right")) - 1, first + 1)
            begin, end = self.offsets[first], self.offsets[last]
            yield first, self.offsets[first : last + 1] - begin, self.ids[begin:end]
            first = last

    def word_counts(self, rows: np.ndarray) -> np.ndarray:
        """Occurrences of each word in the reviews chosen by the mask `rows`, (len(words),)."""
        chosen = self.ids[np.repeat(rows, self.lengths)]
        return np.bincount(chosen, minlength=len(self.words))

    def counter(self, rows: np.ndarray) -> Counter[str]:
        """The same as a Counter, without the words that do not occur there."""
        counts = self.word_counts(rows)
        present = np.flatnonzero(counts)
        return Counter({self.words[n]: int(counts[n]) for n in present.tolist()})

    def renumbered(self, indices: np.ndarray) -> np.ndarray:
        """All ids after word n has become `indices[n]`, (total words,) int32."""
        return indices.astype(np.int32)[self.ids] if len(self.ids) else self.ids
