"""Batches view: one batch as the network reads it, shuffled or from length buckets."""

import streamlit as st

from sentiment.charts.batches import batch_picture
from sentiment.charts.sequence import epoch_cells
from sentiment.corpus.classes import Classes
from sentiment.dataset.example_batches import ExampleBatch, TrainingReviews, example_batch
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.buckets import LENGTH_STEP, BatchWidths
from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.vocabulary import FIRST_WORD
from sentiment.web import layout
from sentiment.web.explore.choices import Choices
from sentiment.web.explore.corpora import explain_missing_texts
from sentiment.web.shared_chart import shared
from sentiment.wording import counted

LARGEST_DRAWN = 64  # reviews in a batch
MOST_BATCHED = 100_000  # reviews; of a larger corpus, a random sample is batched
TITLES = {False: "Shuffled", True: "Length buckets"}


def show(choices: Choices) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        batch_size = st.number_input(
            "Batch size", 1, LARGEST_DRAWN, 32, key="shown_batch_size", bind="query-params"
        )
        number = st.number_input("Batch", 1, 10_000, 1, key="batch", bind="query-params")
    with layout.show_errors():
        corpus = choices.corpus.prepared()
    low, high = choices.min_length, choices.max_length
    if corpus is None:
        reviews = TrainingReviews.from_statistics(choices.statistics, low, high)
    else:
        reviews = TrainingReviews.from_corpus(corpus, low, high, choices.max_words)
    if not len(reviews):
        st.info("The cutoffs keep no training review. Loosen them above.")
        return
    sample = reviews.sample(MOST_BATCHED)
    batches = {
        bucketed: example_batch(
            sample.words,
            sample.labels,
            choices.sequence,
            batch_size=batch_size,
            bucketed=bucketed,
            number=number - 1,
            token_ids=sample.token_ids,
        )
        for bucketed in TITLES
    }
    width = max(batch.width for batch in batches.values())
    for column, (bucketed, batch) in zip(st.columns(2), batches.items(), strict=True):
        with column:
            _show_batch(TITLES[bucketed], batch, choices.statistics.classes, width)
    _show_legend(corpus, choices)
    if len(sample) < len(reviews):
        st.caption(
            f"The batches are drawn from a random sample of {counted(len(sample), 'review')}."
        )
    _show_epoch(reviews, choices.sequence_length, batch_size)
    st.subheader("Rows of the batch", anchor=False)
    bucketed = st.segmented_control(
        "Batch from",
        list(TITLES),
        default=True,
        key="listed_batch",
        required=True,
        format_func=lambda bucketed: TITLES[bucketed],
    )
    st.dataframe(
        batches[bucketed].table(choices.statistics.classes, corpus.vocabulary if corpus else None),
        hide_index=True,
        height=300,
    )


def _show_batch(title: str, batch: ExampleBatch, classes: Classes, width: int) -> None:
    """width: cells that the axis shows."""
    rows, cells = counted(len(batch.items), "row"), counted(batch.width, "cell")
    size = f"{rows} of {cells}, {batch.padding_share:.0%} padding"
    st.markdown(f"**{title}**: {size}")
    st.plotly_chart(
        shared(batch_picture)(batch, classes, columns=width),
        key=f"batch_{title}",
        config={"displayModeBar": False},
        alt=f"{title}: a batch of {size}.",
    )


def _show_legend(corpus: PreparedCorpus | None, choices: Choices) -> None:
    st.caption(
        "One row per review, one cell per word, in the color of the review's class. Rows are "
        f"padded to multiples of {LENGTH_STEP} cells."
    )
    if corpus is None:
        explain_missing_texts(choices.corpus, "The token ids")
    elif choices.max_words + FIRST_WORD > len(corpus.vocabulary):
        st.caption(
            f"The token ids are those of the prepared vocabulary: {len(corpus.vocabulary):,} with "
            "`<pad>` and `<unk>`."
        )


def _show_epoch(reviews: TrainingReviews, sequence_length: int, batch_size: int) -> None:
    st.subheader("Cells of an epoch", anchor=False)
    cells = BatchWidths(LengthHistogram.of(reviews.words), batch_size).cells(sequence_length)
    layout.metrics(
        {
            "Training reviews": f"{len(reviews):,}",
            "Words read": f"{cells.words:,}",
            "Cells, fixed width": f"{cells.fixed:,.0f}",
            "Cells, shuffled": f"{cells.shuffled:,.0f}",
            "Cells, length buckets": f"{cells.bucketed:,.0f}",
            "Saved by buckets": f"{cells.saved_by_buckets:.0%}",
        }
    )
    fixed, shuffled, bucketed = (
        f"{cells.padding_share(total):.0%}"
        for total in (cells.fixed, cells.shuffled, cells.bucketed)
    )
    st.altair_chart(
        shared(epoch_cells)(cells),
        key="cells_chart",
        alt=f"Share of padding in the cells of an epoch: {fixed} with fixed width, {shuffled} with "
        f"shuffled batches, {bucketed} with length buckets.",
    )
