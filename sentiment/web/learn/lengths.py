"""Step 6: the lengths of the reviews, and outliers."""

import streamlit as st

from sentiment.charts.lengths import length_histogram
from sentiment.corpus.review import Split
from sentiment.encoding.settings import PrepareConfig
from sentiment.lessons.article import Article
from sentiment.lessons.question import Question, nearest
from sentiment.web import cached, layout
from sentiment.web.learn.step import Shown, Step

CHART = 250  # pixels
SHARES = (0.2, 0.35, 0.5, 0.65)


def show() -> Shown:
    imdb, low = cached.imdb_statistics(), PrepareConfig().min_length
    lengths = imdb.lengths(Split.TRAIN.title)
    high = st.slider("Longest review to keep (words)", 100, 2_500, 1_000, 50, key="learn_longest")
    kept = lengths.between(low, high)
    dropped = lengths.reviews - kept.reviews
    finding = (
        f"{dropped:,} of {lengths.reviews:,} training reviews of IMDB are dropped "
        f"({dropped / lengths.reviews:.1%}); the mean length falls from {lengths.mean:.0f} to "
        f"{kept.mean:.0f} words."
    )
    st.caption(finding)
    st.altair_chart(
        length_histogram(
            imdb.length_series(Split.TRAIN.title, "label"),
            low=low,
            high=high,
            classes=imdb.classes,
            brush=False,
            dark=layout.is_dark(),
        ).properties(height=CHART),
        alt=f"Review lengths of IMDB. {finding}",
    )
    article, median = Article.read(), lengths.percentile(50)
    longer = 1 - lengths.between(0, int(lengths.mean)).reviews / lengths.reviews
    return Shown(
        text="Reviews differ in length. A few outliers are very short, or so long that they would "
        "cost more time than they teach. They are dropped, **but only from the training reviews**: "
        "a test must measure what users will bring.\n\nMove the slider, and see how few reviews "
        "the long tail holds.",
        note=f"The article finds a mean of {article.mean_length} words and at most "
        f"{article.longest:,}. By "
        f"the tokens of this project the mean is {lengths.mean:.1f} and the longest review has "
        f"{lengths.longest:,}. The mean is a poor guide: the long tail pulls it up, and the "
        f"**median** is {median} words.",
        question=Question(
            "Which share of the reviews is longer than the mean?",
            tuple(f"about {share:.0%}" for share in SHARES),
            f"about {SHARES[nearest(longer, SHARES)]:.0%}",
            f"It is {longer:.1%}, and not one half: the mean ({lengths.mean:.0f}) is far above the "
            f"median ({median}).",
        ),
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
