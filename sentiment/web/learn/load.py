"""Step 1: reviews and their labels."""

import streamlit as st

from sentiment.corpus.review import Split
from sentiment.lessons.article import Article
from sentiment.lessons.question import Question
from sentiment.web import cached
from sentiment.web.learn.step import Shown, Step


def show() -> Shown:
    corpus, imdb = cached.prepared("sample"), cached.imdb_statistics()
    number = st.slider(
        "Review of the sample corpus", 1, len(corpus), 4, help="Move it to read other reviews."
    )
    review = corpus.review(number - 1)
    with st.container(border=True, height=230):
        st.text(review.text)
    st.markdown(f"Label: **{corpus.classes.name(review.label)}**, stored as **{review.label}**")
    train, test, unlabelled = (
        imdb.lengths(split.title).reviews for split in (Split.TRAIN, Split.TEST, Split.UNLABELLED)
    )
    copies = imdb.duplicates
    return Shown(
        text="A network learns sentiment from examples: texts whose labels are known. A **label** "
        "is the opinion that the author stated with stars, here as one of two numbers.\n\n"
        f"IMDB, the usual data set, has {train + test:,} labelled movie reviews and "
        f"{unlabelled:,} without labels. The sample corpus of this project has {len(corpus):,} "
        "synthetic reviews and needs no download. The slider opens any of them.",
        note=f"The article counts {Article.read().reviews:,} reviews. That is the official "
        "training split "
        f"alone: IMDB has another {test:,} for testing. {copies.within_train} of its training "
        f"reviews are copies of others, and {copies.test_also_in_train} of its test reviews are "
        "in the training split as well.",
        question=Question(
            "How many labelled reviews does IMDB have, training and test together?",
            tuple(f"{count:,}" for count in (train, train + test, train + test + unlabelled)),
            f"{train + test:,}",
            f"{train:,} training reviews and {test:,} test reviews. {unlabelled:,} more have no "
            "label; they still help to learn the meaning of words.",
        ),
    )


STEP = Step(
    title="Load reviews and labels",
    short="Load",
    show=show,
    code=("corpus.review:Review",),
    terms=("label", "class", "split"),
    page="pages/reviews.py",
    link="Read and search all reviews",
    params={"corpus": "Sample"},
)
