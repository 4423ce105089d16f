"""The choice of a reference corpus for measurements over many reviews."""

import streamlit as st

from sentiment.corpus.sources import IMDB, SAMPLE, find_archive
from sentiment.inspection.reference_corpus import corpus_key, default_source
from sentiment.networks.model_folder import ModelInfo

SOURCES = {"IMDB": IMDB, "Sample": SAMPLE}
TITLES = {IMDB: "IMDB", SAMPLE: "the sample corpus"}


def choose_source(info: ModelInfo, label: str, key: str) -> str:
    """Draw the control, unless only the sample corpus is available; return the source."""
    if not find_archive():
        return SAMPLE
    name = st.segmented_control(
        label,
        list(SOURCES),
        default=_usual(info),
        key=key,
        required=True,
        bind="query-params",
        width="content",
    )
    return SOURCES[name]


def chosen_source(info: ModelInfo, key: str) -> str:
    """The source that the control with this key selects."""
    return SOURCES[st.session_state.get(key, _usual(info))] if find_archive() else SAMPLE


def reference_key(info: ModelInfo, source: str) -> str:
    """The `corpus_key` of this model and source, cached until the archive changes."""
    archive = find_archive() if source == IMDB else None
    modified = archive.stat().st_mtime if archive else 0.0
    return _corpus_key(info, source, str(info.folder), modified)


def _usual(info: ModelInfo) -> str:
    return "IMDB" if default_source(info, [IMDB, SAMPLE]) == IMDB else "Sample"


@st.cache_data(max_entries=20, show_spinner=False)
def _corpus_key(_info: ModelInfo, source: str, model: str, modified: float) -> str:
    return corpus_key(_info, source)
