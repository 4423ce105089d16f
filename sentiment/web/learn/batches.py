"""Step 9: batches, as a DataLoader gives them to the network."""

import streamlit as st

from sentiment.charts.batches import batch_picture
from sentiment.corpus.review import Split
from sentiment.dataset.example_batches import TrainingReviews, example_batch
from sentiment.encoding.buckets import BatchWidths
from sentiment.encoding.settings import SequenceConfig
from sentiment.lessons.question import Question, nearest
from sentiment.training.presets import PRESETS
from sentiment.web import cached, layout
from sentiment.web.learn.step import Shown, Step
from sentiment.web.shared_chart import shared

SHOWN = 32  # reviews
SHARES = (0.05, 0.15, 0.3, 0.6)


def show() -> Shown:
    bucketed = st.toggle(
        "Put reviews of similar length into one batch", value=False, key="learn_buckets"
    )
    corpus, sequence = cached.prepared("sample"), SequenceConfig()
    reviews = TrainingReviews.from_corpus(
        corpus, corpus.config.min_length, corpus.config.max_length, corpus.config.max_words
    )
    batch = example_batch(
        reviews.words,
        reviews.labels,
        sequence,
        batch_size=SHOWN,
        bucketed=bucketed,
        token_ids=reviews.token_ids,
        number=1,
    )
    finding = (
        f"A batch of {SHOWN} reviews of the sample corpus: {batch.padding_share:.0%} of its cells "
        "are padding. A row is a review."
    )
    st.caption(finding)
    st.plotly_chart(
        shared(batch_picture)(
            batch, corpus.classes, columns=sequence.sequence_length, dark=layout.is_dark()
        ),
        key="learn_batch",
        config=layout.figure_config(),
        alt=finding,
    )
    recipe = PRESETS["article"].recipe
    size, length = recipe.training.batch_size, recipe.sequence.sequence_length
    train = cached.imdb_statistics().lengths(Split.TRAIN.title)
    cells = BatchWidths(train, size).cells(length)
    fixed, buckets = cells.padding_share(cells.fixed), cells.padding_share(cells.bucketed)
    return Shown(
        text="The network reads some reviews at once, a **batch**, and corrects its weights after "
        "each: often enough to learn quickly, and large enough that the corrections agree. A "
        "`DataLoader` draws the batches in a new order every epoch.\n\nSwitch the toggle: the "
        "cells of padding are computed for nothing.",
        note=f"The article draws {size} reviews at random and pads all to {length} words: "
        f"{fixed:.0%} of "
        "the cells of IMDB are padding. Batches of similar lengths, padded to their longest "
        f"review, have {buckets:.0%}: nearly every cell is a word.",
        question=Question(
            f"Batches of {size} reviews of IMDB, of similar lengths, at most {length} words: which "
            "share of the cells is padding?",
            tuple(f"about {share:.0%}" for share in SHARES),
            f"about {SHARES[nearest(buckets, SHARES)]:.0%}",
            f"It is {buckets:.1%}, against {fixed:.1%} if every row has {length} cells.",
        ),
    )


STEP = Step(
    title="Make batches with a DataLoader",
    short="Batches",
    show=show,
    code=("dataset.batches:training_batches", "dataset.batches:ReviewDataset.collate"),
    terms=("batch", "epoch", "padding"),
    page="pages/explore.py",
    link="Batches of any corpus and size",
    params={"explore_view": "Batches"},
)
