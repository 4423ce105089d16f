"""Statistics of a corpus: small enough to ship, exact enough to explore.

`python -m sentiment stats SOURCE --save FILE` makes the file; IMDB's is shipped with the package,
so that its real distributions can be explored before anything is downloaded.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sentiment import atomic
from sentiment.corpus.review import LABEL_NAMES, NEGATIVE, POSITIVE, Corpus, Split
from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.splitting import Duplicates, count_duplicates, text_numbers
from sentiment.encoding.tokenize import TOKENIZER_VERSION
from sentiment.encoding.tokenized import Progress, TokenizedCorpus
from sentiment.encoding.vocabulary import FIRST_WORD
from sentiment.errors import CorpusError
from sentiment.places import SHIPPED

IMDB_STATISTICS = SHIPPED / "imdb-statistics.json"
FORMAT = 1
TOP_WORDS = 3_000


@dataclass(frozen=True)
class WordCount:
    word: str
    negative: int  # occurrences in negative training reviews
    positive: int  # occurrences in positive training reviews

    @property
    def total(self) -> int:
        return self.negative + self.positive


@dataclass(frozen=True)
class CorpusStatistics:
    """Lengths by split and label, and word counts of the training split.

    `groups` maps (split title, label code) to the lengths of its reviews, in words.
    """

    name: str
    fingerprint: str
    groups: Mapping[tuple[str, int], LengthHistogram]
    duplicates: Duplicates
    films: Mapping[str, int]  # different films per split; empty where the source does not say
    distinct_words: int  # in the training split
    total_words: int
    words_once: int  # words that occur a single time
    top_words: tuple[WordCount, ...]  # the most frequent of the training split, falling

    @classmethod
    def of(cls, corpus: Corpus, progress: Progress | None = None) -> "CorpusStatistics":
        """Tokenize and count `corpus`."""
        tokenized = TokenizedCorpus.of(corpus.texts, progress)
        groups = {}
        for split in Split:
            for label in LABEL_NAMES:
                rows = (corpus.splits == split) & (corpus.labels == label)
                if rows.any():
                    groups[split.title, label] = LengthHistogram.of(tokenized.lengths[rows])
        train = corpus.splits == Split.TRAIN
        negative = tokenized.word_counts(train & (corpus.labels == NEGATIVE))
        positive = tokenized.word_counts(train & (corpus.labels == POSITIVE))
        totals = negative + positive
        top = sorted(
            np.flatnonzero(totals).tolist(), key=lambda n: (-totals[n], tokenized.words[n])
        )[:TOP_WORDS]
        films = {}
        if corpus.films is not None:
            for split in Split:
                known = np.unique(corpus.films[(corpus.splits == split) & (corpus.films >= 0)])
                if len(known):
                    films[split.title] = len(known)
        return cls(
            name=corpus.name,
            fingerprint=corpus.fingerprint,
            groups=groups,
            duplicates=count_duplicates(text_numbers(corpus.texts), corpus.splits),
            films=films,
            distinct_words=int(np.count_nonzero(totals)),
            total_words=int(totals.sum()),
            words_once=int(np.sum(totals == 1)),
            top_words=tuple(
                WordCount(tokenized.words[n], int(negative[n]), int(positive[n])) for n in top
            ),
        )

    @cached_property
    def splits(self) -> list[str]:
        return list(dict.fromkeys(split for split, _ in self.groups))

    @cached_property
    def labels(self) -> list[int]:
        return list(dict.fromkeys(label for _, label in self.groups))

    def lengths(self, split: str | None = None, label: int | None = None) -> LengthHistogram:
        """Lengths of the reviews of one split or label, or of both together where None."""
        return LengthHistogram.merged(
            histogram
            for (of_split, of_label), histogram in self.groups.items()
            if split in (None, of_split) and label in (None, of_label)
        )

    def word_table(self) -> list[dict[str, Any]]:
        """A row a word, by index, with the share of its occurrences in positive reviews."""
        return [
            {
                "index": index,
                "word": top.word,
                "count": top.total,
                "in positive": top.positive / top.total,
            }
            for index, top in enumerate(self.top_words, start=FIRST_WORD)
        ]

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "tokenizer_version": TOKENIZER_VERSION,
            "name": self.name,
            "fingerprint": self.fingerprint,
            "groups": [
                {
                    "split": split,
                    "label": label,
                    "lengths": histogram.lengths.tolist(),
                    "counts": histogram.counts.tolist(),
                }
                for (split, label), histogram in self.groups.items()
            ],
            "duplicates": asdict(self.duplicates),
            "films": dict(self.films),
            "distinct_words": self.distinct_words,
            "total_words": self.total_words,
            "words_once": self.words_once,
            "top_words": [[top.word, top.negative, top.positive] for top in self.top_words],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "CorpusStatistics":
        return cls(
            name=value["name"],
            fingerprint=value["fingerprint"],
            groups={
                (group["split"], group["label"]): LengthHistogram(
                    np.array(group["lengths"], np.int64), np.array(group["counts"], np.int64)
                )
                for group in value["groups"]
            },
            duplicates=Duplicates(**value["duplicates"]),
            films=value["films"],
            distinct_words=value["distinct_words"],
            total_words=value["total_words"],
            words_once=value["words_once"],
            top_words=tuple(WordCount(*entry) for entry in value["top_words"]),
        )

    def save(self, path: Path) -> None:
        atomic.write_json(path, self.to_json(), indent=None)

    @classmethod
    def load(cls, path: Path = IMDB_STATISTICS) -> "CorpusStatistics":
        """Read a statistics file. Raises CorpusError if it is missing or damaged."""
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorpusError(
                f"The statistics in {path} cannot be read ({error!r}). Make them again with "
                "`python -m sentiment stats SOURCE --save FILE`."
            ) from error
