"""Step 1: reviews and their labels."""

import streamlit as st

from sentiment.corpus.review import Split
from sentiment.lessons.article import Article
from sentiment.lessons.question import Question
from sentiment.web import cached
from sentiment.web.layout import escaped
from sentiment.web.learn import subject
from sentiment.web.learn.step import Shown, Step
from sentiment.wording import counted


def show() -> Shown:
    shown, imdb = subject.current(), cached.imdb_statistics()
    corpus = shown.texts()
    number = st.slider(
        f"Review of {shown.texts_name}",
        1,
        max(len(corpus), 2),
        min(len(corpus), 4),
        help="Move it to read other reviews.",
    )
    review = corpus.review(min(number, len(corpus)) - 1)
    with st.container(border=True, height=230):
        st.text(review.text)
    label = escaped(corpus.classes.name(review.label))
    st.markdown(f"Label: **{label}**, stored as **{review.label}**")
    train, test, unlabelled = (
        imdb.lengths(split.title).reviews for split in (Split.TRAIN, Split.TEST, Split.UNLABELLED)
    )
    copies = imdb.duplicates
    return Shown(
        text="A network learns sentiment from examples: texts with known labels. A **label** is "
        f"the opinion that the author expressed with stars, here as one of {len(corpus.classes)} "
        f"numbers.\n\nIMDB, the usual data set, has {train + test:,} labelled movie reviews and "
        f"{unlabelled:,} without labels. {_about(shown, len(corpus))} The slider opens any of "
        "them.",
        note=f"The article counts {Article.read().reviews:,} reviews. This is only the official "
        f"training split: IMDB has another {test:,} reviews for the test. {copies.within_train} "
        "training reviews are copies of other training reviews, and "
        f"{copies.test_also_in_train} test reviews are also in the training split.",
        question=_question(shown)
        or Question(
            "How many labelled reviews does IMDB have, training and test together?",
            tuple(f"{count:,}" for count in (train, train + test, train + test + unlabelled)),
            f"{train + test:,}",
            f"{train:,} training reviews and {test:,} test reviews. {unlabelled:,} more have no "
            "label; they still help to learn the meaning of words.",
        ),
    )


def _about(shown: subject.Subject, reviews: int) -> str:
    if shown.is_default:
        return (
            f"The sample corpus of this project has {reviews:,} synthetic reviews and needs no "
            "download."
        )
    return f"{shown.name} has {counted(reviews, 'review')}."


def _question(shown: subject.Subject) -> Question | None:
    """About the labels of the reader's corpus; None for the default."""
    if shown.is_default:
        return None
    of, reviews = shown.statistics, shown.statistics.lengths().reviews
    counts = {label: of.lengths(label=label).reviews for label in of.labels}
    largest = max(counts, key=lambda label: counts[label])
    choices = sorted({*counts.values(), reviews, reviews // 4})
    share = counts[largest] / reviews
    return Question(
        f"How many of the {reviews:,} reviews of {shown.corpus.name} are "
        f"{of.classes.name(largest)}, the most frequent label?",
        tuple(f"{count:,}" for count in choices),
        f"{counts[largest]:,}",
        f"That is {share:.0%}. A network that predicts this label for every review has the same "
        "accuracy; a useful network must be more accurate.",
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
