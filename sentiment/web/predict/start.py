"""Choice of a model and a file, the verdicts on its first rows, and the start of the job."""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from sentiment.corpus.classes import span
from sentiment.corpus.table_files import short_name
from sentiment.errors import CorpusError, SentimentError
from sentiment.listing import modified, printable
from sentiment.networks.model_folder import ModelInfo
from sentiment.scoring.saved import Request, SavedPredictions
from sentiment.web import cached, layout
from sentiment.web.predict.table import ChosenTable, choose_file, choose_table

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Predictor
    from sentiment.scoring.results import Scored

PREVIEWED = 8  # rows
LONGEST_EXCERPT = 200  # characters


def start_prediction(models: dict[str, ModelInfo]) -> None:
    """The form; a click on its button opens the predictions."""
    model, file = st.columns(2)
    with model:
        name = st.selectbox("Model", list(models), key="model", bind="query-params")
        info = models[name]
        st.caption(
            f"Predicts {layout.escaped(span(info.classes))}. Trained on "
            f"{layout.escaped(info.training.corpus)}."
        )
    with file:
        path = choose_file(info.classes)
    if path is None:
        return
    try:
        with st.container(border=True):
            chosen = choose_table(path)
            if chosen is None:
                return
            _show_preview(info, chosen)
        if st.button(
            "Predict the whole file", type="primary", icon=":material/playlist_add_check:"
        ):
            _start(name, info, chosen)
    except SentimentError as error:
        layout.show_error(str(error))


def _start(name: str, info: ModelInfo, chosen: ChosenTable) -> None:
    saved = SavedPredictions.of(
        Request(
            file=str(chosen.table.path),
            table=chosen.config,
            column=chosen.column,
            model=str(info.folder),
            model_name=name,
            checksum=info.checksum,
            classes=info.classes,
            label=chosen.label,
        )
    )
    saved.launch()
    st.query_params["prediction"] = saved.id
    st.rerun()


def _show_preview(info: ModelInfo, chosen: ChosenTable) -> None:
    predictor = cached.predictor(info)
    path = chosen.table.path
    preview = _preview(info.checksum, path, modified(path), chosen.config, chosen, predictor)
    st.dataframe(
        preview,
        hide_index=True,
        height="content",
        column_config={
            chosen.table.unit: st.column_config.NumberColumn(width=40),  # pixels
            "prediction": st.column_config.TextColumn(width=70),
            "probability": st.column_config.ProgressColumn(
                width=90, format="percent", min_value=0, max_value=1
            ),
            "text": st.column_config.TextColumn(width="large"),
            "note": st.column_config.TextColumn(
                help="Why a row has no prediction, or why the prediction is uncertain"
            ),
        },
    )
    st.caption("The first rows." if len(preview) == PREVIEWED else "All rows of the file.")


@st.cache_data(max_entries=50, show_spinner="Predicting the first rows")
def _preview(
    checksum: str,
    path: Path,
    changed: float,
    config: object,
    _chosen: ChosenTable,
    _predictor: "Predictor",
) -> list[dict[str, object]]:
    """The first rows with their predictions, as rows of the preview."""
    from sentiment.scoring.results import score_rows

    table, place = _chosen.table, _chosen.place
    first = list(itertools.islice(table.rows(), PREVIEWED))
    if not first:
        raise CorpusError(f"{short_name(path)} has no rows below its header. Choose another file.")
    scored = score_rows(_predictor, first, place, _predictor.sequence)
    return [_preview_row(row, place, table.unit) for row in scored]


def _preview_row(scored: "Scored", place: int, unit: str) -> dict[str, object]:
    """place: of the column of texts. unit: title of the column of numbers."""
    found, text = scored.prediction, scored.row.values[place]
    return {
        unit: scored.row.number,
        "prediction": found.name if found else "",
        "probability": found.probability if found else None,
        "text": "" if text is None else printable(str(text)[:LONGEST_EXCERPT]),
        "note": scored.reason or (" ".join(found.doubts) if found else ""),
    }
