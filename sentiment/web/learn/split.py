"""Step 8: training, validation and test reviews."""

import numpy as np
import streamlit as st

from sentiment.charts.learn import split_bars
from sentiment.corpus.review import Split
from sentiment.encoding.splitting import SHARES_8_1_1, split_groups
from sentiment.evaluation.metrics import wilson_interval
from sentiment.lessons.article import Article
from sentiment.lessons.question import Question, nearest
from sentiment.web import cached
from sentiment.web.learn import subject
from sentiment.web.learn.step import Shown, Step
from sentiment.web.shared_chart import shared
from sentiment.wording import counted

SIZES = (100, 500, 2_500, 6_000, 25_000, 50_000)
MARGINS = (0.1, 1.4, 5.0)  # percentage points


def show() -> Shown:
    article, imdb = Article.read(), cached.imdb_statistics()
    shown = subject.current()
    own = SIZES[4] if shown.is_default else shown.statistics.lengths().reviews
    size = st.select_slider(
        "Reviews in the corpus",
        sorted({*SIZES, own}),
        own,
        format_func=lambda size: f"{size:,}",
        key="learn_split",
    )
    counts = _sizes(size)
    accuracy = article.test_accuracy
    low, high = wilson_interval(round(accuracy * counts[Split.TEST]), counts[Split.TEST])
    named = {split.title: count for split, count in counts.items()}
    finding = ", ".join(f"{name} {count:,}" for name, count in named.items())
    st.altair_chart(shared(split_bars)(named), alt=f"Reviews by split: {finding}.")
    st.caption(
        f"{finding}. If a model gets {accuracy:.1%} of {counts[Split.TEST]:,} test reviews right, "
        f"its true accuracy is between **{low:.1%}** and **{high:.1%}** (95% confidence)."
        + ("" if shown.is_default else f" {shown.name} has {counted(own, 'review')}.")
    )
    tested = _sizes(article.reviews)[Split.TEST]
    half = 50 * (lambda interval: interval[1] - interval[0])(
        wilson_interval(round(accuracy * tested), tested)
    )
    films = imdb.films.get(Split.TRAIN.title, 0)
    gap = 100 * (article.random_valid_accuracy - article.random_test_accuracy)
    return Shown(
        text="Eight of ten reviews are for **training**. One of ten is for **validation**: after "
        "each epoch it shows whether the network still improves. One of ten is for the **test**, "
        "once, at the end. A network must be measured on reviews that it has not read in "
        "training.\n\nThe slider shows how exact a test can be: with few reviews, the interval is "
        "wide.",
        note="The article draws the splits at random. But "
        f"{imdb.lengths(Split.TRAIN.title).reviews:,} reviews are about only {films:,} films. A "
        "random validation split has the films of the training split, so a network that learns "
        "their names has an advantage. The same model reached "
        f"{article.random_valid_accuracy:.1%} there and {article.random_test_accuracy:.1%} on the "
        f"official test split: the validation accuracy is {gap:.1f} percentage points too high. "
        "This project keeps all reviews of a film, and all copies of a text, in one split.",
        question=Question(
            f"A model has {accuracy:.1%} accuracy on {tested:,} test reviews. By how much can the "
            "true accuracy differ (95% confidence)?",
            tuple(f"about ±{margin:g} percentage points" for margin in MARGINS),
            f"about ±{MARGINS[nearest(half, MARGINS)]:g} percentage points",
            f"By ±{half:.1f} percentage points. If two models differ by less, these reviews do not "
            "show which one is better.",
        ),
    )


@st.cache_data(max_entries=len(SIZES) + 1, show_spinner=False)
def _sizes(reviews: int) -> dict[Split, int]:
    """The sizes of the splits of a balanced corpus in which every review is a group."""
    labels = np.arange(reviews) % 2
    splits = split_groups(np.arange(reviews), labels, SHARES_8_1_1, seed=0)
    return {split: int(np.sum(splits == split)) for split in SHARES_8_1_1}


STEP = Step(
    title="Split 8 : 1 : 1",
    short="Split",
    show=show,
    code=("encoding.splitting:split_groups",),
    terms=("split", "confidence interval", "leak", "percentage point"),
    page="pages/sources.py",
    link="The splits of every corpus",
)
