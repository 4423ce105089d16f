"""Step 5: labels become numbers."""

from collections import Counter

import streamlit as st

from sentiment.corpus.label_proposals import TWO_SIDES, propose_mapping
from sentiment.corpus.review_writer import CLASSES as SAMPLE_CLASSES
from sentiment.lessons.question import Question
from sentiment.web.components.path import tokens
from sentiment.web.layout import escaped
from sentiment.web.learn import subject
from sentiment.web.learn.step import Shown, Step

DROPPED = "none, the row is left out"
STARS = ("1", "2", "3", "4", "5")
MOST = 200  # labels


def show() -> Shown:
    typed = st.text_input(
        "Labels as a table writes them, separated by commas",
        "positive, negative, negative, positive",
        max_chars=1_000,
        key="learn_labels",
        help="Examples: 1, 2, 3, 4, 5. Or good, bad. Or true, false.",
    )
    labels = [label.strip() for label in typed.split(",") if label.strip()][:MOST]
    mapping = propose_mapping(Counter(labels))
    codes = [mapping.class_of(label) for label in labels]
    tokens(
        "Labels with their codes",
        [(label, code, code is None) for label, code in zip(labels, codes, strict=True)],
        key="codes",
    )
    if mapping.classes:
        named = ", ".join(
            f"{escaped(label)} = {escaped(mapping.classes.name(code))} ({code})"
            for label, code in mapping.codes.items()
        )
        st.caption(f"{named}. {escaped(mapping.doubt)}")
    else:
        st.caption(f"These labels have no clear meaning. {escaped(mapping.doubt)}")
    if None in codes and mapping.classes:
        st.caption("Marked labels have no code. Their rows are left out.")
    stars = propose_mapping(Counter(STARS), "stars")
    middle, shown = stars.class_of("3"), subject.current()
    classes = shown.statistics.classes
    said = ", ".join(f"{escaped(name)} is {code}" for code, name in enumerate(classes.names))
    return Shown(
        text=f"Each label becomes a number, too: **{said}**"
        f"{'' if shown.is_default else f' in {shown.name}'}. The network outputs a probability for "
        "each class. "
        + ("With three classes, Neutral is 1 and Positive is 2." if shown.is_default else "")
        + "\n\nTables write labels in many ways. Type some and see how this project reads them. If "
        "it is not sure, it asks you.",
        note="IMDB has no neutral reviews: its negative ones have at most 4 of 10 stars and its "
        "positive ones at least 7. A model trained on IMDB has never read a review in between, so "
        "its accuracy on such reviews is unknown.",
        question=Question(
            f"A table has stars from 1 to 5, read as {TWO_SIDES.lower()}. Which code does a review "
            "with 3 stars get?",
            (*map(str, SAMPLE_CLASSES.codes), DROPPED),
            DROPPED if middle is None else str(middle),
            "The middle of the scale is neither good nor bad: "
            + ", ".join(f"{label} stars = {code}" for label, code in stars.codes.items())
            + ".",
        ),
    )


STEP = Step(
    title="Encode the labels",
    short="Labels → 0, 1",
    show=show,
    code=("corpus.label_proposals:propose_mapping",),
    terms=("label", "class"),
    page="pages/sources.py",
    link="Read the labels of your own table",
)
