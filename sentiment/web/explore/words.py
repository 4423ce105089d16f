"""Vocabulary view: word frequencies, coverage, distinctive words, and the list of words."""

import pandas as pd
import streamlit as st

from sentiment.analysis.word_counts import in_class
from sentiment.charts.vocabulary import coverage_curves, distinctive_words, rank_frequency
from sentiment.encoding.settings import PrepareConfig
from sentiment.web import layout
from sentiment.web.explore import word
from sentiment.web.explore.choices import Choices
from sentiment.web.layout import escaped
from sentiment.web.shared_chart import shared

DRAWN = 20  # words of each class
IN_A_ROW = 3  # charts
LISTED = 500  # words in the table
Z_SCORE, LOG_ODDS = "z-score", "log-odds"
COLUMNS = {
    "count": st.column_config.NumberColumn(format="localized"),
    "reviews": st.column_config.NumberColumn(format="localized"),
    LOG_ODDS: st.column_config.NumberColumn(format="%+.2f"),
    "z": st.column_config.NumberColumn(format="%+.1f"),
}


def show(choices: Choices) -> None:
    statistics, size = choices.statistics, choices.max_words
    frequencies, vocabulary = statistics.frequencies, statistics.vocabulary
    if not frequencies.distinct:
        st.info("There are no labelled training reviews to count words in.")
        return
    covered, missed = vocabulary.at(size)
    layout.metrics(
        {
            "Words in train": f"{frequencies.total:,}",
            "Distinct words": f"{frequencies.distinct:,}",
            "Occur once": f"{frequencies.once:,}",
            f"Covered by {size:,} words": f"{covered:.1%}",
            "Unknown in held-out reviews": f"{missed:.2%}",
        }
    )
    left, right = st.columns(2)
    left.altair_chart(
        shared(rank_frequency)(frequencies, size),
        key="zipf_chart",
        alt="Occurrences against rank on logarithmic axes: nearly a straight line, from "
        f"{frequencies.counts[0]:,} for the most frequent word down to 1.",
    )
    right.altair_chart(
        shared(coverage_curves)(vocabulary, size),
        key="coverage_chart",
        alt=f"A vocabulary of {size} words covers {covered:.1%} of the words it was made from and "
        f"misses {missed:.1%} of those in other reviews.",
    )
    min_count = PrepareConfig().min_count
    st.caption(
        "Left: the dashed gray line is Zipf's law. Right: the vocabulary is counted on nine tenths "
        "of the training reviews and tested on the rest (on the validation split, if the corpus "
        "has one). Both parts have different films, if the films are known. About "
        f"{vocabulary.size_at_min_count(min_count):,} words occur at least {min_count} times, the "
        "default minimum for training."
    )
    _show_distinctive(choices)
    _show_table(choices)
    word.show(choices)


def _show_distinctive(choices: Choices) -> None:
    st.subheader("Distinctive words", anchor=False)
    ranking = layout.choose_one(
        "Rank by",
        [Z_SCORE, LOG_ODDS],
        key="rank_by",
        help="z-score: how certain the difference between the classes is. Log-odds: how large the "
        "difference is; frequent words only.",
    )
    words, by_strength = choices.statistics.words, ranking == LOG_ODDS
    classes = choices.statistics.classes
    found = words.most_distinctive(DRAWN, by_strength=by_strength)
    if not any(map(len, found)):
        st.caption("No word is distinctive of a class.")
        return
    for first in range(0, len(classes), IN_A_ROW):
        codes = classes.codes[first : first + IN_A_ROW]
        for column, code in zip(st.columns(min(IN_A_ROW, len(classes))), codes, strict=False):
            with column:
                st.markdown(f"**{escaped(classes.name(code))} reviews**")
                st.altair_chart(
                    shared(distinctive_words)(
                        words, found[code], classes, code, by_strength=by_strength
                    ),
                    key=f"distinctive_{code}",
                    alt=f"The most distinctive words of {classes.name(code)} reviews: "
                    + ", ".join(words.words[rank] for rank in found[code][:5].tolist()),
                )
    st.caption(
        "Log-odds ratio of a class against all others, with an informative Dirichlet prior "
        "(Monroe, Colaresi & Quinn 2008), which shrinks the ratios of rare words."
    )


def _show_table(choices: Choices) -> None:
    st.subheader("All words", anchor=False)
    words = choices.statistics.words
    prefix = st.text_input(
        "Words that start with", key="prefix", bind="query-params", placeholder="any letters"
    )
    classes = choices.statistics.classes
    table = pd.DataFrame(words.table(words.search(prefix.strip().lower(), LISTED), classes))
    st.dataframe(
        table,
        key=f"words_{prefix}",
        on_select=lambda: _select_word(choices, prefix),
        selection_mode="single-row",
        hide_index=True,
        height=260,
        column_config=COLUMNS
        | {in_class(n): st.column_config.NumberColumn(format="localized") for n in classes.names},
    )
    st.caption(
        f"The {min(LISTED, len(words)):,} most frequent matches among the {len(words):,} most "
        "frequent words. The index is the token id: 0 is `<pad>`, 1 is `<unk>`, then words by "
        "decreasing frequency. Select a row to see the word below."
    )


def _select_word(choices: Choices, prefix: str) -> None:
    words = choices.statistics.words
    ranks = words.search(prefix.strip().lower(), LISTED)
    for row in st.session_state[f"words_{prefix}"].selection.rows:
        if row < len(ranks):
            st.session_state.searched_word = words.words[int(ranks[row])]
