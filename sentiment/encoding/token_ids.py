"""Tokenized corpus: all words as numbers, in one pass over the texts.

Eleven million Python strings take most of a gigabyte, so each word is replaced by a number at once,
in the order of first appearance. Counting and renumbering by frequency are array operations.
"""

import contextlib
import itertools
import tempfile
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from sentiment.encoding.tokenize import tokenize
from sentiment.places import data_dir
from sentiment.progress import Progress

IN_MEMORY = 50_000  # reviews, about 50 MB
BLOCK_WORDS = 1 << 18  # per step; they fit into the cache of a processor


@dataclass(frozen=True)
class TokenizedCorpus:
    """Review n is `ids[offsets[n]:offsets[n + 1]]`; ids are indices into `words`."""

    words: list[str]  # distinct words, in order of first appearance
    ids: np.ndarray  # (total words,) int32
    offsets: np.ndarray  # (reviews + 1,) int64

    @classmethod
    def of(
        cls,
        texts: Iterable[str],
        progress: Progress | None = None,
        spill: Path | None = None,
        count: int | None = None,
    ) -> "TokenizedCorpus":
        """Tokenize and number every text.

        count: number of texts, if `texts` has no length.
        spill: a file for ids that do not fit into memory; read them with `blocks`.
        """
        numbering: defaultdict[str, int] = defaultdict(itertools.count().__next__)
        number = numbering.__getitem__
        total = len(cast(Sized, texts)) if count is None else count
        offsets = np.zeros(total + 1, np.int64)
        pieces, waiting = [], 0
        with open(spill, "wb") if spill else contextlib.nullcontext() as file:
            for row, text in enumerate(texts):
                tokens = tokenize(text)
                pieces.append(np.fromiter(map(number, tokens), np.int32, len(tokens)))
                waiting += len(tokens)
                offsets[row + 1] = offsets[row] + len(tokens)
                if file and waiting > BLOCK_WORDS:
                    np.concatenate(pieces).tofile(file)
                    pieces, waiting = [], 0
                if progress and row % 1000 == 0:
                    progress(row, total)
            if progress:
                progress(total, total)
            ids = np.concatenate(pieces) if pieces else np.zeros(0, np.int32)
            if file:
                ids.tofile(file)
        if spill and offsets[-1]:
            ids = np.memmap(spill, np.int32, "r")
        return cls(list(numbering), ids, offsets)

    @classmethod
    def of_any_size(
        cls,
        texts: Iterable[str],
        progress: Progress | None = None,
        count: int | None = None,
    ) -> "TokenizedCorpus":
        """As `of`; the ids of more than IN_MEMORY texts are in a file, removed with the object."""
        count = len(cast(Sized, texts)) if count is None else count
        if count <= IN_MEMORY:
            return cls.of(texts, progress, count=count)
        data_dir().mkdir(parents=True, exist_ok=True)  # /tmp may be small, or in memory
        folder = tempfile.TemporaryDirectory(dir=data_dir(), ignore_cleanup_errors=True)
        spill = Path(folder.name) / "words.bin"
        tokenized = cls.of(texts, progress, spill, count)
        weakref.finalize(tokenized, folder.cleanup)
        return tokenized

    @property
    def lengths(self) -> np.ndarray:
        """Words per review, (reviews,) int64."""
        return np.diff(self.offsets)

    def review(self, row: int) -> np.ndarray:
        """The ids of one review, (words,) int32."""
        return self.ids[self.offsets[row] : self.offsets[row + 1]]

    def blocks(self) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Whole reviews in order, in blocks of about BLOCK_WORDS words.

        Yields the number of the first review, offsets (reviews + 1,) into the block, and its ids.
        """
        first, count = 0, len(self.offsets) - 1
        while first < count:
            limit = self.offsets[first] + BLOCK_WORDS
            last = max(int(np.searchsorted(self.offsets, limit, side="right")) - 1, first + 1)
            begin, end = int(self.offsets[first]), int(self.offsets[last])
            yield first, self.offsets[first : last + 1] - begin, self._between(begin, end)
            first = last

    def _between(self, begin: int, end: int) -> np.ndarray:
        if isinstance(self.ids, np.memmap) and self.ids.filename:
            # Read and not mapped: pages of a memory map stay in memory.
            return np.fromfile(self.ids.filename, np.int32, end - begin, offset=4 * begin)
        return self.ids[begin:end]

    def word_counts(self, rows: np.ndarray) -> np.ndarray:
        """Occurrences of each word in the reviews of the mask `rows`, (len(words),)."""
        counts = np.zeros(len(self.words), np.int64)
        for first, offsets, ids in self.blocks():
            chosen = rows[first : first + len(offsets) - 1]
            if chosen.any():
                counts += np.bincount(
                    ids[np.repeat(chosen, np.diff(offsets))], minlength=len(counts)
                )
        return counts

    def renumbered(self, indices: np.ndarray) -> np.ndarray:
        """All ids with word n replaced by `indices[n]`, (total words,) int32."""
        return indices.astype(np.int32)[self.ids] if len(self.ids) else self.ids
