"""Step 6: the lengths of the reviews, and outliers."""

import streamlit as st

from sentiment.charts.lengths import length_histogram
from sentiment.corpus.review import Split
from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.settings import PrepareConfig
from sentiment.lessons.article import Article
from sentiment.lessons.question import Question, share_choices
from sentiment.web import cached, layout
from sentiment.web.learn import subject
from sentiment.web.learn.step import Shown, Step
from sentiment.web.shared_chart import shared

CHART = 250  # pixels
SHARES = (0.2, 0.35, 0.5, 0.65)


def show() -> Shown:
    shown, low = subject.current(), PrepareConfig().min_length
    of = shown.statistics
    lengths = of.lengths(Split.TRAIN.title)
    high = _longest_kept(lengths)
    kept = lengths.between(low, high)
    dropped = lengths.reviews - kept.reviews
    finding = (
        f"{dropped:,} of {lengths.reviews:,} training reviews of {shown.name} are dropped "
        f"({dropped / lengths.reviews:.1%}); the mean length falls from {lengths.mean:.0f} to "
        f"{kept.mean:.0f} words."
    )
    st.caption(layout.escaped(finding))
    st.altair_chart(
        shared(length_histogram)(
            of.length_series(Split.TRAIN.title, "label"),
            low=low,
            high=high,
            classes=of.classes,
            brush=False,
            height=CHART,
        ),
        alt=f"Review lengths of {shown.corpus.name}. {finding}",
    )
    article, median = Article.read(), lengths.percentile(50)
    imdb = cached.imdb_statistics().lengths(Split.TRAIN.title)
    longer = 1 - lengths.between(0, int(lengths.mean)).reviews / lengths.reviews
    return Shown(
        text="Reviews differ in length. A few outliers are very short, or so long that they take "
        "much time for little to learn. They are dropped, **but only from the training reviews**: "
        "the test must contain all reviews that users may write.\n\nMove the slider and see how "
        "few reviews are very long.",
        note=f"The article finds a mean of {article.mean_length} words and at most "
        f"{article.longest:,}. In tokens of this project, the mean is {imdb.mean:.1f} and the "
        f"longest review has {imdb.longest:,}. The mean is not typical: a few very long reviews "
        f"increase it. The **median** is {imdb.percentile(50)} words.",
        question=Question(
            f"Which share of the training reviews of {shown.corpus.name} is longer than the mean?",
            *share_choices(longer, SHARES),
            f"It is {longer:.1%}. The mean is {lengths.mean:.0f} words, the median {median}: very "
            "long reviews increase the mean more than the median.",
        ),
    )


def _longest_kept(lengths: LengthHistogram) -> int:
    """The slider: by hundreds of words for long reviews, by single words for short ones."""
    step = 50 if lengths.longest > 1_000 else 1
    bounds = (lengths.percentile(10) // step * step, -(-lengths.longest // step) * step)
    share = 99 if step > 1 else 90
    start = max(lengths.percentile(share) // step * step, bounds[0])  # within the chart
    return st.slider(
        "Longest review to keep (words)",
        bounds[0],
        max(bounds[1], bounds[0] + step),
        start,
        step,
        key="learn_longest",
    )


STEP = Step(
    title="Find outlier lengths",
    short="Lengths",
    show=show,
    code=("encoding.lengths:LengthHistogram.between", "encoding.outliers:drop_reasons_by_length"),
    terms=("split",),
    page="pages/explore.py",
    link="Cutoffs by number, brush or rule",
    params={"explore_view": "Lengths"},
)
