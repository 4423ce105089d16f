"""The choice of a reference corpus for measurements over many reviews."""

import streamlit as st

from sentiment.corpus.classes import span
from sentiment.inspection.reference_corpus import Reference, corpus_key, reference_corpora
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import layout

WIDTH = 260  # pixels


def choose_reference(info: ModelInfo, label: str, key: str) -> Reference | None:
    """Draw the control, unless there is no choice; return the corpus. None if there is none."""
    found = reference_corpora(info)
    if not found:
        st.info(
            f"No corpus on this machine has the classes of this model, "
            f"{layout.escaped(span(info.classes))}. Add one on the Sources page.",
            icon=":material/library_add:",
        )
        return None
    if len(found) > 1:
        if st.session_state.get(key) not in (None, *found):  # the previous model had others
            st.session_state[key] = next(iter(found))
        st.selectbox(label, list(found), key=key, bind="query-params", width=WIDTH)
    return chosen_reference(info, key)


def chosen_reference(info: ModelInfo, key: str) -> Reference:
    """The corpus that the control with this key selects."""
    found = reference_corpora(info)
    return found.get(st.session_state.get(key, "")) or next(iter(found.values()))


def reference_key(info: ModelInfo, reference: Reference) -> str:
    """The `corpus_key` of this model and corpus."""
    return corpus_key(info, reference.source, reference.table)
