"""Buttons that download a file."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from sentiment.export.model_zip import LARGEST_IN_MEMORY, bytes_of, model_zip, own_name
from sentiment.networks.model_folder import ModelInfo
from sentiment.places import program

MEDIA_TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "parquet": "application/vnd.apache.parquet",
    "yaml": "application/yaml",
    "zip": "application/zip",
}


def offer_file(
    label: str,
    content: Callable[[], str | bytes],
    name: str,
    *,
    icon: str = "download",
    **looks: Any,
) -> None:
    """A button that downloads a file; `content` is called at the click."""
    st.download_button(
        label,
        content,
        name,
        MEDIA_TYPES.get(name.rpartition(".")[2]),
        icon=f":material/{icon}:",
        on_click="ignore",  # the page is not drawn again
        **looks,
    )


def offer_model(info: ModelInfo) -> None:
    """A button that packs the model when it is clicked."""
    too_large = bytes_of(info) > LARGEST_IN_MEMORY
    offer_file(
        "Download model (ZIP)",
        lambda: model_zip(info),
        f"{own_name(info)}.zip",
        disabled=too_large,
        help=f"Too large for a browser. In a shell: `{program()} export {own_name(info)} --zip`"
        if too_large
        else "The model folder, its card, and use.py, a short script that predicts with it.",
    )
