"""Corpus statistics, small enough to ship as JSON and exact enough to explore.

`python -m sentiment stats SOURCE --save FILE` writes the file. The statistics of IMDB come with
the package, so its distributions can be explored before anything is downloaded. They are counts
only: no review can be reconstructed from them.
"""

from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sentiment import atomic
from sentiment.analysis.counting import CorpusCounts, count_corpus, repeated_texts
from sentiment.analysis.positions import BINS, CANDIDATES, TENTHS, PositionProfile, tenths
from sentiment.analysis.word_counts import FrequencyOfCounts, VocabularyCurve, WordCounts
from sentiment.corpus.classes import UNLABELLED, Classes
from sentiment.corpus.review import NO_FILM, Corpus, Split
from sentiment.encoding.lengths import CutoffEffect, LengthHistogram
from sentiment.encoding.splitting import Duplicates, count_duplicates
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.encoding.tokenize import TOKENIZER
from sentiment.encoding.vocabulary import most_frequent
from sentiment.errors import CorpusError
from sentiment.places import SHIPPED, program
from sentiment.progress import Progress
from sentiment.stored import read_json, require_array
from sentiment.typed_data import build, shown

IMDB_STATISTICS = SHIPPED / "imdb-statistics.json"
FORMAT = 6
TOP_WORDS = 20_000  # listed with their counts
POSITIONED_WORDS = 5_000  # the most frequent of these, with their counts by tenth of a review
DISTINCTIVE_WORDS = 100  # per class, the strongest; their positions show what truncation costs

Histograms = dict[str, dict[int, LengthHistogram]]  # split title -> label code -> lengths in words


@dataclass(frozen=True)
class CorpusStatistics:
    """Review lengths by split and label; word counts and word positions of the training split."""

    name: str
    fingerprint: str
    tokenizer: str  # name of the rule that split the texts into words
    classes: Classes
    official: bool  # the source has a test split, to which cutoffs do not apply
    lengths_of_all: Histograms
    lengths_of_repeated: Histograms  # reviews dropped because their text occurs elsewhere
    lengths_of_excluded: Histograms  # of the others, reviews excluded by quality checks
    duplicates: Duplicates
    films: dict[str, int]  # distinct films per split; empty if the source has no films
    words: WordCounts
    tenths: np.ndarray  # (words, TENTHS) occurrences of the first of `words` by tenth of a review
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
        excluded: np.ndarray | None = None,
    ) -> "CorpusStatistics":
        """Count `corpus`. Its texts are read only if `tokenized` or `digests` is missing.

        tokenized, digests: its words and (N, 2) `text_digests`. excluded: (N,) bool, the reviews
        that quality checks exclude.
        """
        counts = count_corpus(corpus, progress, tokenized=tokenized, digests=digests)
        everything = np.ones(len(corpus), bool)
        repeated = repeated_texts(counts.texts, corpus.splits, corpus.official)
        excluded = ~everything if excluded is None else excluded & ~repeated
        totals = counts.by_class.sum(axis=0)
        top = np.array(most_frequent(counts.words, totals, TOP_WORDS), np.int64)
        words = WordCounts(
            words=[counts.words[n] for n in top],
            by_class=counts.by_class[:, top],
            reviews=counts.reviews[top],
            class_totals=counts.by_class.sum(axis=1),
            review_total=counts.train_reviews,
        )
        fitted = totals - counts.held_out if counts.held_out_in_train else totals
        _, numbers = np.unique(counts.texts, return_inverse=True)
        return cls(
            name=corpus.name,
            fingerprint=corpus.fingerprint,
            tokenizer=TOKENIZER,
            classes=corpus.classes,
            official=corpus.official,
            lengths_of_all=_histograms(corpus, counts.lengths, everything),
            lengths_of_repeated=_histograms(corpus, counts.lengths, repeated),
            lengths_of_excluded=_histograms(corpus, counts.lengths, excluded),
            duplicates=count_duplicates(numbers, corpus.splits),
            films=_film_counts(corpus),
            words=words,
            tenths=tenths(counts.sample, top[:POSITIONED_WORDS]),
            frequencies=FrequencyOfCounts.of(totals),
            vocabulary=VocabularyCurve.of(fitted, counts.held_out, counts.words),
            positions=PositionProfile.of(
                counts.sample, _word_classes(counts, words, top), len(corpus.classes)
            ),
        )

    @property
    def splits(self) -> list[str]:
        return list(self.lengths_of_all)

    @cached_property
    def labels(self) -> list[int]:
        """The codes that occur, UNLABELLED last."""
        found = {n for labels in self.lengths_of_all.values() for n in labels}
        return sorted(found, key=lambda code: (code == UNLABELLED, code))

    def lengths(self, split: str | None = None, label: int | None = None) -> LengthHistogram:
        """Lengths of the reviews of one split and label; None stands for all of them."""
        return _merged(self.lengths_of_all, split, label)

    def length_series(self, split: str | None, by: str) -> dict[str, LengthHistogram]:
        """Lengths in the series that a chart shows: by "label", by "split", or one series."""
        if by == "label":
            series = {self.classes.name(label): self.lengths(split, label) for label in self.labels}
        elif by == "split" and split is None:
            series = {name: self.lengths(name) for name in self.splits}
        else:
            series = {split or "all": self.lengths(split)}
        return {name: lengths for name, lengths in series.items() if lengths.reviews}

    def repeated_lengths(
        self, split: str | None = None, label: int | None = None
    ) -> LengthHistogram:
        """Lengths of the reviews dropped because their text occurs elsewhere."""
        return _merged(self.lengths_of_repeated, split, label)

    def excluded_lengths(
        self, split: str | None = None, label: int | None = None
    ) -> LengthHistogram:
        """Lengths of the reviews excluded by quality checks."""
        return _merged(self.lengths_of_excluded, split, label)

    def with_exclusions_of(self, divided: "CorpusStatistics") -> "CorpusStatistics":
        """These statistics with the exclusions of `divided`: the same reviews in more splits."""
        parts: dict[str, dict[int, list[LengthHistogram]]] = {}
        for split, labels in divided.lengths_of_excluded.items():
            own_split = split if split in self.splits else Split.TRAIN.title
            for label, lengths in labels.items():
                parts.setdefault(own_split, {}).setdefault(label, []).append(lengths)
        merged = {
            split: {label: LengthHistogram.merged(some) for label, some in labels.items()}
            for split, labels in parts.items()
        }
        return replace(self, lengths_of_excluded=merged)

    def cut(
        self, low: int, high: int, split: str | None = None, label: int | None = None
    ) -> CutoffEffect:
        """Numbers of reviews kept and dropped if cutoffs keep `low` to `high` words, inclusive."""
        return CutoffEffect.of(
            self.lengths(split, label),
            low,
            high,
            self.repeated_lengths(split, label),
            self.excluded_lengths(split, label),
        )

    def to_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **_to_json(self)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "CorpusStatistics":
        """Raises TypeError or ValueError if `value` does not come from `to_json`."""
        value = dict(value)
        if (found := value.pop("format", None)) != FORMAT:
            raise ValueError(f"format {shown(found)}, expected {FORMAT}")
        statistics = build(cls, value)
        _require_consistent(statistics)
        return statistics

    def save(self, path: Path) -> None:
        atomic.write_json(path, self.to_json(), indent=None)

    @classmethod
    def load(cls, path: Path = IMDB_STATISTICS) -> "CorpusStatistics":
        """Read a statistics file. Raises CorpusError if it is missing or damaged."""
        found: CorpusStatistics = read_json(
            path,
            dict[str, Any],
            CorpusError,
            f"Create it again with `{program()} stats SOURCE --save FILE`.",
            then=cls.from_json,
        )
        return found


def _require_consistent(statistics: CorpusStatistics) -> None:
    """Raise ValueError unless the arrays are consistent and hold counts."""
    words, curve = statistics.words, statistics.vocabulary
    frequencies, positions = statistics.frequencies, statistics.positions
    for by_class in (words.by_class, positions.by_class, positions.words):
        if len(by_class) != len(statistics.classes):
            raise ValueError(
                f"there are counts of {len(by_class)} classes, expected {len(statistics.classes)}"
            )
    histograms = [
        histogram
        for parts in (
            statistics.lengths_of_all,
            statistics.lengths_of_repeated,
            statistics.lengths_of_excluded,
        )
        for labels in _of_known(parts, statistics.classes).values()
        for histogram in labels.values()
    ]
    together = [
        (*words.by_class, words.reviews, np.zeros(len(words), np.int64)),
        (words.class_totals, np.zeros(len(statistics.classes), np.int64)),
        (curve.sizes, curve.covered, curve.missed, curve.rarest),
        (frequencies.counts, frequencies.words),
        (*positions.by_class, positions.all_words, np.zeros(BINS, np.int64)),
        *((kept, np.zeros(len(CANDIDATES), np.int64)) for kept in positions.kept.values()),
        *((histogram.lengths, histogram.counts) for histogram in histograms),
    ]
    for arrays in together:
        for array in arrays:
            require_array(array, shape=(len(arrays[-1]),), low=0)
    positioned = min(len(words), POSITIONED_WORDS)
    if positioned:  # else JSON does not contain the shape
        require_array(statistics.tenths, shape=(positioned, TENTHS), low=0)
    rising = [curve.sizes, *(histogram.lengths for histogram in histograms)]
    if any((np.diff(array) <= 0).any() for array in rising):
        raise ValueError("the lengths or sizes do not rise")


def _of_known(histograms: Histograms, classes: Classes) -> Histograms:
    titles, codes = {split.title for split in Split}, {*classes.codes, UNLABELLED}
    for split, labels in histograms.items():
        if split not in titles or not set(labels) <= codes:
            raise ValueError(f"the split {shown(split)} or a label of it is unknown")
    return histograms


def _word_classes(counts: CorpusCounts, words: WordCounts, top: np.ndarray) -> np.ndarray:
    """The class that each word is distinctive of, else -1, (V,) int8.

    A word that is distinctive of several classes counts for the one with the largest log-odds.
    """
    classes = np.full(len(counts.words), -1, np.int8)
    for ranks in words.most_distinctive(DISTINCTIVE_WORDS, by_strength=True):
        classes[top[ranks]] = np.argmax(words.log_odds.strength[:, ranks], axis=0)
    return classes


def _histograms(corpus: Corpus, lengths: np.ndarray, chosen: np.ndarray) -> Histograms:
    """The lengths of the chosen reviews by split and label, without empty groups."""
    histograms: Histograms = {}
    for split in Split:
        for label in (*corpus.classes.codes, UNLABELLED):
            rows = chosen & (corpus.splits == split) & (corpus.labels == label)
            if rows.any():
                by_label = histograms.setdefault(split.title, {})
                by_label[label] = LengthHistogram.of(lengths[rows])
    return histograms


def _film_counts(corpus: Corpus) -> dict[str, int]:
    if corpus.films is None:
        return {}
    known = {
        split.title: corpus.films[(corpus.splits == split) & (corpus.films != NO_FILM)]
        for split in Split
    }
    return {title: len(np.unique(films)) for title, films in known.items() if len(films)}


def _merged(histograms: Histograms, split: str | None, label: int | None) -> LengthHistogram:
    return LengthHistogram.merged(
        histogram
        for of_split, labels in histograms.items()
        for of_label, histogram in labels.items()
        if split in (None, of_split) and label in (None, of_label)
    )


def _to_json(value: Any) -> Any:
    """Nested dataclasses, dicts and integer arrays as plain JSON values."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if is_dataclass(value):
        return {field.name: _to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): _to_json(item) for key, item in value.items()}
    return value
