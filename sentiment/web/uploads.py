"""Storage of uploaded files, once per session."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from sentiment.corpus.uploads import store_upload, unpacked


def is_new(uploaded: UploadedFile) -> bool:
    """Whether `stored` has not stored it in this session."""
    path = st.session_state.get(_key(uploaded))
    return path is None or not path.exists()


def stored(uploaded: UploadedFile, *, unpack: bool = False) -> Path:
    """The path of an uploaded file; stores it first. Raises CorpusError, StorageError.

    unpack: a .zip with several files becomes a folder.
    """
    if is_new(uploaded):
        path = store_upload(uploaded.name, uploaded.getbuffer())
        st.session_state[_key(uploaded)] = unpacked(path) if unpack else path
    kept: Path = st.session_state[_key(uploaded)]
    return kept


def _key(uploaded: UploadedFile) -> str:
    return f"stored {uploaded.file_id}"
