"""A file of somebody's own: brought, its columns and labels mapped, looked at before it is used."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from sentiment.corpus.review import LABEL_NAMES, Corpus
from sentiment.corpus.sources import allowed_source
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import LABEL_NAMES as LABEL_COLUMNS
from sentiment.corpus.table_rows import TEXT_NAMES, sides_of_ratings
from sentiment.corpus.tables import SUFFIXES, columns_of, labels_of, read_table, table_suffix
from sentiment.corpus.text_files import MIXED, guessed_encoding
from sentiment.corpus.uploads import keep_upload
from sentiment.errors import CorpusError, SentimentError
from sentiment.web import layout

TYPES = ["csv", "tsv", "jsonl", "ndjson", "parquet", "gz"]
PREVIEW = 5  # reviews
LOOKED_THROUGH = 2_000  # reviews, for one with accents
READ_FOR_PREVIEW = 20_000  # rows: the labels and what is wrong are looked for among these
MOST_LABELS = 50  # that a person could choose among
ENCODINGS = {
    "utf-8": "UTF-8",
    MIXED: "UTF-8 with some Windows-1252",
    "cp1252": "Windows-1252 (Western)",
    "utf-16": "UTF-16",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "shift_jis": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "euc_kr": "EUC-KR (Korean)",
}
# Ratings too: here a person sees what was guessed.
LIKELY_LABELS = (*LABEL_COLUMNS, "rating", "ratings", "stars", "score")
UPLOAD, PATH = "Upload a file", "A path on the machine of this app"


@st.cache_data(max_entries=20, show_spinner="Looking at the file")
def _encoding(path: str, changed: int) -> str:
    return guessed_encoding(Path(path))


@st.cache_data(max_entries=20, show_spinner="Reading the labels")
def _labels(path: str, changed: int, column: str, encoding: str) -> dict[str, int]:
    return dict(labels_of(Path(path), column, encoding, READ_FOR_PREVIEW))


@st.cache_resource(max_entries=3, show_spinner="Reading the file")
def _corpus(path: str, changed: int, table: TableConfig) -> Corpus:
    return read_table(Path(path), table, first=READ_FOR_PREVIEW)


def own_file() -> tuple[str, TableConfig] | None:
    """Where a file is kept and how to read it, once one was brought and can be used."""
    try:
        path = bring()
        if path is None:
            return None
        table = map_columns(path)
        _look(_corpus(path, _changed(path), table), accents=bool(table.encoding))
    except SentimentError as error:
        layout.show_error(str(error))
        return None
    return path, table


def bring() -> str | None:
    """The path of a file that was uploaded, or of one on this machine. Raises CorpusError."""
    way = st.segmented_control("Bring it by", [UPLOAD, PATH], default=UPLOAD, required=True)
    if way == PATH:
        typed = st.text_input(
            "Path of a file",
            placeholder="/home/me/reviews.csv",
            help="For files too large to upload. They are read where they are.",
        ).strip()
        if not typed:
            return None
        path = Path(allowed_source(typed))
        if not path.is_file() or table_suffix(path) not in SUFFIXES:
            raise CorpusError(
                f"{path} is no table that can be read. Give a file that ends in "
                f"{', '.join(SUFFIXES)} (the text ones also in .gz)."
            )
        return str(path)
    brought = st.file_uploader(
        "A table with a column of texts and a column of labels or ratings",
        TYPES,
        help="CSV, TSV, JSONL or Parquet. It stays on the machine this app runs on.",
    )
    return str(keep_upload(brought.name, brought.getvalue())) if brought else None


def map_columns(path: str) -> TableConfig:
    """Which columns and labels a person chose, beginning with what they look like."""
    encoding = _choose_encoding(path)
    names = columns_of(Path(path), encoding or "utf-8")
    left, middle, right = st.columns(3)
    text = left.selectbox("Text column", names, _guess(names, TEXT_NAMES))
    label = middle.selectbox("Label column", names, _guess(names, LIKELY_LABELS))
    if text == label:
        raise CorpusError(
            f"The column {text!r} cannot hold both the texts and the labels. Choose another, or "
            "bring a table with two columns."
        )
    found = _labels(path, _changed(path), label, encoding or "utf-8")
    labels = list(found)[:MOST_LABELS]
    if len(found) > MOST_LABELS:
        raise CorpusError(
            f"The column {label!r} has more than {MOST_LABELS} different values, so these are no "
            "labels. Choose the column that says whether a review is positive."
        )
    if len(labels) > 2:
        positive, negative = _choose_sides(label, labels)
        return TableConfig(text, label, positive, negative, encoding)
    means = right.selectbox(
        "Means Positive",
        labels,
        None,
        placeholder="guessed",
        help="Needed only if the two labels do not say it themselves, as 1 and 0 do.",
    )
    return TableConfig(text, label, means or "", "", encoding)


def _choose_encoding(path: str) -> str:
    """The encoding to read with, empty for UTF-8; asked only where it is not."""
    if table_suffix(Path(path)) == ".parquet":
        return ""
    guessed = _encoding(path, _changed(path))
    if guessed == "utf-8":
        return ""
    known = list(ENCODINGS)
    st.warning(
        "This file is not UTF-8. "
        + (
            f"It looks like {ENCODINGS[guessed]}. Check the accents in the preview below."
            if guessed
            else "Choose its encoding; the preview below shows whether it is the right one."
        ),
        icon=":material/translate:",
    )
    return st.selectbox(
        "Encoding",
        known,
        known.index(guessed) if guessed else known.index("cp1251"),
        format_func=lambda name: ENCODINGS[name],
    )


def _choose_sides(label: str, labels: list[str]) -> tuple[str, str]:
    """Of more than two labels, which mean Positive and which Negative."""
    above, below = sides_of_ratings(labels)
    left, right = st.columns(2)
    positive = left.multiselect("These mean Positive", labels, above)
    negative = right.multiselect("These mean Negative", labels, below)
    neutral = [name for name in labels if name not in (*positive, *negative)]
    if not positive or not negative:
        raise CorpusError(
            f"The column {label!r} has {len(labels)} different labels. Choose at least one that "
            "means Positive and one that means Negative; rows with the others are left out."
        )
    if neutral:
        st.text(f"Neither, and left out: {', '.join(neutral)}")
    return ",".join(positive), ",".join(negative)


def _guess(names: list[str], likely: tuple[str, ...]) -> int:
    return next((number for number, name in enumerate(names) if name.lower() in likely), 0)


def _changed(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error


def _look(corpus: Corpus, accents: bool) -> None:
    """accents: show the texts first that tell whether the encoding is the right one."""
    rows: Sequence[int] = range(min(len(corpus), LOOKED_THROUGH if accents else PREVIEW))
    if accents:
        rows = sorted(rows, key=lambda row: corpus.texts[row].isascii())
    counts = {
        name: int((corpus.labels == code).sum())
        for code, name in LABEL_NAMES.items()
        if (corpus.labels == code).any()
    }
    layout.metrics(**{name: f"{count:,}" for name, count in counts.items()})
    if int(corpus.names[-1].rpartition(" ")[2]) >= READ_FOR_PREVIEW:  # "row 20001"
        st.caption(f"Of the first {READ_FOR_PREVIEW:,} rows; the others are read when it is used.")
    st.dataframe(
        [
            {"label": LABEL_NAMES[review.label], "text": review.text[:200]}
            for review in (corpus[row] for row in rows[:PREVIEW])
        ],
        hide_index=True,
    )
    show_rejected(corpus.rejected)


def show_rejected(lines: Sequence[str]) -> None:
    """Rows of a source that are not read, by reason, and which."""
    rows: dict[str, list[str]] = {}
    for line in lines:
        which, _, why = line.partition(": ")
        rows.setdefault(why, []).append(which)
    if rows:
        st.warning("Rows that are left out:", icon=":material/warning:")
        st.dataframe(
            [{"why": why, "which": ", ".join(which)} for why, which in rows.items()],
            hide_index=True,
            height="content" if len(rows) < 5 else 180,
        )
