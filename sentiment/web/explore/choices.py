"""Corpus and settings of the Explore page, shared by all views and stored in the link."""

from dataclasses import dataclass
from typing import Any, get_args

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.corpus.sources import IN_ARCHIVE
from sentiment.encoding.lengths import CutoffEffect, LengthHistogram
from sentiment.encoding.settings import Keep, PrepareConfig, SequenceConfig
from sentiment.runs.links import CORPUS, link_settings
from sentiment.settings import Settings
from sentiment.training.presets import PRESETS
from sentiment.web import layout
from sentiment.web.explore.corpora import ExplorableCorpus
from sentiment.web.explore.rules import MANUAL, apply_rule, choose_rule, set_manually

ALL = "all"
SIDES = {"head": "head", "tail": "tail", "both": "both ends"}


@dataclass(frozen=True)
class Choices:
    """The reviews shown, and the settings chosen for them."""

    corpus: ExplorableCorpus
    statistics: CorpusStatistics
    split: str | None  # None: all
    color: str  # the colors of the charts are by "label", "split" or "nothing"
    min_length: int  # words
    max_length: int
    sequence_length: int
    truncation: Keep
    max_words: int

    @property
    def series(self) -> dict[str, LengthHistogram]:
        return self.statistics.length_series(self.split, self.color)

    @property
    def lengths(self) -> LengthHistogram:
        return self.statistics.lengths(self.split)

    @property
    def cut(self) -> CutoffEffect:
        return self.statistics.cut(self.min_length, self.max_length, self.split)

    @property
    def sequence(self) -> SequenceConfig:
        return SequenceConfig(sequence_length=self.sequence_length, truncation=self.truncation)

    def link(self) -> dict[str, str]:
        """These settings as query parameters for the Train page."""
        corpus = self.corpus
        name = corpus.registered_as
        source = {} if name else {"source": corpus.source, **corpus.table.options()}
        settings = {
            **source,
            "min_length": self.min_length,
            "max_length": max(self.min_length, self.max_length),
            "sequence_length": self.sequence_length,
            "truncation": self.truncation,
            "max_words": self.max_words,
        }
        preset = "quick" if corpus.source in IN_ARCHIVE else "sample"
        return {
            "preset": PRESETS[preset].title,
            **({CORPUS: name} if name else {}),
            **link_settings(settings),
        }


def choose_reviews(
    corpora: dict[str, ExplorableCorpus],
) -> tuple[ExplorableCorpus, CorpusStatistics, str | None, str]:
    """The corpus, its statistics, the split shown, and by what the charts are colored."""
    with st.container(horizontal=True, gap="medium"):
        names = list(corpora)
        name = st.selectbox(
            "Corpus",
            names,
            index=names.index("IMDB") if "IMDB" in names else 0,
            key="corpus",
            bind="query-params",
            width=220,
        )
        with layout.show_errors():
            statistics = corpora[name].statistics()
        split = layout.choose_one("Split", [ALL, *statistics.splits], key="split")
        color = layout.choose_one("Color by", ["label", "split", "nothing"], key="color")
    return corpora[name], statistics, None if split == ALL else split, color


def choose_settings(
    corpus: ExplorableCorpus, statistics: CorpusStatistics, split: str | None, color: str
) -> Choices:
    """Draw the settings, in an expander above every view."""
    lengths = statistics.lengths(split)
    prepare, sequence = PrepareConfig(), SequenceConfig()
    layout.set_defaults(
        rule=MANUAL,
        min_length=prepare.min_length,
        max_length=prepare.max_length,
        sequence_length=sequence.sequence_length,
        truncation=sequence.truncation,
        max_words=prepare.max_words,
    )
    with st.expander("Cutoffs, sequence length and vocabulary", icon=":material/tune:"):
        columns = st.columns(6, vertical_alignment="bottom")
        with columns[0]:
            rule = choose_rule(lengths)
        apply_rule(rule, lengths)
        choices = Choices(
            corpus,
            statistics,
            split,
            color,
            min_length=_number(
                columns[1], "Shortest kept", PrepareConfig, "min_length", on_change=set_manually
            ),
            max_length=_number(
                columns[2], "Longest kept", PrepareConfig, "max_length", on_change=set_manually
            ),
            sequence_length=_number(
                columns[3], "Sequence length", SequenceConfig, "sequence_length"
            ),
            truncation=columns[4].selectbox(
                "Truncation keeps",
                get_args(Keep),
                get_args(Keep).index(sequence.truncation),
                key="truncation",
                bind="query-params",
                format_func=lambda side: SIDES[side],
            ),
            max_words=_number(columns[5], "Vocabulary", PrepareConfig, "max_words"),
        )
    if choices.min_length > choices.max_length:
        st.warning(
            f"No review is kept: the shortest length ({choices.min_length}) exceeds the "
            f"longest ({choices.max_length})."
        )
    return choices


def show_next_steps(choices: Choices) -> None:
    """Show the settings in a sentence, and links to the Train and Reviews pages."""
    if choices.min_length <= choices.max_length:
        st.caption(
            f"Kept: {choices.min_length:,} to {choices.max_length:,} words. Rows of "
            f"{choices.sequence_length:,} words. Vocabulary: {choices.max_words:,} words."
        )
    with st.container(horizontal=True):
        if choices.min_length <= choices.max_length:
            layout.link_to("train", "Train with these settings", "model_training", choices.link())
        layout.link_to("reviews", "Read the reviews", "menu_book", choices.corpus.link)
        layout.link_to(
            "reviews",
            "Clean the reviews",
            "cleaning_services",
            choices.corpus.link | {"reviews_view": "Quality"},
        )


def _number(
    column: DeltaGenerator, title: str, config: type[Settings], name: str, **options: Any
) -> int:
    """Number input with the bounds, the default and the help of a setting."""
    help = config.__dataclass_fields__[name].metadata["help"]
    number: int = column.number_input(
        title,
        *config.bounds(name),
        getattr(config(), name),
        key=name,
        bind="query-params",
        help=help,
        **options,
    )
    return number
