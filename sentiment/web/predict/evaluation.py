"""Evaluation of the predictions with the labels of the file, whose meaning the visitor confirms."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from sentiment.corpus.label_values import in_order
from sentiment.errors import CorpusError, ModelError
from sentiment.listing import modified
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import StageProgress, stage_of
from sentiment.scoring.saved import Labels, Request, SavedPredictions
from sentiment.scoring.scored_file import ScoredFile
from sentiment.web import heavy, layout
from sentiment.web.metrics import show_classes, show_confusion, show_figures
from sentiment.web.predict.table import short_titles
from sentiment.web.review_card import mistake_cards
from sentiment.wording import counted

if TYPE_CHECKING:
    from sentiment.scoring.labelled import LabelledPredictions

MISTAKES = 10
LABEL, ROWS, CLASS = "label", "rows", "class"


def show_evaluation(saved: SavedPredictions, request: Request, file: ScoredFile) -> None:
    """The metrics with the confirmed labels, or the form that confirms them."""
    columns = [name for name in file.columns if name != request.column]
    if not columns:
        return
    labels = saved.labels()
    if labels:
        _show_metrics(saved, request, file, labels)
        return
    with st.expander(
        "Evaluate with the labels of the file",
        icon=":material/fact_check:",
        expanded=bool(request.label),
    ):
        try:
            confirmed = _choose_labels(request, file, columns)
        except CorpusError as error:
            st.info(layout.escaped(str(error)), icon=":material/label_off:")
            return
        if confirmed:
            saved.confirm(confirmed)
            st.rerun()


def _choose_labels(request: Request, file: ScoredFile, columns: list[str]) -> Labels | None:
    """The classes of the labels, when the visitor confirms them. Raises CorpusError."""
    from sentiment.scoring.labelled import labels_in, mapping_to

    titles = short_titles(columns)
    likely = columns.index(request.label) if request.label in columns else None
    title = st.selectbox(
        "Label column", titles, likely, key="label_column", placeholder="Choose a column"
    )
    if title is None:
        st.caption("If a column has the true labels, this page measures the accuracy of the model.")
        return None
    column = columns[titles.index(title)]
    place = _place(str(file.path), modified(file.path), f"labels {column}")
    counts = heavy.result_in(
        place, lambda progress: labels_in(file, column, stage_of(progress, "Counting"))
    )
    mapping = mapping_to(request.classes, counts, column)
    order = in_order(counts, counts)
    names = list(request.classes.names)
    edited = st.data_editor(
        pd.DataFrame(
            {
                LABEL: order,
                ROWS: [counts[label] for label in order],
                CLASS: [
                    None if (code := mapping.class_of(label)) is None else names[code]
                    for label in order
                ],
            }
        ),
        key=f"classes {file.path} {column}",
        hide_index=True,
        height="content" if len(order) <= MISTAKES else 420,
        column_config={
            LABEL: st.column_config.TextColumn("Label", disabled=True),
            ROWS: st.column_config.NumberColumn("Rows", format="localized", disabled=True),
            CLASS: st.column_config.SelectboxColumn(
                "Class of the model",
                options=names,
                help="Rows with a label that has no class are left out.",
            ),
        },
    )
    if mapping.doubt:
        st.text(f"{mapping.doubt} Check the classes.")
    classes = dict(zip(edited[LABEL], edited[CLASS], strict=True))
    chosen = {label: name for label, name in classes.items() if isinstance(name, str) and name}
    clicked = st.button("Evaluate", type="primary", icon=":material/speed:", disabled=not chosen)
    return Labels(column, chosen) if clicked else None


def _show_metrics(
    saved: SavedPredictions, request: Request, file: ScoredFile, labels: Labels
) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        column = layout.escaped(f"{labels.column:.40}")
        st.markdown(f"**Evaluation with the column “{column}”**", width="content")
        if st.button("Change labels", icon=":material/edit:", type="tertiary"):
            saved.confirm(None)
            st.rerun()
    key = f"evaluation {labels.column} {sorted(labels.classes.items())}"
    place = _place(str(file.path), modified(file.path), key)
    found, in_training = heavy.result_in(
        place, lambda progress: _evaluate(file, request, labels, progress)
    )
    if in_training:
        st.warning(
            f"{in_training:,} of these reviews are in the training data of the model, so its "
            "accuracy is too high.",
            icon=":material/warning:",
        )
    figures, classes = found.metrics.to_json(), request.classes
    left_out = f" {counted(found.left_out, 'row')} left out." if found.left_out else ""
    show_figures(figures, "Reviews", left_out)
    left, right = st.columns(2)
    with left:
        show_confusion(figures, classes)
    with right:
        show_classes(figures, classes)
    _show_mistakes(found, request, file)


def _show_mistakes(found: "LabelledPredictions", request: Request, file: ScoredFile) -> None:
    with st.expander("The most confident mistakes"):
        mistakes = found.predictions.most_confident_mistakes(MISTAKES)
        if not len(mistakes):
            st.caption("No mistakes.")
        places = mistakes.rows.tolist()
        mistake_cards(
            mistakes,
            file.values(request.column, places),
            request.classes,
            request.model_name,
            file.values(file.added["row"], places),
        )


def _evaluate(
    file: ScoredFile, request: Request, labels: Labels, progress: StageProgress
) -> "tuple[LabelledPredictions, int | None]":
    """The metrics, and how many of the reviews the model was trained on, None if unknown."""
    from sentiment.scoring.labelled import LabelledPredictions, count_in_training

    found = LabelledPredictions.of(
        file, labels.column, labels.classes, stage_of(progress, "Evaluating")
    )
    try:
        info = ModelInfo.read(Path(request.model))
    except ModelError:  # it was deleted
        return found, None
    return found, count_in_training(file, request.column, found.predictions.rows, info)


@st.cache_resource(max_entries=20, show_spinner=False)
def _place(path: str, changed: float, of: str) -> dict[str, Any]:
    return {}
