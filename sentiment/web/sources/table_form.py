"""Form for one table: its columns, the classes of its labels, and examples."""

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import streamlit as st

from sentiment.corpus.guess import Guess
from sentiment.corpus.preview import rejected_by_reason
from sentiment.corpus.table_config import NO, YES, TableConfig
from sentiment.corpus.table_facts import TableFacts
from sentiment.errors import CorpusError
from sentiment.web.sources import scans
from sentiment.web.sources.label_form import choose_classes, show_examples
from sentiment.wording import counted

TITLES = {field.name: field.metadata["title"] for field in fields(TableConfig)}
SHOWN_COLUMNS = 12


def choose_table(path: Path) -> TableConfig | None:
    """How to read the table at `path`, None until the visitor has chosen it. Raises CorpusError."""
    changed: dict[str, Any] = st.session_state.setdefault(f"changed {path}", {})
    try:
        facts = scans.facts(path, replace(TableConfig(), **changed))
    except CorpusError:
        if changed:
            with st.container(border=True):
                ask_again(scans.facts(path, TableConfig()).guesses, changed, str(path))
        raise
    with st.container(border=True):
        st.markdown("##### Columns")
        if facts.columns:
            st.caption(f"Read as {facts.format} with {counted(len(facts.columns), 'column')}.")
        for guess in facts.guesses:
            ask(guess, changed, str(path))
        columns = _choose_columns(facts, str(path)) if facts.columns else None
    if columns is None:
        return None
    table = replace(TableConfig(text=columns[0], label=columns[1]), **changed)
    scan = scans.scan(path, table)
    if scan is None:
        return None
    with st.container(border=True):
        st.markdown("##### Labels")
        if scan.split:
            ask(scan.split, changed, str(path))
        mapping, confirmed = choose_classes(path, scan)
        show_examples(scan, mapping, accents=any(g.field == "encoding" for g in facts.guesses))
        show_rejected(scan.rejected)
    if not confirmed:
        return None
    assert mapping.classes
    return replace(table, classes=mapping.setting, ordered=YES if mapping.classes.ordered else NO)


def ask_again(guesses: Sequence[Guess], changed: dict[str, Any], key: str) -> None:
    """The questions without the changes, one of which makes the table unreadable."""
    for guess in guesses:
        ask(replace(guess, value=changed.get(guess.field, guess.value)), changed, key)


def ask(guess: Guess, changed: dict[str, Any], key: str) -> None:
    """A select box for a guessed setting, and the reason for the guess."""
    options, key = list(guess.options), f"{guess.field} {guess.value} {key}"

    def change() -> None:
        changed[guess.field] = st.session_state[key]

    choice, reason = st.columns([2, 3], vertical_alignment="bottom")
    choice.selectbox(
        TITLES[guess.field],
        options,
        options.index(guess.value) if guess.value in options else None,
        format_func=lambda value: guess.options[value],
        key=key,
        on_change=change,
    )
    reason.text(guess.sentence)


def _choose_columns(facts: TableFacts, key: str) -> tuple[str, str] | None:
    """The columns of texts and labels, None until both are chosen. Raises CorpusError."""
    names = list(facts.columns)
    if len(names) == 1:
        raise CorpusError(
            f"The file has one column, {names[0]!r}; expected a column of texts and a column of "
            "labels. Check the settings above, or add the missing column."
        )
    if facts.first_rows and len(set(names)) == len(names):
        rows = [dict(zip(names, row, strict=False)) for row in facts.first_rows]
        st.dataframe(rows, hide_index=True, column_order=names[:SHOWN_COLUMNS])
    left, right = st.columns(2)
    text, label = (
        column.selectbox(
            TITLES[role],
            names,
            names.index(likely) if likely in names else None,
            placeholder="Choose a column",
            key=f"{role} {names} {key}",
        )
        for column, role, likely in ((left, "text", facts.text), (right, "label", facts.label))
    )
    if text is None or label is None:
        st.info("Choose the column with the texts and the column with the labels or ratings.")
        return None
    if text == label:
        raise CorpusError(
            f"The column {text!r} is chosen for both the texts and the labels. Choose two "
            "different columns."
        )
    return text, label


def show_rejected(lines: Sequence[str]) -> None:
    """Table of the rejected rows of a source, by reason."""
    table = rejected_by_reason(lines)
    if table:
        st.warning("Rejected rows:", icon=":material/warning:")
        st.dataframe(table, hide_index=True, height="content" if len(table) < 5 else 180)
