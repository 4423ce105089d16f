"""Section for one word: counts, position in a review, nearest words, and examples."""

import streamlit as st

from sentiment.analysis.word_counts import in_class
from sentiment.charts.vocabulary import word_places
from sentiment.dataset.concordance import Occurrence, occurrences
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.tokenize import tokenize
from sentiment.encoding.vocabulary import FIRST_WORD
from sentiment.networks.model_folder import DEFAULT_MODEL, ModelInfo, installed_models
from sentiment.networks.word_neighbors import WordSpace
from sentiment.web import layout
from sentiment.web.explore.choices import Choices
from sentiment.web.explore.corpora import explain_missing_texts
from sentiment.web.shared_chart import shared
from sentiment.wording import signed

DEFAULT = "worst"
EXAMPLES, NEIGHBORS = 20, 12
LONGEST = 60  # characters of a word


@st.cache_resource(max_entries=2, show_spinner="Loading the word vectors")
def _word_space(_info: ModelInfo, checksum: str) -> WordSpace:
    return WordSpace.of(_info)


@st.cache_data(max_entries=50, show_spinner=False)
def _occurrences(_corpus: PreparedCorpus, folder: str, word: str) -> list[Occurrence]:
    return occurrences(_corpus, word, EXAMPLES)


def show(choices: Choices) -> None:
    st.subheader("One word", anchor=False)
    example = choices.statistics.words.example(DEFAULT)
    _show_example(example)
    typed = st.text_input(
        "Word", example, key="searched_word", bind="query-params", max_chars=LONGEST
    )
    tokens = tokenize(typed)
    if not tokens:
        st.caption("Type a word.")
        return
    word = tokens[0]
    st.text(f"“{word}”" + (f", tokenized from “{typed}”" if [typed.strip()] != tokens else ""))
    _show_counts(choices, word)
    left, right = st.columns([2, 1])
    with left:
        _show_positions(choices, word)
    with right:
        _show_neighbors(word)
    _show_examples(choices, word)


def _show_example(word: str) -> None:
    """Set the word of the text box, unless the visitor or the link has set another one."""
    state = st.session_state
    layout.set_defaults(searched_word=word)
    if "example_word" in state and state.get("searched_word") == state.example_word:
        state.searched_word = word  # that of the previous corpus may not be in this one
    state.example_word = word


def _show_counts(choices: Choices, word: str) -> None:
    words = choices.statistics.words
    rank = words.ranks.get(word)
    if rank is None:
        st.caption(
            f"The word is not among the {len(words):,} most frequent words of the training "
            "reviews. Only those are counted."
        )
        return
    classes = choices.statistics.classes
    (row,) = words.table(words.ranks_of([word]), classes)
    layout.metrics(
        {
            "Rank": f"{rank + 1:,}",
            "Occurrences": f"{row['count']:,}",
            "In reviews": f"{row['reviews'] / max(words.review_total, 1):.2%}",
            **{
                f"In {layout.escaped(name)} reviews": f"{row[in_class(name)]:,}"
                for name in classes.names
            },
            "Distinctive of": layout.escaped(row["distinctive of"]),
            "Log-odds": signed(row["log-odds"], ".2f"),
            "z-score": signed(row["z"], ".1f"),
        }
    )
    rates = zip(words.per_100_000(word), classes.names, strict=True)
    of_classes = ", ".join(f"{rate:,.1f} in {layout.escaped(name)} reviews" for rate, name in rates)
    known = "contains it" if rank < choices.max_words else "replaces it with `<unk>`"
    st.caption(
        f"Per 100,000 words: {of_classes}. Its token id is {rank + FIRST_WORD:,}; a vocabulary of "
        f"{choices.max_words:,} words {known}."
    )


def _show_positions(choices: Choices, word: str) -> None:
    statistics = choices.statistics
    counted = len(statistics.tenths)
    rank = statistics.words.ranks.get(word, counted)
    if rank >= counted or not statistics.tenths[rank].sum():
        st.caption(f"Positions are counted for the {counted:,} most frequent words only.")
        return
    tenths = statistics.tenths[rank]
    shares = tenths / tenths.sum()
    st.altair_chart(
        shared(word_places)(tenths),
        key="places_chart",
        alt=f"{shares[0]:.0%} of the occurrences are in the first tenth of a review and "
        f"{shares[-1]:.0%} in the last; an even distribution has 10% in each.",
    )


def _show_neighbors(word: str) -> None:
    models = {info.name: info for info in installed_models()}
    info = models.get(DEFAULT_MODEL) or next(iter(models.values()), None)
    if info is None:
        return
    with layout.show_errors():
        space = _word_space(info, info.checksum)
    st.markdown(f"**Nearest words in {layout.escaped(info.name)}**")
    neighbors = space.nearest(word, NEIGHBORS)
    if not neighbors:
        st.caption("The word is not in the vocabulary of the model.")
        return
    st.dataframe(
        [{"word": neighbor, "cosine": cosine} for neighbor, cosine in neighbors],
        hide_index=True,
        height=220,
        column_config={"cosine": st.column_config.NumberColumn(format="%.2f")},
    )


@st.fragment
def _show_examples(choices: Choices, word: str) -> None:
    """Occurrences in context."""
    with layout.show_errors():
        corpus = choices.corpus.prepared()
    if corpus is None:
        explain_missing_texts(choices.corpus, "Examples in context")
        return
    found = _occurrences(corpus, str(corpus.folder), word)
    if not found:
        st.caption("The word is not in the vocabulary of the prepared corpus.")
        return
    st.dataframe(
        [
            {"label": one.label, "before": one.before, "word": one.word, "after": one.after}
            for one in found
        ],
        hide_index=True,
        column_config={"before": st.column_config.TextColumn(alignment="right")},
    )
    st.caption(f"At most {EXAMPLES} tokenized reviews, from all parts of the corpus.")
