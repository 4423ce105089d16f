"""Storage of uploaded files, once per session."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from sentiment.corpus.uploads import store_upload


def is_new(uploaded: UploadedFile) -> bool:
    """Whether `stored` has not stored it in this session."""
    return not Path(st.session_state.get(_key(uploaded), "")).is_file()


def stored(uploaded: UploadedFile) -> Path:
    """The path of an uploaded file; stores it first. Raises CorpusError, StorageError."""
    if is_new(uploaded):
        st.session_state[_key(uploaded)] = store_upload(uploaded.name, uploaded.getbuffer())
    return Path(st.session_state[_key(uploaded)])


def _key(uploaded: UploadedFile) -> str:
    return f"stored {uploaded.file_id}"
