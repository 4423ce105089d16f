"""A word's own page: how often, in which class, where in a review, in what company."""

import streamlit as st

from sentiment.charts.vocabulary import word_places
from sentiment.dataset.concordance import Occurrence, occurrences
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.tokenize import tokenize
from sentiment.encoding.vocabulary import FIRST_WORD
from sentiment.networks.model_folder import DEFAULT_MODEL, ModelInfo, installed_models
from sentiment.networks.word_neighbors import WordSpace
from sentiment.web import layout
from sentiment.web.explore.choices import Choices
from sentiment.web.explore.corpora import no_texts

FIRST = "worst"
EXAMPLES, NEIGHBOURS = 20, 12
LONGEST = 60  # characters of a word


@st.cache_resource(max_entries=2, show_spinner="Reading the word vectors")
def _word_space(_info: ModelInfo, checksums: str) -> WordSpace:
    return WordSpace.of(_info)


@st.cache_data(max_entries=50, show_spinner=False)
def _occurrences(_corpus: PreparedCorpus, folder: str, word: str) -> list[Occurrence]:
    return occurrences(_corpus, word, EXAMPLES)


def show(choices: Choices) -> None:
    st.subheader("A word of your choice", anchor=False)
    layout.set_defaults(word=FIRST)
    typed = st.text_input("Word", key="word", bind="query-params", max_chars=LONGEST)
    tokens = tokenize(typed)
    if not tokens:
        st.caption("Type a word.")
        return
    word = tokens[0]
    st.text(
        f"“{word}”" + (f", as the tokenizer reads “{typed}”" if [typed.strip()] != tokens else "")
    )
    _figures(choices, word)
    left, right = st.columns([2, 1])
    with left:
        _places(choices, word)
    with right:
        _neighbors(word)
    _examples(choices, word)


def _figures(choices: Choices, word: str) -> None:
    words = choices.statistics.words
    place = words.ranks.get(word)
    if place is None:
        st.caption(
            f"It is not among the {len(words):,} most frequent words of the training reviews, "
            "which are all that is counted one by one."
        )
        return
    (row,) = words.table(words.ranks_of([word]))
    of = {"negative": words.negative_total, "positive": words.positive_total}
    layout.metrics(
        Rank=f"{place + 1:,}",
        Occurrences=f"{row['count']:,}",
        In_reviews=f"{row['reviews'] / max(words.review_total, 1):.2%}",
        **{f"In {name} reviews": f"{row[f'in {name}']:,}" for name in of},
        Log_odds=f"{row['log-odds']:+.2f}",
        z_score=f"{row['z']:+.1f}",
    )
    rates = {name: 1e5 * row[f"in {name}"] / max(total, 1) for name, total in of.items()}
    in_vocabulary = place + FIRST_WORD < choices.max_words + FIRST_WORD
    st.caption(
        f"Of every 100,000 words, {rates['negative']:,.1f} in negative reviews and "
        f"{rates['positive']:,.1f} in positive ones. Its index is {place + FIRST_WORD:,}: "
        + ("within" if in_vocabulary else "beyond, and so `<unk>` with")
        + f" a vocabulary of {choices.max_words:,} words."
    )


def _places(choices: Choices, word: str) -> None:
    statistics = choices.statistics
    place = statistics.words.ranks.get(word, len(statistics.tenths))
    if place >= len(statistics.tenths) or not statistics.tenths[place].sum():
        st.caption(
            f"Where in a review it stands is counted for the {len(statistics.tenths):,} most "
            "frequent words only."
        )
        return
    tenths = statistics.tenths[place]
    st.altair_chart(
        word_places(tenths, dark=layout.is_dark()),
        key="places_chart",
        alt=f"{tenths[0] / tenths.sum():.0%} of its occurrences stand in the first tenth of a "
        f"review, {tenths[-1] / tenths.sum():.0%} in the last; evenly would be 10% each.",
    )


def _neighbors(word: str) -> None:
    models = {info.name: info for info in installed_models()}
    info = models.get(DEFAULT_MODEL) or next(iter(models.values()), None)
    if info is None:
        return
    with layout.show_errors():
        space = _word_space(info, info.checksum)
    st.markdown(f"**Nearest in {info.name}**")
    near = space.nearest(word, NEIGHBOURS)
    if not near:
        st.caption("The model does not know this word.")
        return
    st.dataframe(
        [{"word": other, "cosine": cosine} for other, cosine in near],
        hide_index=True,
        height=220,
        column_config={"cosine": st.column_config.NumberColumn(format="%.2f")},
    )


@st.fragment
def _examples(choices: Choices, word: str) -> None:
    """Where it stands, in reviews."""
    with layout.show_errors():
        corpus = choices.corpus.prepared()
    if corpus is None:
        no_texts(choices.corpus, "Examples in context")
        return
    found = _occurrences(corpus, str(corpus.folder), word)
    if not found:
        st.caption("The vocabulary of the prepared corpus does not hold it.")
        return
    st.dataframe(
        [
            {
                "label": one.label,
                "before": one.before,
                "word": one.word,
                "after": one.after,
            }
            for one in found
        ],
        hide_index=True,
        column_config={"before": st.column_config.TextColumn(alignment="right")},
    )
    st.caption(f"At most {EXAMPLES} reviews, from all over the corpus, as the network reads them.")
