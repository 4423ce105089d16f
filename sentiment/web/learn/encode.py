"""Step 4: words become token ids."""

import streamlit as st

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
    words = vocabulary.tokenize(text)
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
        f"{unknown} of {counted(len(ids), 'word')} are unknown to a vocabulary of "
        f"{counted(size, 'word')} (marked). "
        "The network reads only the numbers."
    )
    st.code(str(ids), language=None, wrap_lines=True)
    return Shown(
        text="Every word of a review is replaced by its id. From here on the network knows nothing "
        f"of spelling: “{known}” is {vocabulary.index(known)}, and it "
        "must learn from examples what that number means. A word outside the vocabulary "
        "becomes `<unk>`.\n\nMake the vocabulary smaller and see which words of your review the "
        "network can still tell apart.",
        note="A network never sees the words that only users type. So the vocabulary must be "
        "counted on training reviews alone: counted on all of them, it would know the words of "
        "the test reviews, and the test would overrate the network.",
        question=Question(
            f"A user types “{INVENTED}”, a word that no training review contains. Which id does "
            "it get?",
            (str(PAD), str(UNK), str(len(vocabulary)), "none, the word is left out"),
            str(vocabulary.index(INVENTED)),
            f"Id {UNK} stands for all unknown words; id {PAD} is reserved for padding. The place "
            "of the word stays in the text, so the network knows that something stood there.",
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
