"""Step 3: the vocabulary, in which frequent words have low ids."""

import streamlit as st

from sentiment.charts.vocabulary import coverage_curves
from sentiment.encoding.vocabulary import FIRST_WORD
from sentiment.lessons.question import Question, share_choices
from sentiment.web import cached, layout
from sentiment.web.components.path import tokens
from sentiment.web.learn import subject
from sentiment.web.learn.step import Shown, Step
from sentiment.web.shared_chart import shared

SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000, 80_000)
SHOWN, ASKED = 12, (1_000, 100, 10)  # words
CHART = 230  # pixels
SHARES = (0.2, 0.45, 0.7, 0.95)


def show() -> Shown:
    shown, imdb = subject.current(), cached.imdb_statistics()
    of, all_words = shown.statistics, shown.statistics.frequencies.distinct
    sizes = [*(size for size in SIZES if size < all_words), all_words]
    size = st.select_slider(
        "Vocabulary (words)",
        sizes,
        sizes[-3:][0],
        format_func=lambda size: f"{size:,}",
        key="learn_size",
    )
    covered, missed = of.vocabulary.at(size)
    tokens(
        "The most frequent words with their ids",
        [(word, FIRST_WORD + n, False) for n, word in enumerate(of.words.words[:SHOWN])],
        key="frequent",
    )
    finding = (
        f"The {size:,} most frequent words are {covered:.1%} of all words in the training reviews "
        f"of {shown.name}; {missed:.1%} of the words of new reviews are unknown."
    )
    st.caption(layout.escaped(finding))
    st.altair_chart(
        shared(coverage_curves)(of.vocabulary, size, height=CHART),
        alt=finding,
    )
    most = next((words for words in ASKED if 10 * words <= all_words), 1)
    asked = of.vocabulary.at(most)[0]
    choices, answer = share_choices(asked, SHARES)
    once, distinct = imdb.frequencies.once, imdb.frequencies.distinct
    return Shown(
        text="A network computes with numbers. A `Counter` counts every word of the training "
        "reviews, and the words are sorted by frequency: **the most frequent word gets the lowest "
        "id**. Id 0 is padding and id 1 is any unknown word, so the first word has id "
        f"{FIRST_WORD}. Rare words are left out: each would need a vector of its own, but the "
        "network reads it too rarely to learn its meaning.",
        note=f"The article keeps every word. IMDB has {distinct:,} distinct words here, and "
        f"{once:,} of them ({once / distinct:.0%}) occur once. The vector of such a word is "
        "trained by a single review.",
        question=Question(
            f"Which share of all words of {shown.corpus.name} do the {most:,} most frequent ones "
            "cover?",
            choices,
            answer,
            f"It is {asked:.1%}: a few words make up most of every text (Zipf's law).",
        ),
    )


STEP = Step(
    title="Count words into a vocabulary",
    short="Vocabulary",
    show=show,
    code=("encoding.vocabulary:Vocabulary.from_counts", "encoding.vocabulary:most_frequent"),
    terms=("vocabulary", "unknown word", "embedding"),
    page="pages/explore.py",
    link="Frequencies and distinctive words",
    params={"explore_view": "Vocabulary"},
)
