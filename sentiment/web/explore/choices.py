"""What is chosen on the Explore page, whichever view is open: one state, all of it in the URL."""

from dataclasses import dataclass
from typing import get_args

import streamlit as st

from sentiment import web
from sentiment.corpus.review import LABEL_NAMES
from sentiment.encoding.lengths import CutoffEffect, LengthHistogram
from sentiment.encoding.outliers import iqr_cutoffs, percentile_cutoffs, z_score_cutoffs
from sentiment.encoding.settings import Keep, PrepareConfig, SequenceConfig
from sentiment.encoding.statistics import CorpusStatistics
from sentiment.training.config import PRESETS
from sentiment.training.links import link_settings
from sentiment.web.explore.corpora import Explored

ALL = "all"
TYPED, ARTICLE, PERCENTILES, IQR, Z_SCORE = (
    "as typed",
    "the article's",
    "percentiles",
    "IQR",
    "z-score",
)
# Each rule's number: what it is, from where to where, and what it starts with.
STRENGTHS = {
    PERCENTILES: ("Percent cut at each end", 0.0, 49.0, 1.0),
    IQR: ("Times the range of quartiles", 0.0, 20.0, 1.5),
    Z_SCORE: ("Standard deviations", 0.1, 20.0, 3.0),
}
MEANINGS = {
    TYPED: "Type the two lengths, or drag across the chart.",
    ARTICLE: "Drop the tiny and the extremely long, and make every row as long as the mean.",
    PERCENTILES: "Drop the shortest and the longest, so many percent of the reviews each.",
    IQR: "Tukey's fences: outside the quartiles by so many times the range between them.",
    Z_SCORE: "So many standard deviations from the mean.",
}
LONGEST = 1_000_000  # words that can be typed
SIDES = {"head": "head", "tail": "tail", "both": "both ends"}


@dataclass(frozen=True)
class Choices:
    """What a person looks at, and the settings they have chosen for it."""

    corpus: Explored
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
        copies = self.statistics.copied(self.split)
        return CutoffEffect.of(self.lengths, self.low, self.high, copies)

    @property
    def sequence(self) -> SequenceConfig:
        return SequenceConfig(sequence_length=self.sequence_length, truncation=self.truncation)

    def link(self) -> dict[str, str]:
        """These settings as the parameters of a link to the Train page."""
        preset = {"imdb": "quick"}.get(self.corpus.source, "sample")
        settings = {
            "source": self.corpus.source,
            **self.corpus.reading.options(),
            "min_length": self.low,
            "max_length": max(self.low, self.high),
            "sequence_length": self.sequence_length,
            "truncation": self.truncation,
            "max_words": self.max_words,
        }
        return {"preset": preset, **link_settings(settings)}


def choose_reviews(
    known: dict[str, Explored],
) -> tuple[Explored, CorpusStatistics, str | None, str]:
    """The corpus, the split looked at and what colours tell apart."""
    with st.container(horizontal=True, gap="large"):
        name = st.segmented_control(
            "Corpus", list(known), default="IMDB", key="corpus", required=True, bind="query-params"
        )
        corpus = known[name]
        with web.plain_errors():
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
            "Coloured by",
            ["label", "split", "nothing"],
            default="label",
            key="by",
            required=True,
            bind="query-params",
        )
    return corpus, statistics, None if split == ALL else split, by


def choose_settings(
    corpus: Explored, statistics: CorpusStatistics, split: str | None, by: str
) -> Choices:
    """The row of settings above every view, and the way to train with them."""
    lengths = statistics.lengths(split)
    defaults, sequence = PrepareConfig(), SequenceConfig()
    web.start_with(
        rule=TYPED,
        low=defaults.min_length,
        high=defaults.max_length,
        sequence_length=sequence.sequence_length,
        truncation=sequence.truncation,
        max_words=defaults.max_words,
    )
    if st.session_state.pop("take_the_articles", False):
        _take_the_articles(lengths)
    with st.container(border=True):
        by_rule, shortest, longest, row_length, kept_side, size = st.columns(
            6, vertical_alignment="bottom"
        )
        with by_rule:
            rule = st.selectbox(
                "Cutoffs",
                [TYPED, ARTICLE, *STRENGTHS],
                key="rule",
                bind="query-params",
                on_change=_rule_chosen,
                help="  \n".join(f"**{name}**: {meaning}" for name, meaning in MEANINGS.items()),
            )
        _apply(rule, lengths)
        low = shortest.number_input(
            "Shortest kept",
            1,
            LONGEST,
            key="low",
            bind="query-params",
            on_change=_typed,
            help="In words. Shorter reviews are dropped. Empty ones always are.",
        )
        high = longest.number_input(
            "Longest kept",
            1,
            LONGEST,
            key="high",
            bind="query-params",
            on_change=_typed,
            help="In words. Longer reviews are dropped, not cut.",
        )
        length = row_length.number_input(
            "Sequence length",
            1,
            10_000,
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
            1,
            1_000_000,
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


def chart_key() -> str:
    """Of the chart with the brush: another one draws it without what was brushed before."""
    return f"lengths_{st.session_state.get('chart_version', 0)}"


def take_brush(selected: dict[str, list[float]]) -> None:
    """The brush on the chart sets the two number inputs."""
    for low, high in selected.values():
        st.session_state.rule = TYPED
        st.session_state.low = max(1, round(min(low, high)))
        st.session_state.high = max(st.session_state.low, round(max(low, high)))


def _typed() -> None:
    """A number that was typed replaces rule and brush."""
    st.session_state.rule = TYPED
    _forget_brush()


def _forget_brush() -> None:
    st.session_state.chart_version = st.session_state.get("chart_version", 0) + 1


def _rule_chosen() -> None:
    rule = st.session_state.rule
    _forget_brush()
    if rule in STRENGTHS:
        st.session_state.strength = STRENGTHS[rule][-1]
    st.session_state.take_the_articles = rule == ARTICLE


def _apply(rule: str, lengths: LengthHistogram) -> None:
    """A rule other than what is typed sets the two cutoffs, anew for the reviews looked at."""
    if rule not in STRENGTHS:
        return
    title, least, most, start = STRENGTHS[rule]
    web.start_with(strength=start)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        strength = st.number_input(
            title,
            least,
            most,
            key="strength",
            bind="query-params",
            on_change=_forget_brush,
            format="%g",
            width=260,
        )
        logarithms = rule != PERCENTILES and st.toggle(
            "of logarithms",
            key="logarithms",
            bind="query-params",
            on_change=_forget_brush,
            help="Lengths have a long tail on one side. Of their logarithms the rule finds "
            "outliers on both.",
        )
    if rule == PERCENTILES:
        cutoffs = percentile_cutoffs(lengths, strength)
    else:
        of = iqr_cutoffs if rule == IQR else z_score_cutoffs
        cutoffs = of(lengths, strength, logarithms=logarithms)
    st.session_state.low, st.session_state.high = (min(at, LONGEST) for at in cutoffs)


def _take_the_articles(lengths: LengthHistogram) -> None:
    recipe = PRESETS["article"].recipe
    low, high = recipe.prepare.min_length, recipe.prepare.max_length
    mean = lengths.between(low, high).mean
    st.session_state.update(
        low=low,
        high=high,
        sequence_length=min(max(1, round(mean)), 10_000),
        truncation=recipe.sequence.truncation,
        max_words=recipe.prepare.max_words,
    )


def _series(statistics: CorpusStatistics, split: str | None, by: str) -> dict[str, LengthHistogram]:
    if by == "label":
        series = {LABEL_NAMES[n]: statistics.lengths(split, n) for n in statistics.labels}
    elif by == "split" and split is None:
        series = {name: statistics.lengths(name) for name in statistics.splits}
    else:
        series = {split or ALL: statistics.lengths(split)}
    return {name: lengths for name, lengths in series.items() if lengths.reviews}
