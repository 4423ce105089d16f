"""Form for a table of reviews: choose the file, its columns and labels, and check a preview."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from sentiment.corpus.encodings import ENCODINGS, guess_encoding
from sentiment.corpus.formats.registry import ACCEPTED, SUFFIXES
from sentiment.corpus.label_mapping import propose_mapping
from sentiment.corpus.preview import example_rows, likely_columns, rejected_by_reason
from sentiment.corpus.review import LABEL_NAMES, NEGATIVE, POSITIVE, Corpus
from sentiment.corpus.sources import allowed_source
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.tables import (
    columns_of,
    has_encoding,
    is_table,
    labels_of,
    read_table,
)
from sentiment.corpus.uploads import store_upload
from sentiment.errors import CorpusError, SentimentError
from sentiment.web import layout

PREVIEW = 5  # reviews
PREVIEW_CHARACTERS = 200  # of a review
READ_FOR_PREVIEW = 20_000  # rows whose labels are counted and problems listed
MOST_LABELS = 50  # in the select boxes
UPLOAD, PATH = "Upload", "Path on the server"


@st.cache_data(max_entries=20, show_spinner="Detecting the encoding")
def _encoding(path: str, modified: int) -> str:
    return guess_encoding(Path(path))


@st.cache_data(max_entries=20, show_spinner="Reading the labels")
def _labels(path: str, modified: int, column: str, encoding: str) -> dict[str, int]:
    table = TableConfig(encoding=encoding)
    return dict(labels_of(Path(path), column, table, READ_FOR_PREVIEW))


@st.cache_resource(max_entries=3, show_spinner="Reading the file")
def _corpus(path: str, modified: int, table: TableConfig) -> Corpus:
    return read_table(Path(path), table, first=READ_FOR_PREVIEW)


def choose_file() -> tuple[str, TableConfig] | None:
    """The path and columns of the chosen table, None until it can be used."""
    try:
        path = _choose_path()
        if path is None:
            return None
        table = _choose_columns(path)
        _show_preview(_corpus(path, _modified(path), table), accents=bool(table.encoding))
    except SentimentError as error:
        layout.show_error(str(error))
        return None
    return path, table


def _choose_path() -> str | None:
    """The path of an uploaded file or of one on the server. Raises CorpusError."""
    origin = st.segmented_control("Add from", [UPLOAD, PATH], default=UPLOAD, required=True)
    if origin == PATH:
        typed = st.text_input(
            "Path of a file",
            placeholder="/home/me/reviews.csv",
            help="For files that are too large to upload. They are not copied.",
        ).strip()
        if not typed:
            return None
        path = Path(allowed_source(typed))
        if not is_table(path):
            raise CorpusError(f"{path} is not a table. Accepted: {ACCEPTED}.")
        return str(path)
    uploaded = st.file_uploader(
        "Table with a column of texts and a column of labels or ratings",
        [suffix.removeprefix(".") for suffix in (*SUFFIXES, ".gz")],
        help="The file stays on the machine that runs this app.",
    )
    return str(store_upload(uploaded.name, uploaded.getvalue())) if uploaded else None


def _choose_columns(path: str) -> TableConfig:
    """Select boxes for encoding, columns and labels, preset to likely ones. Raises CorpusError."""
    encoding = _choose_encoding(path)
    names = columns_of(Path(path), TableConfig(encoding=encoding))
    left, middle, right = st.columns(3)
    likely_text, likely_label = likely_columns(names)
    text = left.selectbox("Text column", names, likely_text)
    label = middle.selectbox("Label column", names, likely_label)
    if text == label:
        raise CorpusError(
            f"The column {text!r} is chosen for both the texts and the labels. Choose two "
            "different columns."
        )
    labels = _labels(path, _modified(path), label, encoding)
    if len(labels) > MOST_LABELS:
        raise CorpusError(
            f"The column {label!r} has more than {MOST_LABELS} different values, too many for "
            "labels. Choose the column that holds the sentiment of a review."
        )
    if len(labels) > 2:
        positive, negative = _choose_sides(label, labels)
        return TableConfig(text, label, tuple(positive), tuple(negative), encoding)
    named = right.selectbox(
        "Positive label",
        list(labels),
        None,
        placeholder="automatic",
        help="Needed only where the labels are not self-explanatory, as 1 and 0 are.",
    )
    return TableConfig(text, label, (named,) if named else (), (), encoding)


def _choose_encoding(path: str) -> str:
    """The encoding, empty for UTF-8; a select box appears only for other files."""
    if not has_encoding(Path(path)):
        return ""
    guess = _encoding(path, _modified(path))
    if guess == "utf-8":
        return ""
    options = list(ENCODINGS)
    st.warning(
        "This file is not UTF-8. "
        + (
            f"It looks like {ENCODINGS[guess]}. Check the accents in the preview below."
            if guess
            else "Choose its encoding, and check the preview below."
        ),
        icon=":material/translate:",
    )
    return st.selectbox(
        "Encoding",
        options,
        options.index(guess or "cp1251"),
        format_func=lambda name: ENCODINGS[name],
    )


def _choose_sides(label: str, labels: dict[str, int]) -> tuple[list[str], list[str]]:
    """The positive and the negative ones of more than two labels."""
    proposal = propose_mapping(labels, label)
    left, right = st.columns(2)
    positive = left.multiselect("Positive labels", list(labels), proposal.of_class(POSITIVE))
    negative = right.multiselect("Negative labels", list(labels), proposal.of_class(NEGATIVE))
    neutral = [name for name in labels if name not in (*positive, *negative)]
    if not positive or not negative:
        raise CorpusError(
            f"The column {label!r} has {len(labels)} different labels. Choose at least one "
            "positive and one negative label; rows with other labels are dropped."
        )
    if neutral:
        st.text(f"Dropped as neutral: {', '.join(neutral)}")
    return positive, negative


def _modified(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error


def _show_preview(corpus: Corpus, *, accents: bool) -> None:
    layout.metrics(
        **{
            name: f"{count:,}"
            for code, name in LABEL_NAMES.items()
            if (count := int((corpus.labels == code).sum()))
        }
    )
    if int(corpus.names[-1].rpartition(" ")[2]) >= READ_FOR_PREVIEW:  # "row 20001"
        st.caption(f"Counted in the first {READ_FOR_PREVIEW:,} rows.")
    reviews = [corpus[row] for row in example_rows(corpus, PREVIEW, accents=accents)]
    st.dataframe(
        [
            {"label": LABEL_NAMES[review.label], "text": review.text[:PREVIEW_CHARACTERS]}
            for review in reviews
        ],
        hide_index=True,
    )
    show_rejected(corpus.rejected)


def show_rejected(lines: Sequence[str]) -> None:
    """Table of the rejected rows of a source, by reason."""
    table = rejected_by_reason(lines)
    if table:
        st.warning("Rejected rows:", icon=":material/warning:")
        st.dataframe(table, hide_index=True, height="content" if len(table) < 5 else 180)
