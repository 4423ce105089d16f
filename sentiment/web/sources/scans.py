"""Facts about a table for its form: first rows at once, all rows of a large file in a job."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import streamlit as st

from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import TableFacts, facts_of
from sentiment.corpus.table_scan import TableScan, scan_table
from sentiment.corpus.tables import modified_of, size_of
from sentiment.errors import CorpusError
from sentiment.listing import modified as modified_at
from sentiment.runs.jobs import Job
from sentiment.stored import read_json
from sentiment.web.jobs import watch

INLINE_BYTES = 4_000_000  # a separate process reads a larger file
TITLE = "Counting the labels"
_AGAIN = "Count the labels again."


def facts(path: Path, table: TableConfig) -> TableFacts:
    """Format, columns and guesses from the first rows of a table. Raises CorpusError."""
    return _facts(path, modified_of(path), table)


def scan(path: Path, table: TableConfig) -> TableScan | None:
    """Labels and examples from all rows of a table, None while a job reads them.

    Raises CorpusError.
    """
    table = replace(table, classes="", ordered="")
    modified = modified_of(path)
    if _size(path, modified) <= INLINE_BYTES:
        return _scan(path, modified, table)
    key = json.dumps([str(path), modified, sorted(table.options().items())])
    job = Job.named(f"labels-{hashlib.sha256(key.encode()).hexdigest()[:16]}")
    result = job.folder / "scan.json"
    if result.is_file():
        return _saved(result, modified_at(result))
    status = job.status()
    if status.state != "failed" and watch(job, TITLE):
        st.caption("You can leave this page; counting continues.")
        return None
    if status.state == "none" or st.button("Count again", icon=":material/refresh:"):
        arguments = ["labels", str(path), "--save", str(result.absolute()), "--json"]
        job.launch([*arguments, *table.arguments()])
        st.rerun()
    if status.state == "failed":
        raise CorpusError(status.message)
    return None


@st.cache_data(max_entries=50, show_spinner=False)
def _size(path: Path, modified: int) -> int:
    return size_of(path)  # of thousands of files, it takes a while


@st.cache_data(max_entries=50, show_spinner="Reading the first rows")
def _facts(path: Path, modified: int, table: TableConfig) -> TableFacts:
    return facts_of(path, table)


@st.cache_data(max_entries=20, show_spinner=TITLE)
def _scan(path: Path, modified: int, table: TableConfig) -> TableScan:
    return scan_table(path, table)


@st.cache_data(max_entries=20, show_spinner=False)
def _saved(result: Path, modified: float) -> TableScan:
    scan: TableScan = read_json(result, TableScan, CorpusError, _AGAIN)
    return scan
