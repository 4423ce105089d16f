"""Step 9: batches, as a DataLoader gives them to the network."""

import streamlit as st

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.charts.batches import batch_picture
from sentiment.corpus.review import Split
from sentiment.dataset.example_batches import TrainingReviews, example_batch
from sentiment.encoding.buckets import BatchWidths
from sentiment.encoding.settings import SequenceConfig
from sentiment.lessons.question import Question, share_choices
from sentiment.training.presets import PRESETS
from sentiment.web import cached, layout
from sentiment.web.learn import subject
from sentiment.web.learn.step import Shown, Step
from sentiment.web.shared_chart import shared
from sentiment.wording import counted

SHOWN = 32  # reviews
SHARES = (0.05, 0.15, 0.3, 0.6)


def show() -> Shown:
    bucketed = st.toggle(
        "Put reviews of similar length into one batch", value=False, key="learn_buckets"
    )
    shown, sequence = subject.current(), SequenceConfig()
    corpus = shown.texts()
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
    widest = min(sequence.sequence_length, int(reviews.words.max(initial=1)))
    finding = (
        f"A batch of {counted(len(batch.items), 'review')} of {shown.texts_name}: "
        f"{batch.padding_share:.0%} of its cells are padding. A row is a review."
    )
    st.caption(finding)
    st.plotly_chart(
        shared(batch_picture)(batch, corpus.classes, columns=widest),
        key="learn_batch",
        config=layout.figure_config(),
        alt=finding,
    )
    recipe = PRESETS["article"].recipe
    size, length = recipe.training.batch_size, recipe.sequence.sequence_length
    fixed, buckets = _padding(cached.imdb_statistics(), size, length)
    own_fixed, own_buckets = _padding(shown.statistics, size, length)
    return Shown(
        text="The network reads several reviews at once, a **batch**, and then changes its "
        "weights. Small batches change the weights more often; large batches make each change "
        "more reliable. A `DataLoader` draws the batches in a new order every epoch.\n\nSwitch "
        "the toggle and compare the padding: the network computes these cells, but learns nothing "
        "from them.",
        note=f"The article draws {size} reviews at random and pads all to {length} words: "
        f"{fixed:.0%} of the cells of IMDB are padding. In batches of similar lengths, padded to "
        f"their longest review, it is {buckets:.0%}: nearly every cell is a word.",
        question=Question(
            f"Batches of {size} reviews of {shown.corpus.name}, of similar lengths, at most "
            f"{length} words: which share of the cells is padding?",
            *share_choices(own_buckets, SHARES),
            f"It is {own_buckets:.1%}, against {own_fixed:.1%} if every row has {length} cells.",
        ),
    )


def _padding(of: CorpusStatistics, size: int, length: int) -> tuple[float, float]:
    """The share of padding in random batches of the training reviews, and in length buckets."""
    cells = BatchWidths(of.lengths(Split.TRAIN.title), size).cells(length)
    return cells.padding_share(cells.fixed), cells.padding_share(cells.bucketed)


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
