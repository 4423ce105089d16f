"""Vocabulary: words and their token ids, by falling frequency."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sentiment.errors import ConfigError, ModelError

PAD, UNK = 0, 1
PAD_WORD, UNK_WORD = "<pad>", "<unk>"  # the tokenizer never returns these
FIRST_WORD = 2


@dataclass(frozen=True)
class StoredWords:
    """The content of vocabulary.json: `Vocabulary.to_json`."""

    words: list[str]
    counts: list[int]


class Vocabulary:
    """Words and their ids: `<pad>` = 0, `<unk>` = 1, then words by falling frequency.

    Equally frequent words are in alphabetical order, so the vocabulary does not depend on the
    order of the texts.
    """

    def __init__(self, words: Sequence[str], counts: Sequence[int]):
        """words: most frequent first, without `<pad>` and `<unk>`; counts: of each."""
        if len(words) != len(counts) or len(set(words)) != len(words):
            raise ModelError(
                f"The vocabulary is damaged: it has {len(words)} words ({len(set(words))} "
                f"distinct) and {len(counts)} counts; expected distinct words with one count each. "
                "Prepare the corpus again or fetch the model folder again."
            )
        self.words: list[str] = [PAD_WORD, UNK_WORD, *words]
        self.counts: list[int] = [0, 0, *counts]
        self._index = {word: index for index, word in enumerate(self.words)}

    @classmethod
    def from_counts(
        cls,
        words: Sequence[str],
        counts: np.ndarray,
        *,
        max_words: int | None = None,
        min_count: int = 1,
    ) -> "Vocabulary":
        """Keep the `max_words` most frequent words that occur at least `min_count` times.

        words: distinct; counts: (len(words),) occurrences of each. Raises ConfigError if
        `max_words` is less than 1.
        """
        if max_words is not None and max_words < 1:
            raise ConfigError(f"max_words is {max_words}; expected at least 1.")
        places = most_frequent(words, counts, max_words, min_count=min_count)
        return cls([words[place] for place in places], counts[places].tolist())

    def __len__(self) -> int:
        """Number of ids, `<pad>` and `<unk>` included: the rows of an embedding."""
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return self._index.get(word, PAD) >= FIRST_WORD

    def index(self, word: str) -> int:
        return self._index.get(word, UNK)

    def encode(self, tokens: Sequence[str]) -> np.ndarray:
        """Ids of `tokens`, (len(tokens),) int32; unknown words become `<unk>`."""
        lookup = self._index
        return np.fromiter((lookup.get(token, UNK) for token in tokens), np.int32, len(tokens))

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Words of `ids`, `<pad>` and `<unk>` included."""
        return [self.words[index] for index in ids]

    def to_json(self) -> dict[str, Any]:
        return {"words": self.words[FIRST_WORD:], "counts": self.counts[FIRST_WORD:]}


def most_frequent(
    words: Sequence[str], counts: np.ndarray, limit: int | None = None, *, min_count: int = 1
) -> list[int]:
    """Indices of the `limit` most frequent words; equally frequent ones in alphabetical order.

    counts: (len(words),) occurrences of each. Words with fewer than `min_count` or with no
    occurrences are omitted.
    """
    frequent = np.flatnonzero(counts >= max(min_count, 1))
    if limit is not None and len(frequent) > limit:
        # Sort only the candidates: all words at least as frequent as the last one.
        least = -np.partition(-counts[frequent], limit - 1)[limit - 1]
        frequent = frequent[counts[frequent] >= least]
    return sorted(frequent.tolist(), key=lambda place: (-int(counts[place]), words[place]))[:limit]
