"""Statistics of a corpus: small enough to ship, exact enough to explore.

`python -m sentiment stats SOURCE --save FILE` makes the file; IMDB's is shipped with the package,
so that its real distributions can be explored before anything is downloaded. They are counts and
nothing else: no review can be read from them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sentiment import atomic
from sentiment.analysis.counting import Counted, copies, count_corpus
from sentiment.analysis.positions import TENTHS, PositionProfile, tenths
from sentiment.analysis.word_counts import FrequencyOfCounts, VocabularyCurve, WordCounts
from sentiment.corpus.review import LABEL_NAMES, NEGATIVE, NO_FILM, POSITIVE, Corpus, Split
from sentiment.encoding.lengths import CutoffEffect, LengthHistogram
from sentiment.encoding.splitting import Duplicates, count_duplicates
from sentiment.encoding.token_ids import Progress, TokenizedCorpus
from sentiment.encoding.tokenize import TOKENIZER_VERSION
from sentiment.encoding.vocabulary import most_frequent
from sentiment.errors import CorpusError
from sentiment.places import SHIPPED

IMDB_STATISTICS = SHIPPED / "imdb-statistics.json"
FORMAT = 3
TOP_WORDS = 20_000  # that are listed
PLACED_WORDS = 5_000  # of these, those whose places in a review are counted
TELLING_WORDS = 100  # of each class, the strongest, whose places tell what truncation costs

Groups = Mapping[tuple[str, int], LengthHistogram]


@dataclass(frozen=True)
class CorpusStatistics:
    """Lengths by split and label; words of the training split, and where in a review they stand.

    `groups`, `copies` and `excluded` map (split title, label code) to the lengths of its reviews,
    in words.
    """

    name: str
    fingerprint: str
    official: bool  # whether the source brings a test split, which cutoffs leave alone
    groups: Groups
    copies: Groups  # of these, the reviews that preparing drops since their text stands elsewhere
    excluded: Groups  # of the others, those left out for their quality, as was asked for
    duplicates: Duplicates
    films: Mapping[str, int]  # different films per split; empty where the source does not say
    words: WordCounts
    tenths: np.ndarray  # (words placed, TENTHS) where the first of `words` stand
    frequencies: FrequencyOfCounts
    vocabulary: VocabularyCurve
    positions: PositionProfile

    @classmethod
    def of(
        cls,
        corpus: Corpus,
        progress: Progress | None = None,
        *,
        tokenized: TokenizedCorpus | None = None,
        digests: np.ndarray | None = None,
        left_out: np.ndarray | None = None,
    ) -> "CorpusStatistics":
        """Count `corpus`; its texts are read only where what follows is not given.

        tokenized, digests: its words and (N, 2) `text_digests`. left_out: (N,) bool, the reviews
        that are not trained on for their quality.
        """
        counted = count_corpus(corpus, progress, tokenized=tokenized, digests=digests)
        dropped = copies(counted.texts, corpus.splits, corpus.official)
        left_out = np.zeros(len(corpus), bool) if left_out is None else left_out & ~dropped
        totals = counted.negative + counted.positive
        top = most_frequent(counted.words, totals, TOP_WORDS)
        words = WordCounts(
            words=[counted.words[n] for n in top],
            negative=counted.negative[top],
            positive=counted.positive[top],
            reviews=counted.reviews[top],
            negative_total=int(counted.negative.sum()),
            positive_total=int(counted.positive.sum()),
            review_total=counted.train_reviews,
        )
        fitted = totals - counted.held_out if counted.held_out_in_train else totals
        _, numbers = np.unique(counted.texts, return_inverse=True)
        return cls(
            name=corpus.name,
            fingerprint=corpus.fingerprint,
            official=corpus.official,
            groups=_groups(corpus, counted.lengths, np.ones(len(corpus), bool)),
            copies=_groups(corpus, counted.lengths, dropped),
            excluded=_groups(corpus, counted.lengths, left_out),
            duplicates=count_duplicates(numbers, corpus.splits),
            films=_films(corpus),
            words=words,
            tenths=tenths(counted.sample, np.array(top[:PLACED_WORDS], np.int64)),
            frequencies=FrequencyOfCounts.of(totals),
            vocabulary=VocabularyCurve.of(fitted, counted.held_out, counted.words),
            positions=PositionProfile.of(counted.sample, _telling(counted, words, top)),
        )

    @cached_property
    def splits(self) -> list[str]:
        return list(dict.fromkeys(split for split, _ in self.groups))

    @cached_property
    def labels(self) -> list[int]:
        return list(dict.fromkeys(label for _, label in self.groups))

    def lengths(self, split: str | None = None, label: int | None = None) -> LengthHistogram:
        """Lengths of the reviews of one split or label, or of both together where None."""
        return _merged(self.groups, split, label)

    def copied(self, split: str | None = None, label: int | None = None) -> LengthHistogram:
        """The same of the reviews that are dropped as copies."""
        return _merged(self.copies, split, label)

    def left_out(self, split: str | None = None, label: int | None = None) -> LengthHistogram:
        """The same of those that are left out for their quality."""
        return _merged(self.excluded, split, label)

    def leaving_out(self, divided: "CorpusStatistics") -> "CorpusStatistics":
        """These with what `divided` leaves out, which counts the same reviews in more parts."""
        excluded: dict[tuple[str, int], list[LengthHistogram]] = {}
        for (split, label), lengths in divided.excluded.items():
            part = split if split in self.splits else Split.TRAIN.title
            excluded.setdefault((part, label), []).append(lengths)
        merged = {group: LengthHistogram.merged(parts) for group, parts in excluded.items()}
        return replace(self, excluded=merged)

    def cut(
        self, low: int, high: int, split: str | None = None, label: int | None = None
    ) -> CutoffEffect:
        """What is kept and dropped of these reviews when lengths from `low` to `high` are kept."""
        return CutoffEffect.of(
            self.lengths(split, label),
            low,
            high,
            self.copied(split, label),
            self.left_out(split, label),
        )

    def to_json(self) -> dict[str, Any]:
        words, positions = self.words, self.positions
        return {
            "format": FORMAT,
            "tokenizer_version": TOKENIZER_VERSION,
            "name": self.name,
            "fingerprint": self.fingerprint,
            "official": self.official,
            "groups": _groups_to_json(self.groups),
            "copies": _groups_to_json(self.copies),
            "excluded": _groups_to_json(self.excluded),
            "duplicates": asdict(self.duplicates),
            "films": dict(self.films),
            "words": {
                "words": " ".join(words.words),  # the tokenizer leaves no white space in a word
                "negative": words.negative.tolist(),
                "positive": words.positive.tolist(),
                "reviews": words.reviews.tolist(),
                "negative_total": words.negative_total,
                "positive_total": words.positive_total,
                "review_total": words.review_total,
            },
            "tenths": self.tenths.ravel().tolist(),
            "frequencies": _columns(self.frequencies, "counts", "words"),
            "vocabulary": {
                **_columns(self.vocabulary, "sizes", "covered", "missed", "rarest"),
                "words": self.vocabulary.words,
                "held_out": self.vocabulary.held_out,
            },
            "positions": {
                "reviews": positions.reviews,
                "words": list(positions.words),
                **_columns(positions, "negative", "positive", "everything"),
                "kept": {side: kept.tolist() for side, kept in positions.kept.items()},
            },
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "CorpusStatistics":
        if value["format"] != FORMAT:
            raise ValueError(f"format {value['format']!r}, expected {FORMAT}")
        words, vocabulary, positions = value["words"], value["vocabulary"], value["positions"]
        return cls(
            name=value["name"],
            fingerprint=value["fingerprint"],
            official=value["official"],
            groups=_groups_from_json(value["groups"]),
            copies=_groups_from_json(value["copies"]),
            excluded=_groups_from_json(value["excluded"]),
            duplicates=Duplicates(**value["duplicates"]),
            films=value["films"],
            words=WordCounts(
                words["words"].split(),
                **_arrays(words, "negative", "positive", "reviews"),
                negative_total=words["negative_total"],
                positive_total=words["positive_total"],
                review_total=words["review_total"],
            ),
            tenths=_array(value["tenths"]).reshape(-1, TENTHS),
            frequencies=FrequencyOfCounts(**_arrays(value["frequencies"], "counts", "words")),
            vocabulary=VocabularyCurve(
                **_arrays(vocabulary, "sizes", "covered", "missed", "rarest"),
                words=vocabulary["words"],
                held_out=vocabulary["held_out"],
            ),
            positions=PositionProfile(
                reviews=positions["reviews"],
                words=(positions["words"][0], positions["words"][1]),
                **_arrays(positions, "negative", "positive", "everything"),
                kept={side: _array(kept) for side, kept in positions["kept"].items()},
            ),
        )

    def save(self, path: Path) -> None:
        atomic.write_json(path, self.to_json(), indent=None)

    @classmethod
    def load(cls, path: Path = IMDB_STATISTICS) -> "CorpusStatistics":
        """Read a statistics file. Raises CorpusError if it is missing or damaged."""
        return atomic.read_json(
            path,
            cls.from_json,
            CorpusError,
            "Make it again with `python -m sentiment stats SOURCE --save FILE`.",
        )


def _telling(counted: Counted, words: WordCounts, top: list[int]) -> np.ndarray:
    """The class that each word tells, NEGATIVE or POSITIVE, -1 for those that tell none, (V,)."""
    telling = np.full(len(counted.words), -1, np.int8)
    places = words.most_telling(TELLING_WORDS, by_strength=True)
    for label, chosen in zip((NEGATIVE, POSITIVE), places, strict=True):
        telling[np.array(top, np.int64)[chosen]] = label
    return telling


def _groups(corpus: Corpus, lengths: np.ndarray, chosen: np.ndarray) -> Groups:
    groups = {}
    for split in Split:
        for label in LABEL_NAMES:
            rows = chosen & (corpus.splits == split) & (corpus.labels == label)
            if rows.any():
                groups[split.title, label] = LengthHistogram.of(lengths[rows])
    return groups


def _films(corpus: Corpus) -> dict[str, int]:
    if corpus.films is None:
        return {}
    known = {
        split.title: corpus.films[(corpus.splits == split) & (corpus.films != NO_FILM)]
        for split in Split
    }
    return {title: len(np.unique(films)) for title, films in known.items() if len(films)}


def _merged(groups: Groups, split: str | None, label: int | None) -> LengthHistogram:
    return LengthHistogram.merged(
        histogram
        for (of_split, of_label), histogram in groups.items()
        if split in (None, of_split) and label in (None, of_label)
    )


def _array(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


def _arrays(value: dict[str, Any], *names: str) -> dict[str, np.ndarray]:
    return {name: _array(value[name]) for name in names}


def _columns(of: object, *names: str) -> dict[str, list[int]]:
    return {name: getattr(of, name).tolist() for name in names}


def _groups_to_json(groups: Groups) -> list[dict[str, Any]]:
    return [
        {"split": split, "label": label, **_columns(histogram, "lengths", "counts")}
        for (split, label), histogram in groups.items()
    ]


def _groups_from_json(value: list[dict[str, Any]]) -> Groups:
    return {
        (group["split"], group["label"]): LengthHistogram(**_arrays(group, "lengths", "counts"))
        for group in value
    }
