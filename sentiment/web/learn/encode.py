"""Step 4: words become token ids."""

import streamlit as st

from sentiment.encoding.tokenize import tokenize
from sentiment.encoding.vocabulary import PAD, UNK, Vocabulary
from sentiment.errors import ReviewError
from sentiment.lessons.question import Question
from sentiment.web.components.path import tokens
from sentiment.web.learn import subject
from sentiment.web.learn.review import current_review
from sentiment.web.learn.step import Shown, Step
from sentiment.wording import counted

SIZES = (20, 50, 100, 300, 1_000, 5_000, 20_000)
INVENTED = "zorblax"


def show() -> Shown:
    shown = subject.current()
    counts = shown.statistics.words
    sizes = [*(size for size in SIZES if size < len(counts)), len(counts)]
    size = st.select_slider(
        f"Vocabulary (words of {shown.name})",
        sizes,
        sizes[-2:][0],
        format_func=lambda size: f"{size:,}",
        key="learn_encode",
    )
    text = current_review()
    vocabulary = Vocabulary(counts.words[:size], counts.totals[:size].tolist())
    words = tokenize(text)
    if not words:
        raise ReviewError("The review has no words. Type a few in step 2.")
    ids = vocabulary.encode(words).tolist()
    tokens(
        "Words of your review with their token ids",
        [(word, index, index == UNK) for word, index in zip(words, ids, strict=True)],
        key="ids",
    )
    unknown = ids.count(UNK)
    known = "good" if "good" in vocabulary else counts.words[0]
    st.caption(
        f"{unknown} of {counted(len(ids), 'word')} are not in a vocabulary of "
        f"{counted(size, 'word')} (marked). The network reads only the numbers."
    )
    st.code(str(ids), language=None, wrap_lines=True)
    return Shown(
        text="Each word of a review is replaced by its id. The network does not see the spelling: "
        f"“{known}” is the number {vocabulary.index(known)}, and the network must learn from "
        "examples what that number means. A word that is not in the vocabulary becomes "
        "`<unk>`.\n\nMake the vocabulary smaller and see which words of your review the network "
        "can still distinguish.",
        note="Users type words that no training review contains. So the vocabulary must be counted "
        "on the training reviews alone. A vocabulary that is counted on all reviews includes the "
        "words of the test reviews, and the measured accuracy is too high.",
        question=Question(
            f"A user types “{INVENTED}”, a word that no training review contains. Which id does "
            "it get?",
            (str(PAD), str(UNK), str(len(vocabulary)), "none, the word is left out"),
            str(vocabulary.index(INVENTED)),
            f"Id {UNK} stands for all unknown words; id {PAD} is reserved for padding. An "
            "unknown word keeps its place in the row.",
        ),
    )


STEP = Step(
    title="Encode the words",
    short="Words → ids",
    show=show,
    code=("encoding.vocabulary:Vocabulary.encode",),
    terms=("token id", "unknown word"),
    page="pages/inspect.py",
    link="The ids of your review in a model",
    params={"view": "Encoding"},
)
