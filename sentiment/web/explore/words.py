"""Vocabulary: how often words come, what a vocabulary misses, which words tell."""

import streamlit as st

from sentiment.charts.vocabulary import coverage_curves, distinctive_words, rank_frequency
from sentiment.encoding.settings import PrepareConfig
from sentiment.web import layout
from sentiment.web.explore import word
from sentiment.web.explore.choices import Choices

SHOWN_PER_CLASS = 20  # words of each class on the chart
LISTED = 500  # words in the table
SURE, STRONG = "how sure", "how strong"
COLUMNS = {
    "count": st.column_config.NumberColumn(format="localized"),
    "reviews": st.column_config.NumberColumn(format="localized"),
    "in negative": st.column_config.NumberColumn(format="localized"),
    "in positive": st.column_config.NumberColumn(format="localized"),
    "share in positive": st.column_config.ProgressColumn(
        format="percent", min_value=0, max_value=1
    ),
    "log-odds": st.column_config.NumberColumn(format="%+.2f"),
    "z": st.column_config.NumberColumn(format="%+.1f"),
}


def show(choices: Choices) -> None:
    statistics, size = choices.statistics, choices.max_words
    frequencies, vocabulary = statistics.frequencies, statistics.vocabulary
    if not frequencies.distinct:
        st.info("There are no labelled training reviews whose words could be counted.")
        return
    covered, missed = vocabulary.at(size)
    layout.metrics(
        Words_in_train=f"{frequencies.total:,}",
        Different_ones=f"{frequencies.distinct:,}",
        Only_once=f"{frequencies.once:,}",
        **{
            f"Covered by {size:,} words": f"{covered:.1%}",
            "Unknown in held-out reviews": f"{missed:.2%}",
        },
    )
    left, right = st.columns(2)
    left.altair_chart(
        rank_frequency(frequencies, size, dark=layout.is_dark()),
        key="zipf_chart",
        alt=f"Occurrences against rank, both logarithmic: nearly a straight line, from "
        f"{frequencies.counts[0]:,} for the most frequent word down to 1.",
    )
    right.altair_chart(
        coverage_curves(vocabulary, size, dark=layout.is_dark()),
        key="coverage_chart",
        alt=f"A vocabulary of {size} words covers {covered:.1%} of the words it was made from and "
        f"misses {missed:.1%} of those in other reviews.",
    )
    rarest = PrepareConfig().min_count
    st.caption(
        "Left: the dashed gray line is Zipf's law. Right: words ranked in nine tenths of the "
        "training reviews and looked up in the rest (the valid part, where the corpus has one), "
        f"divided by film where that is known. About {vocabulary.size_at_min_count(rarest):,} "
        f"words occur at least {rarest} times there, which training asks of them as it is set at "
        "first."
    )
    _distinctive_words(choices)
    _table(choices)
    word.show(choices)


def _distinctive_words(choices: Choices) -> None:
    st.subheader("Which words tell?", anchor=False)
    by = st.segmented_control(
        "Ranked by",
        [SURE, STRONG],
        default=SURE,
        key="distinctive",
        required=True,
        bind="query-params",
        help="How sure the difference between the classes is (z-score), or how large it is "
        "(log-odds), of words that are common enough.",
    )
    words = choices.statistics.words
    negative, positive = words.most_distinctive(SHOWN_PER_CLASS, by_strength=by == STRONG)
    if not len(negative) or not len(positive):
        st.caption("No word is more at home in one class than in the other.")
        return
    for column, places, side in zip(
        st.columns(2), (negative, positive), ("Negative", "Positive"), strict=True
    ):
        with column:
            st.markdown(f"**{side} reviews**")
            st.altair_chart(
                distinctive_words(
                    words,
                    places,
                    positive=side == "Positive",
                    by_strength=by == STRONG,
                    dark=layout.is_dark(),
                ),
                key=f"distinctive_{side}",
                alt=f"The words that tell {side} reviews most: "
                + ", ".join(words.words[place] for place in places[:5].tolist()),
            )
    st.caption(
        "Log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008): how much "
        "more often a word comes in one class, with rare words held back until they have earned it."
    )


def _table(choices: Choices) -> None:
    st.subheader("All words", anchor=False)
    words = choices.statistics.words
    beginning = st.text_input(
        "Words that begin with", key="begins", bind="query-params", placeholder="any letters"
    )
    places = words.search(beginning.strip().lower(), LISTED)
    picked = st.dataframe(
        words.table(places),
        key=f"words_{beginning}",
        on_select=lambda: _open(choices, beginning),
        selection_mode="single-row",
        hide_index=True,
        height=260,
        column_config=COLUMNS,
    )
    del picked  # the callback has read it
    st.caption(
        f"The {min(LISTED, len(words)):,} most frequent that fit, of the {len(words):,} listed. "
        "The more frequent a word, the lower its index; 0 is `<pad>` and 1 is `<unk>`. Choose a "
        "row to look closer."
    )


def _open(choices: Choices, beginning: str) -> None:
    """The word of the chosen row."""
    words = choices.statistics.words
    places = words.search(beginning.strip().lower(), LISTED)
    for row in st.session_state[f"words_{beginning}"].selection.rows:
        if row < len(places):
            st.session_state.word = words.words[int(places[row])]
