"""Download of a model: its folder, its card and a script that uses it."""

import streamlit as st

from sentiment.export.model_zip import LARGEST_IN_MEMORY, bytes_of, model_zip, own_name
from sentiment.networks.model_folder import ModelInfo
from sentiment.places import program


def offer_model(info: ModelInfo) -> None:
    """A button that packs the model when it is clicked."""
    too_large = bytes_of(info) > LARGEST_IN_MEMORY
    st.download_button(
        "Download model (ZIP)",
        lambda: model_zip(info),
        f"{own_name(info)}.zip",
        "application/zip",
        icon=":material/download:",
        on_click="ignore",
        disabled=too_large,
        help=f"Too large for a browser. In a shell: `{program()} export {own_name(info)} --zip`"
        if too_large
        else "The model folder, its card, and use.py, a short script that predicts with it.",
    )
