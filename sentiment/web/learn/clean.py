"""Step 2: lower case, and no punctuation."""

import streamlit as st

from sentiment.encoding.tokenize import tokenize
from sentiment.errors import ReviewError
from sentiment.lessons.question import Question
from sentiment.web.components.path import tokens
from sentiment.web.learn.review import review_box
from sentiment.web.learn.step import Shown, Step
from sentiment.wording import counted

CHOICES = ("must-see", "wouldn’t", "8/10", "DC movie")


def show() -> Shown:
    text = review_box()
    words = tokenize(text)
    if not words:
        raise ReviewError("The review has no words. Type a few, such as “I loved it”.")
    plain = text.split()
    tokens("Tokens", [(word, None, False) for word in words], key="tokens")
    changed = len(set(plain) - set(words))
    st.caption(
        f"{counted(len(plain), 'piece')} of text between spaces, {counted(len(words), 'token')}; "
        f"{changed:,} of the distinct pieces changed."
    )
    (whole,) = [choice for choice in CHOICES if len(tokenize(choice)) == 1]
    parts = ", ".join(
        f"“{choice}” becomes {' and '.join(tokenize(choice))}"
        for choice in CHOICES
        if choice != whole
    )
    return Shown(
        text="“Movie”, “movie” and “movie.” are the same word, but three different strings. So all "
        "letters become lower case, and punctuation separates words. The result is a list of "
        "**tokens**.\n\nEdit your review: add capitals, an emoji, a link or `<br />`.",
        note="The article removes every punctuation mark. Then “wouldn't” becomes “wouldnt”, a "
        "different word. This project keeps an apostrophe inside a word, straight or curly. It "
        "removes HTML and replaces a link with one token, `<url>`.",
        question=Question(
            "Which of these is a single token?",
            CHOICES,
            whole,
            f"Its apostrophe is part of the word: {tokenize(whole)[0]}. {parts}.",
        ),
    )


STEP = Step(
    title="Remove punctuation, lower the case",
    short="Clean",
    show=show,
    code=("encoding.tokenize:tokenize",),
    terms=("token",),
    page="pages/inspect.py",
    link="All stages of the encoding of a review",
    params={"view": "Encoding"},
)
