"""Choice of a table and of its column of texts, and how the file is read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from sentiment.corpus.classes import Classes
from sentiment.corpus.export import csv_of
from sentiment.corpus.formats.registry import ACCEPTED
from sentiment.corpus.guess import Guess
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import encoding_guess
from sentiment.corpus.uploads import store_upload, title_of, uploads_by_title
from sentiment.corpus.whole_rows import WholeTable, whole_table
from sentiment.errors import CorpusError, SentimentError
from sentiment.listing import modified
from sentiment.web import layout
from sentiment.web.sources.table_form import ask, ask_again
from sentiment.web.uploads import is_new, stored

EXAMPLES, EXAMPLE_SEED = 200, 7  # reviews; the training of the presets has another seed
LONGEST_TITLE = 60  # characters of the name of a column
LONGEST_ARGUMENT = 1_000  # characters of a name that a command gets; of a longer one, its number


@dataclass(frozen=True)
class ChosenTable:
    """A table, and which of its columns has the texts."""

    table: WholeTable
    place: int  # of the column

    @property
    def column(self) -> str:
        return self.table.names[self.place]

    @property
    def label(self) -> str:
        """The column that may have labels, empty without one."""
        place = self.table.label
        return "" if place in (None, self.place) else self.table.names[place or 0]

    @property
    def config(self) -> TableConfig:
        """How to read the table, with the column of texts."""
        number, name = str(self.place + 1), self.column
        given = name if len(name) <= LONGEST_ARGUMENT or number in self.table.names else number
        return replace(self.table.config, text=given)


def choose_file(classes: Classes) -> Path | None:
    """A new or an earlier uploaded file; None if there is no file. Shows errors.

    classes: of the model, for the example that the page offers if there is no file.
    """
    choice = st.container()
    uploaded = st.file_uploader(
        "Table of reviews",
        key="predict_upload",
        help=f"{ACCEPTED}. Labels are not needed. The file stays on the machine that runs this "
        "app.",
    )
    st.caption(f"{ACCEPTED}, with or without labels.")
    try:
        if uploaded and is_new(uploaded):
            st.session_state["file"] = title_of(stored(uploaded))
        files = uploads_by_title()
        if not files:
            _offer_example(classes)
            return None
    except SentimentError as error:
        layout.show_error(str(error))
        return None
    chosen = choice.selectbox(
        "File",
        list(files),
        index=None,
        key="file",
        bind="query-params",
        placeholder="Choose an uploaded file",
        help="Files that you have uploaded, the newest first.",
    )
    return files.get(chosen or "")


def _offer_example(classes: Classes) -> None:
    if st.button(
        "Use an example",
        icon=":material/science:",
        help=f"{EXAMPLES} synthetic reviews with labels.",
    ):
        from sentiment.corpus import sample, sample3

        of_three = classes == sample3.CLASSES
        make = sample3.sample3_corpus if of_three else sample.sample_corpus
        corpus = make(EXAMPLES, EXAMPLE_SEED)
        rows = (
            {"review": text, "label": corpus.classes.name(label)}
            for text, label in zip(corpus.texts, corpus.labels.tolist(), strict=True)
        )
        st.session_state["file"] = title_of(store_upload("example.csv", csv_of(rows)))
        st.rerun()


def choose_table(path: Path) -> ChosenTable | None:
    """The columns of the table at `path`, None until they are known. Raises CorpusError."""
    changed: dict[str, Any] = st.session_state.setdefault(f"changed {path}", {})
    config = replace(TableConfig(), **changed)
    encoding = _encoding(path, modified(path), config)
    if encoding:
        ask(encoding, changed, str(path))
        if not encoding.value and not config.encoding:
            return None
    try:
        table = _table(path, modified(path), config)
    except CorpusError:
        if changed.keys() - {"encoding"}:
            unchanged = TableConfig(encoding=config.encoding)
            ask_again(_table(path, modified(path), unchanged).guesses, changed, str(path))
        raise
    for guess in table.guesses:
        ask(guess, changed, str(path))
    place = _choose_column(table, str(path))
    if place is None:
        st.info("Choose the column with the texts.", icon=":material/view_column:")
        return None
    return ChosenTable(table, place)


def short_titles(names: Sequence[str]) -> list[str]:
    """Shortened, unique names of columns."""
    titles = [name if len(name) <= LONGEST_TITLE else f"{name[:LONGEST_TITLE]}…" for name in names]
    return [
        title if titles.count(title) == 1 else f"{title} (column {place})"
        for place, title in enumerate(titles, 1)
    ]


def _choose_column(table: WholeTable, key: str) -> int | None:
    titles = short_titles(table.names)
    likely = None if table.text is None else titles[table.text]
    state = st.session_state
    if state.setdefault("column_of", key) != key:  # a name of the previous file
        state["column_of"], state["column"] = key, likely
    layout.set_defaults(column=likely)
    chosen = st.selectbox(
        "Text column",
        titles,
        index=None,
        key="column",
        bind="query-params",
        placeholder="Choose a column",
    )
    return None if chosen is None else titles.index(chosen)


@st.cache_data(max_entries=50, show_spinner="Reading the first rows")
def _encoding(path: Path, changed: float, config: TableConfig) -> Guess | None:
    return encoding_guess(path, config)


@st.cache_data(max_entries=50, show_spinner="Reading the columns")
def _table(path: Path, changed: float, config: TableConfig) -> WholeTable:
    return whole_table(path, config)
