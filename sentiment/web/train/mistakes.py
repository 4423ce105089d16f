"""The most confident mistakes of a run on the test split, with their texts."""

import streamlit as st

from sentiment.dataset.prepare import prepared_folder
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import SentimentError
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.model_folder import ModelInfo
from sentiment.places import without_upload_folders
from sentiment.runs.run import Run
from sentiment.web.review_card import mistake_cards

MISTAKES = 10


def show_mistakes(run: Run, model: str, info: ModelInfo, predictions: TestPredictions) -> None:
    """The misclassified reviews with the most probable wrong verdict, of all labels or of one."""
    with st.expander("The most confident mistakes"):
        mistakes = predictions.most_confident_mistakes(MISTAKES, _choose_label(info))
        if not len(mistakes):
            st.caption("No mistakes.")
            return
        try:
            recipe = run.recipe()
            corpus = PreparedCorpus.open(
                prepared_folder(recipe.source, recipe.prepare, recipe.table)
            )
            texts = [corpus.review(int(row)).text for row in mistakes.rows]
        except SentimentError as error:
            reason = without_upload_folders(str(error))
            st.text(f"The texts are not available any more: {reason}")
            return
        mistake_cards(mistakes, texts, info.classes, model)


def _choose_label(info: ModelInfo) -> int | None:
    """The label whose reviews are listed; None for all."""
    return st.selectbox(
        "Label",
        info.classes.codes,
        index=None,
        format_func=info.classes.name,
        placeholder="all labels",
        key=f"mistakes of {info.folder}",
    )
