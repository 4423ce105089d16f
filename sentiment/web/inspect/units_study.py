"""Open the unit study of a model, or compute it in the background."""

from pathlib import Path

import streamlit as st

from sentiment.corpus.table_files import short_name
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.inspection import units
from sentiment.inspection.reference_corpus import Reference, open_prepared
from sentiment.inspection.units import COMPLETE, UnitStudy, study_folder
from sentiment.networks.model_folder import ModelInfo
from sentiment.places import prepared_dir
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection
from sentiment.web.inspect.reference_source import chosen_reference, reference_key
from sentiment.web.jobs import watch

SOURCE_KEY = "unit_data"  # of the control


def find_study(inspection: Inspection, corpus: Reference) -> UnitStudy | None:
    """The study over a corpus, None if it is missing."""
    info = inspection.info
    folder = study_folder(info, reference_key(info, corpus))
    if not (folder / COMPLETE).is_file():
        return None
    return _study(str(folder), (folder / COMPLETE).stat().st_mtime)


def offer_study(inspection: Inspection, corpus: Reference) -> None:
    """Show a button that computes the study, or its progress."""
    info, job = inspection.info, units.job()
    status, about = job.status(), job.metadata
    if status.state == "running":
        watch(job, "Studying units")
        st.text(f"{about.get('model')} on {short_name(about.get('source', ''))}")
        return
    if status.state == "failed" and about == {"model": info.name, "source": corpus.source}:
        layout.show_error(status.message)
    with st.container(border=True):
        st.markdown(
            "A study of many reviews shows at which words the state of a unit is highest and "
            "lowest, its half-life, and its correlation with the label."
        )
        if st.button("Study units", icon=":material/neurology:", type="primary"):
            units.launch_study(info, corpus.source, corpus.table)
            st.rerun()
        st.caption(
            "The network reads the training and validation splits of "
            f"{layout.escaped(corpus.name)} once. This takes under a minute for thousands of "
            "reviews and minutes for IMDB. You can leave this page."
        )


def corpus_of(inspection: Inspection) -> PreparedCorpus:
    """The studied corpus, for the texts of its reviews."""
    info, corpus = inspection.info, chosen_reference(inspection.info, SOURCE_KEY)
    return _corpus(info, corpus, reference_key(info, corpus), prepared_dir())


@st.cache_resource(max_entries=4, show_spinner=False)
def _study(folder: str, stamp: float) -> UnitStudy:
    return UnitStudy.open(Path(folder))


@st.cache_resource(max_entries=2, show_spinner="Opening the reviews")
def _corpus(_info: ModelInfo, _corpus: Reference, key: str, within: Path) -> PreparedCorpus:
    return open_prepared(_info, _corpus.source, table=_corpus.table)
