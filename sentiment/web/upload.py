"""A file of somebody's own: brought, its columns and labels mapped, looked at before training."""

from pathlib import Path

import streamlit as st

from sentiment import web
from sentiment.corpus.review import LABEL_NAMES, Corpus
from sentiment.corpus.table_rows import LABEL_NAMES as LABEL_COLUMNS
from sentiment.corpus.table_rows import TEXT_NAMES, sides_of_ratings
from sentiment.corpus.tables import columns_of, labels_of, read_table
from sentiment.corpus.uploads import keep_upload
from sentiment.encoding.settings import ReadingConfig
from sentiment.errors import CorpusError, SentimentError

TYPES = ["csv", "tsv", "jsonl", "ndjson", "parquet", "gz"]
PREVIEW = 5  # reviews
MOST_LABELS = 50  # that a person could choose among


@st.cache_data(max_entries=20, show_spinner="Reading the labels")
def _labels(path: str, column: str) -> dict[str, int]:
    return dict(labels_of(Path(path), column))


@st.cache_resource(max_entries=3, show_spinner="Reading the file")
def _corpus(path: str, reading: ReadingConfig) -> Corpus:
    return read_table(Path(path), **reading.options())


def own_file() -> tuple[str, ReadingConfig] | None:
    """Where a file is kept and how to read it, once one was brought and can be used."""
    with st.expander("Train on a file of your own", icon=":material/upload_file:"):
        brought = st.file_uploader(
            "A table with a column of texts and a column of labels or ratings",
            TYPES,
            help="CSV, TSV, JSONL or Parquet. It stays on the machine this app runs on.",
        )
        if brought is None:
            return None
        try:
            path = str(keep_upload(brought.name, brought.getvalue()))
            reading = _choose(path)
            _look(_corpus(path, reading))
        except SentimentError as error:
            web.show_error(str(error))
            return None
    return path, reading


def _choose(path: str) -> ReadingConfig:
    names = columns_of(Path(path))
    left, middle, right = st.columns(3)
    text = left.selectbox("Text column", names, _guess(names, TEXT_NAMES))
    label = middle.selectbox("Label column", names, _guess(names, LABEL_COLUMNS))
    labels = list(_labels(path, label))[:MOST_LABELS]
    if len(labels) > 2:
        return _choose_sides(text, label, labels)
    positive = right.selectbox(
        "Means Positive",
        labels,
        None,
        placeholder="guessed",
        help="Needed only if the two labels do not say it themselves, as 1 and 0 do.",
    )
    return ReadingConfig(text=text, label=label, positive=positive or "")


def _choose_sides(text: str, label: str, labels: list[str]) -> ReadingConfig:
    """Of more than two labels, which mean Positive and which Negative."""
    above, below = sides_of_ratings(labels)
    left, right = st.columns(2)
    positive = left.multiselect("These mean Positive", labels, above)
    negative = right.multiselect("These mean Negative", labels, below)
    if not positive or not negative:
        raise CorpusError(
            f"The column {label!r} has {len(labels)} different labels. Choose at least one that "
            "means Positive and one that means Negative; rows with the others are left out."
        )
    return ReadingConfig(text, label, ",".join(positive), ",".join(negative))


def _guess(names: list[str], likely: tuple[str, ...]) -> int:
    return next((number for number, name in enumerate(names) if name.lower() in likely), 0)


def _look(corpus: Corpus) -> None:
    counts = {
        name: int((corpus.labels == code).sum())
        for code, name in LABEL_NAMES.items()
        if (corpus.labels == code).any()
    }
    web.metrics(**{name: f"{count:,}" for name, count in counts.items()})
    st.dataframe(
        [
            {"label": LABEL_NAMES[review.label], "text": review.text[:200]}
            for review in (corpus[row] for row in range(min(PREVIEW, len(corpus))))
        ],
        hide_index=True,
    )
    if corpus.rejected:
        st.warning("Rows that are left out:", icon=":material/warning:")
        st.dataframe([{"why": line} for line in corpus.rejected], hide_index=True, height=150)
