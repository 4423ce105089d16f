"""The study of a model's units: opened, or made in the background."""

from pathlib import Path

import streamlit as st

from sentiment.dataset.prepared import PreparedCorpus
from sentiment.inspection import units
from sentiment.inspection.reference_corpus import open_prepared
from sentiment.inspection.units import COMPLETE, Study, study_folder
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection
from sentiment.web.inspect.reference_source import (
    TITLES,
    choose_source,
    chosen_source,
    reference_key,
)
from sentiment.web.jobs import watch

SOURCE_KEY = "unit_data"  # of the control


def choose_study(inspection: Inspection) -> Study | None:
    """The study over the chosen corpus, or a way to make it."""
    info = inspection.info
    source = choose_source(info, "Reference corpus", SOURCE_KEY)
    folder = study_folder(info, reference_key(info, source))
    if (folder / COMPLETE).is_file():
        return _study(str(folder), (folder / COMPLETE).stat().st_mtime)
    job = units.job()
    work, asked = job.status(), job.about
    if work.state == "running":
        watch(job, "Studying units")
        st.text(f"Of {asked.get('model')} on {asked.get('source')}")
        return None
    if work.state == "failed" and asked == {"model": info.name, "source": source}:
        layout.show_error(work.message)
    with st.container(border=True):
        st.markdown(
            "What a unit does in general, only other reviews can tell: which words drive it, how "
            "long it remembers, whether it goes with the label."
        )
        if st.button("Study the units", icon=":material/neurology:", type="primary"):
            units.launch(info, source)
            st.rerun()
        st.caption(
            f"Reads every training and validation review of {TITLES[source]} once, in a process "
            "of its own: leave the page and come back. Under a minute on the sample corpus, some "
            "minutes on IMDB; then it is kept."
        )
    return None


def corpus_of(inspection: Inspection) -> PreparedCorpus:
    """The corpus that was studied, for the texts of its reviews."""
    info, source = inspection.info, chosen_source(inspection.info, SOURCE_KEY)
    return _corpus(info, source, reference_key(info, source))


@st.cache_resource(max_entries=4, show_spinner=False)
def _study(folder: str, stamp: float) -> Study:
    return Study.open(Path(folder))


@st.cache_resource(max_entries=2, show_spinner="Opening the reviews")
def _corpus(_info: ModelInfo, source: str, key: str) -> PreparedCorpus:
    return open_prepared(_info, source)
