"""One typed text on its way into the network, every intermediate form kept to be shown."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from sentiment.encoding.padding import kept_positions, pad_or_truncate
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.tokenize import tokenize
from sentiment.encoding.vocabulary import UNK, Vocabulary
from sentiment.errors import ReviewError

MAX_CHARACTERS = 1_000_000  # about 180,000 words; more than any review, less than a hung page


@dataclass(frozen=True)
class EncodedText:
    """text -> tokens -> ids -> kept part -> padded row. Arrays are int."""

    text: str
    tokens: tuple[str, ...]  # all words of the text
    ids: np.ndarray  # (len(tokens),)
    kept: np.ndarray  # positions of `tokens` that truncation keeps, rising
    row: np.ndarray  # (sequence_length,) what enters the network
    config: SequenceConfig

    @property
    def kept_tokens(self) -> list[str]:
        return [self.tokens[position] for position in self.kept]

    @property
    def kept_ids(self) -> np.ndarray:
        return self.ids[self.kept]

    @property
    def unknown(self) -> int:
        """How many of the kept words the vocabulary does not hold."""
        return int(np.sum(self.kept_ids == UNK))

    @property
    def truncated(self) -> int:
        """How many words of the text the row has no room for."""
        return len(self.tokens) - len(self.kept)

    @property
    def row_words(self) -> list[str]:
        """The word in each cell of the row, "" for padding."""
        fill = [""] * self.padding
        words = self.kept_tokens
        return fill + words if self.config.padding == "before" else words + fill

    def gaps(self, words: int) -> dict[int, str]:
        """What truncation cut out: place among the kept words -> the words before it, at most so
        many of them told."""
        ends = [-1, *self.kept.tolist(), len(self.tokens)]
        gaps = {}
        for place, (start, end) in enumerate(itertools.pairwise(ends)):
            if cut := self.tokens[start + 1 : end]:
                more = len(cut) - words
                gaps[place] = " ".join(cut[:words]) + (f" … and {more:,} more" if more > 0 else "")
        return gaps

    @property
    def padding(self) -> int:
        """How many cells of the row hold `<pad>`."""
        return len(self.row) - len(self.kept)

    def word_table(self, vocabulary: Vocabulary, limit: int) -> list[dict[str, Any]]:
        """A row a word, at most `limit`: its place, its integer, whether it is known and read."""
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


def encode_text(text: str, vocabulary: Vocabulary, config: SequenceConfig) -> EncodedText:
    """Tokenize, encode, truncate and pad `text`. Raises ReviewError if it has no words."""
    if len(text) > MAX_CHARACTERS:
        raise ReviewError(
            f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. "
            "Paste a single review."
        )
    tokens = tokenize(text)
    if not tokens:
        raise ReviewError(
            "There are no words to read: "
            + ("the text is empty" if not text.strip() else "it holds only punctuation or signs")
            + ". Type a review of a few words, such as “I loved it”."
        )
    ids = vocabulary.encode(tokens)
    kept = kept_positions(len(tokens), config.sequence_length, config.truncation)
    return EncodedText(text, tuple(tokens), ids, kept, pad_or_truncate(ids, config), config)
