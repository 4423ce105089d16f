"""What the network will see: one batch, before and after bucketing."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from sentiment.charts.batches import batch_picture
from sentiment.charts.sequence import epoch_cells
from sentiment.corpus.review import Split
from sentiment.dataset.example_batches import ExampleBatch, example_batch
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.buckets import LENGTH_STEP, BatchWidths
from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.vocabulary import FIRST_WORD, UNK
from sentiment.web import layout
from sentiment.web.explore.choices import Choices
from sentiment.web.explore.corpora import no_texts

LARGEST = 64  # reviews that are drawn
ENOUGH = 100_000  # reviews from which batches are put together; of more, a part is
TITLES = {False: "As they come", True: "Length buckets"}


def show(choices: Choices) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        batch_size = st.number_input(
            "Batch size", 1, LARGEST, 32, key="drawn_batch", bind="query-params"
        )
        number = st.number_input("Batch", 1, 10_000, 1, key="batch", bind="query-params")
    with layout.show_errors():
        corpus = choices.corpus.prepared()
    all_words, labels, token_ids = _reviews(choices, corpus)
    if not len(all_words):
        st.info("No training review is kept by these cutoffs. Loosen them above.")
        return
    words, items = all_words, np.arange(len(all_words))
    if len(words) > ENOUGH:
        items = np.unique(np.random.default_rng(0).integers(0, len(words), ENOUGH))
        words, labels = words[items], labels[items]
    batches = {
        bucketed: example_batch(
            words,
            labels,
            choices.sequence,
            batch_size=batch_size,
            bucketed=bucketed,
            number=number - 1,
            token_ids=token_ids and (lambda item: token_ids(int(items[item]))),
        )
        for bucketed in TITLES
    }
    columns = max(batch.width for batch in batches.values())
    for column, (bucketed, batch) in zip(st.columns(2), batches.items(), strict=True):
        with column:
            _draw(TITLES[bucketed], batch, columns)
    _explain(corpus, choices)
    if len(words) < len(all_words):
        st.caption(f"The batches are put together from {len(words):,} reviews, drawn by lot.")
    _whole_epoch(all_words, choices, batch_size)
    st.subheader("The same in numbers", anchor=False)
    shown = st.segmented_control(
        "Batch of",
        list(TITLES),
        default=True,
        key="rows_of",
        required=True,
        format_func=lambda bucketed: TITLES[bucketed],
    )
    st.dataframe(
        batches[shown].table(corpus.vocabulary if corpus else None), hide_index=True, height=300
    )


def _reviews(
    choices: Choices, corpus: PreparedCorpus | None
) -> tuple[np.ndarray, np.ndarray, Callable[[int], np.ndarray] | None]:
    """Lengths and labels of the training reviews that are kept, and their ids where known."""
    if corpus is None:
        # Only how many reviews have each length: as good as the reviews, but for their words.
        statistics, low, high = choices.statistics, choices.low, choices.high
        kept = {
            label: statistics.cut(low, high, "train", label).kept for label in statistics.labels
        }
        words = [np.repeat(lengths.lengths, lengths.counts) for lengths in kept.values()]
        labels = [np.full(lengths.reviews, label) for label, lengths in kept.items()]
        return np.concatenate(words), np.concatenate(labels), None
    # The cutoffs it was prepared with give way to those chosen here; all else that drops stays.
    drop_reasons = (DropReason.KEPT, DropReason.SHORT, DropReason.LONG)
    fits = (corpus.splits == Split.TRAIN) & np.isin(corpus.drop_reasons, drop_reasons)
    fits &= (corpus.lengths >= choices.low) & (corpus.lengths <= choices.high)
    rows = np.flatnonzero(fits)

    def token_ids(item: int) -> np.ndarray:
        ids = corpus.token_ids(int(rows[item]))
        # The more frequent, the lower: a smaller vocabulary is the beginning of this one.
        return np.where(ids < choices.max_words + FIRST_WORD, ids, UNK)

    return corpus.lengths[rows], np.asarray(corpus.labels[rows]), token_ids


def _draw(title: str, batch: ExampleBatch, columns: int) -> None:
    st.markdown(
        f"**{title}**: {len(batch.items)} rows of {batch.width} cells, "
        f"{batch.padding_share:.0%} of it padding"
    )
    st.plotly_chart(
        batch_picture(batch, columns=columns, dark=layout.is_dark()),
        key=f"batch_{title}",
        config={"displayModeBar": False},
        alt=f"{title}: a batch of {len(batch.items)} reviews in rows of {batch.width} cells, of "
        f"which {batch.padding_share:.0%} hold padding.",
    )


def _explain(corpus: PreparedCorpus | None, choices: Choices) -> None:
    known = corpus is not None
    st.caption(
        "A row is a review, a cell one of its words: blue in positive reviews, orange in negative "
        "ones, gray where it is padding"
        + (
            f", and {'white' if layout.is_dark() else 'black'} for unknown words. "
            if known
            else ". "
        )
        + f"Rows are rounded up to multiples of {LENGTH_STEP} cells."
    )
    if corpus is None:
        no_texts(choices.corpus, "The words themselves, as ids,")
    elif choices.max_words + FIRST_WORD > len(corpus.vocabulary):
        st.caption(
            f"The ids are those of the vocabulary that was prepared, {len(corpus.vocabulary):,} "
            "with `<pad>` and `<unk>`."
        )


def _whole_epoch(words: np.ndarray, choices: Choices, batch_size: int) -> None:
    st.subheader("A whole epoch", anchor=False)
    cells = BatchWidths(LengthHistogram.of(words), batch_size).cells(choices.sequence_length)
    saved = 1 - cells.bucketed / cells.shuffled
    layout.metrics(
        Training_reviews=f"{len(words):,}",
        Words_read=f"{cells.words:,}",
        **{
            "Cells, rows all alike": f"{cells.fixed:,.0f}",
            "Cells, as they come": f"{cells.shuffled:,.0f}",
            "Cells, length buckets": f"{cells.bucketed:,.0f}",
            "Saved by buckets": f"{saved:.0%}",
        },
    )
    st.altair_chart(
        epoch_cells(cells, dark=layout.is_dark()),
        key="cells_chart",
        alt=f"Of the cells of an epoch, {1 - cells.words / cells.fixed:.0%} are padding with rows "
        f"all alike, {1 - cells.words / cells.shuffled:.0%} with batches as they come and "
        f"{1 - cells.words / cells.bucketed:.0%} with length buckets.",
    )
