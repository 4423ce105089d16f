"""Choice of a table of reviews: an uploaded file, or one on the server."""

from pathlib import Path

import streamlit as st

from sentiment import workspace
from sentiment.corpus.formats.registry import ACCEPTED
from sentiment.corpus.sources import allowed_source
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_files import SEPARATOR
from sentiment.corpus.tables import is_table
from sentiment.corpus.uploads import title_of
from sentiment.errors import CorpusError, SentimentError
from sentiment.web import layout
from sentiment.web.sources.table_form import choose_table
from sentiment.web.uploads import stored

UPLOAD, PATH = "Upload", "Path on the server"


def choose_file() -> tuple[str, TableConfig] | None:
    """The path of the chosen table and how to read it, None until it can be used."""
    path = table = None
    try:
        path = _choose_path()
        table = choose_table(path) if path else None
    except SentimentError as error:
        layout.show_error(str(error))
    if path and not table:
        _offer_prediction(path)
    return (str(path), table) if path and table else None


def _offer_prediction(path: Path) -> None:
    """A link to the Predict page, which needs no labels."""
    if title := title_of(path):
        layout.link_to(
            "predict",
            "Without labels: predict these reviews",
            "playlist_add_check",
            {"file": title},
        )
        st.caption(
            "A corpus needs labels of at least two classes. To explore or search reviews without "
            "labels, predict them, then download the file with the predicted labels and add it "
            "here."
        )


def _choose_path() -> Path | None:
    """The path of an uploaded file or of one on the server. Raises CorpusError."""
    own = not workspace.hosted()
    origins = [UPLOAD, PATH]
    if own and st.segmented_control("Add from", origins, default=UPLOAD, required=True) == PATH:
        typed = st.text_input(
            "Path of a file or folder",
            placeholder="/home/me/reviews.csv",
            help="For files that are too large to upload. The app does not copy them. Several "
            "files: a pattern such as train-*.parquet, or paths separated by commas.",
        ).strip()
        if not typed:
            return None
        path = Path(allowed_source(typed))
        if not is_table(path):
            raise CorpusError(f"There is no table at {path}. Accepted: {ACCEPTED}.")
        return path
    # Without `type`: the content decides, and our message for other files is clearer.
    uploaded = st.file_uploader(
        "Table with a column of texts and a column of labels or ratings",
        accept_multiple_files=True,
        help=f"{ACCEPTED}. Several files, or a .zip of them, become one corpus; names such as "
        "train.csv and test.csv set the splits. The files stay on the machine that runs this app.",
    )
    st.caption(f"{ACCEPTED}." + (f" Larger files: {PATH}." if own else ""))
    if not uploaded:
        return None
    return Path(SEPARATOR.join(str(stored(file, unpack=True)) for file in uploaded))
