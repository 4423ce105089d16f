"""Uploaded files on a page: stored once, and named in errors as the visitor knows them."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from sentiment.corpus.table_files import short_name
from sentiment.corpus.uploads import store_upload
from sentiment.errors import SentimentError
from sentiment.web import layout


def is_new(uploaded: UploadedFile) -> bool:
    """Whether `stored` has not stored it in this session."""
    return not Path(st.session_state.get(_key(uploaded), "")).is_file()


def stored(uploaded: UploadedFile) -> Path:
    """Where an uploaded file is stored. Raises CorpusError, StorageError."""
    if is_new(uploaded):  # not at every click
        st.session_state[_key(uploaded)] = store_upload(uploaded.name, uploaded.getbuffer())
    return Path(st.session_state[_key(uploaded)])


def show_error_of(path: Path | None, error: SentimentError) -> None:
    """Show an error about an upload: where it is stored does not matter to who chose it."""
    message = str(error)
    layout.show_error(message.replace(str(path), short_name(path)) if path else message)


def _key(uploaded: UploadedFile) -> str:
    return f"stored {uploaded.file_id}"
