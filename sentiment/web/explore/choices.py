"""What is chosen on the Explore page, whichever view is open: one state, all of it in the URL."""

from dataclasses import dataclass
from typing import get_args

import streamlit as st

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.corpus.review import LABEL_NAMES
from sentiment.encoding.lengths import CutoffEffect, LengthHistogram
from sentiment.encoding.settings import Keep, PrepareConfig, SequenceConfig
from sentiment.runs.links import CORPUS, link_settings
from sentiment.web import layout
from sentiment.web.explore.corpora import ExploredCorpus
from sentiment.web.explore.rules import LONGEST, TYPED, apply_rule, choose_rule, typed

ALL = "all"
SIDES = {"head": "head", "tail": "tail", "both": "both ends"}


@dataclass(frozen=True)
class Choices:
    """What a person looks at, and the settings they have chosen for it."""

    corpus: ExploredCorpus
    statistics: CorpusStatistics
    split: str | None  # None: all
    by: str
    low: int  # shortest and longest length kept, words
    high: int
    sequence_length: int
    truncation: Keep
    max_words: int

    @property
    def series(self) -> dict[str, LengthHistogram]:
        """The lengths of the reviews looked at, as named series for the charts."""
        return _series(self.statistics, self.split, self.by)

    @property
    def lengths(self) -> LengthHistogram:
        return self.statistics.lengths(self.split)

    @property
    def cut(self) -> CutoffEffect:
        """What the cutoffs drop of them."""
        return self.statistics.cut(self.low, self.high, self.split)

    @property
    def sequence(self) -> SequenceConfig:
        return SequenceConfig(sequence_length=self.sequence_length, truncation=self.truncation)

    def link(self) -> dict[str, str]:
        """These settings as the parameters of a link to the Train page."""
        preset = {"imdb": "quick"}.get(self.corpus.source, "sample")
        own = self.corpus.registered_as
        reviews = {"source": self.corpus.source, **self.corpus.table.options()}
        settings = {
            **({} if own else reviews),
            "min_length": self.low,
            "max_length": max(self.low, self.high),
            "sequence_length": self.sequence_length,
            "truncation": self.truncation,
            "max_words": self.max_words,
        }
        named = {CORPUS: own} if own else {}
        return {"preset": preset, **named, **link_settings(settings)}


def choose_reviews(
    known: dict[str, ExploredCorpus],
) -> tuple[ExploredCorpus, CorpusStatistics, str | None, str]:
    """The corpus, the split looked at and what colors tell apart."""
    with st.container(horizontal=True, gap="medium"):
        name = st.segmented_control(
            "Corpus", list(known), default="IMDB", key="corpus", required=True, bind="query-params"
        )
        corpus = known[name]
        with layout.show_errors():
            statistics = corpus.statistics()
        split = st.segmented_control(
            "Reviews of",
            [ALL, *statistics.splits],
            default=ALL,
            key="split",
            required=True,
            bind="query-params",
        )
        by = st.segmented_control(
            "Colored by",
            ["label", "split", "nothing"],
            default="label",
            key="by",
            required=True,
            bind="query-params",
        )
    return corpus, statistics, None if split == ALL else split, by


def choose_settings(
    corpus: ExploredCorpus, statistics: CorpusStatistics, split: str | None, by: str
) -> Choices:
    """The row of settings above every view, and the way to train with them."""
    lengths = statistics.lengths(split)
    defaults, sequence = PrepareConfig(), SequenceConfig()
    layout.set_defaults(
        rule=TYPED,
        low=defaults.min_length,
        high=defaults.max_length,
        sequence_length=sequence.sequence_length,
        truncation=sequence.truncation,
        max_words=defaults.max_words,
    )
    with st.container(border=True):
        by_rule, shortest, longest, row_length, kept_side, size = st.columns(
            6, vertical_alignment="bottom"
        )
        with by_rule:
            rule = choose_rule(lengths)
        apply_rule(rule, lengths)
        low = shortest.number_input(
            "Shortest kept",
            1,
            LONGEST,
            key="low",
            bind="query-params",
            on_change=typed,
            help="In words. Shorter reviews are dropped. Empty ones always are.",
        )
        high = longest.number_input(
            "Longest kept",
            1,
            LONGEST,
            key="high",
            bind="query-params",
            on_change=typed,
            help="In words. Longer reviews are dropped, not cut.",
        )
        length = row_length.number_input(
            "Sequence length",
            *SequenceConfig.bounds("sequence_length"),
            key="sequence_length",
            bind="query-params",
            help="In words. Longer reviews are truncated to so many.",
        )
        truncation = kept_side.selectbox(
            "Truncation keeps",
            get_args(Keep),
            key="truncation",
            bind="query-params",
            format_func=lambda side: SIDES[side],
        )
        max_words = size.number_input(
            "Vocabulary",
            *PrepareConfig.bounds("max_words"),
            key="max_words",
            bind="query-params",
            help="The most frequent words get a vector of their own; all others share one.",
        )
        choices = Choices(corpus, statistics, split, by, low, high, length, truncation, max_words)
        if low > high:
            st.warning(
                f"Nothing is kept: the shortest ({low}) is longer than the longest ({high})."
            )
        else:
            st.page_link(
                "pages/train.py",
                label="Train with these settings",
                icon=":material/model_training:",
                query_params=choices.link(),
            )
    return choices


def _series(statistics: CorpusStatistics, split: str | None, by: str) -> dict[str, LengthHistogram]:
    if by == "label":
        series = {LABEL_NAMES[n]: statistics.lengths(split, n) for n in statistics.labels}
    elif by == "split" and split is None:
        series = {name: statistics.lengths(name) for name in statistics.splits}
    else:
        series = {split or ALL: statistics.lengths(split)}
    return {name: lengths for name, lengths in series.items() if lengths.reviews}
