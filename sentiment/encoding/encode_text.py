"""One text encoded for the network, with every intermediate form for display."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from sentiment.corpus import limits
from sentiment.encoding.padding import kept_positions, pad_or_truncate
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.tokenize import tokenize
from sentiment.encoding.vocabulary import UNK, Vocabulary
from sentiment.errors import ReviewError


@dataclass(frozen=True)
class EncodedText:
    """All forms of a text: text -> tokens -> ids -> kept tokens -> padded row. Arrays are int."""

    text: str
    tokens: tuple[str, ...]  # all words of the text
    ids: np.ndarray  # (len(tokens),)
    kept: np.ndarray  # positions of `tokens` that truncation keeps, rising
    row: np.ndarray  # (sequence_length,) input of the network
    config: SequenceConfig

    @property
    def kept_tokens(self) -> list[str]:
        return [self.tokens[position] for position in self.kept]

    @property
    def kept_ids(self) -> np.ndarray:
        return self.ids[self.kept]

    @property
    def unknown(self) -> int:
        """Number of kept words that are not in the vocabulary."""
        return int(np.sum(self.kept_ids == UNK))

    @property
    def truncated(self) -> int:
        """Number of words that truncation removes."""
        return len(self.tokens) - len(self.kept)

    @property
    def row_words(self) -> list[str]:
        """The word in each cell of the row, "" for padding."""
        fill = [""] * self.padding
        words = self.kept_tokens
        return fill + words if self.config.padding == "before" else words + fill

    def gaps(self, words: int) -> dict[int, str]:
        """Truncated words: position among the kept words -> the words removed before it.

        words: number of words shown per gap.
        """
        ends = [-1, *self.kept.tolist(), len(self.tokens)]
        gaps = {}
        for place, (start, end) in enumerate(itertools.pairwise(ends)):
            if cut := self.tokens[start + 1 : end]:
                more = len(cut) - words
                gaps[place] = " ".join(cut[:words]) + (f" … and {more:,} more" if more > 0 else "")
        return gaps

    @property
    def padding(self) -> int:
        """Number of `<pad>` cells in the row."""
        return len(self.row) - len(self.kept)

    def word_table(self, vocabulary: Vocabulary, limit: int) -> list[dict[str, Any]]:
        """One row per word, at most `limit`, with its position and token id."""
        kept = set(self.kept.tolist())
        return [
            {
                "position": position + 1,
                "word": word,
                "id": index,
                "seen in training": vocabulary.counts[index],
                "known": index != UNK,
                "read": position in kept,
            }
            for position, (word, index) in enumerate(
                zip(self.tokens[:limit], self.ids[:limit].tolist(), strict=True)
            )
        ]


def check_length(text: str) -> None:
    """Raise ReviewError if a text exceeds the limit of characters of a review."""
    if len(text) > (most := limits.LIMITS.text_characters):
        raise ReviewError(
            f"The text has {len(text):,} characters; the limit is {most:,}. Paste a single review."
        )


def encode_text(text: str, vocabulary: Vocabulary, config: SequenceConfig) -> EncodedText:
    """Tokenize, encode, truncate and pad `text`.

    Raises ReviewError if it is too long or has no words.
    """
    check_length(text)
    tokens = tokenize(text)
    if not tokens:
        raise ReviewError(
            "The text has no words: "
            + ("it is empty" if not text.strip() else "it has only punctuation or symbols")
            + ". Type a review of a few words, such as “I loved it”."
        )
    ids = vocabulary.encode(tokens)
    kept = kept_positions(len(tokens), config.sequence_length, config.truncation)
    return EncodedText(text, tuple(tokens), ids, kept, pad_or_truncate(ids, config), config)
