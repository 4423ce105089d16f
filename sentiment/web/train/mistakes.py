"""The most confident mistakes of a run on the test split, with their texts."""

import streamlit as st

from sentiment.dataset.prepare import prepared_folder
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import SentimentError
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.model_folder import ModelInfo
from sentiment.runs.run import Run
from sentiment.web import layout

MISTAKES = 10
LONGEST_EXCERPT = 300  # characters
ALL = "all labels"


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
                prepared_folder(recipe.source, recipe.prepare, recipe.table, info.tokenizer)
            )
            texts = [corpus.review(int(row)).text for row in mistakes.rows]
        except SentimentError as error:
            st.text(f"The texts are not available any more: {error}")
            return
        for text, label, predicted, probabilities in zip(
            texts,
            mistakes.labels.tolist(),
            mistakes.predicted.tolist(),
            mistakes.probabilities,
            strict=True,
        ):
            with st.container(border=True):
                _show_mistake(
                    model,
                    text,
                    layout.escaped(info.classes.name(label)),
                    layout.escaped(info.classes.name(predicted)),
                    float(probabilities[predicted]),
                )


def _choose_label(info: ModelInfo) -> int | None:
    """The label whose reviews are listed; None for all."""
    return st.selectbox(
        "Label",
        info.classes.codes,
        index=None,
        format_func=info.classes.name,
        placeholder=ALL,
        key=f"mistakes of {info.folder}",
    )


def _show_mistake(model: str, text: str, label: str, verdict: str, probability: float) -> None:
    st.markdown(f"Verdict **{verdict}** with {probability:.1%}, label **{label}**")
    excerpt = text.replace("<br />", " ")
    if len(excerpt) > LONGEST_EXCERPT:
        excerpt = excerpt[:LONGEST_EXCERPT] + " …"
    st.text(excerpt)
    st.page_link(
        "pages/inspect.py",
        label="Open in Inspect",
        icon=":material/search_insights:",
        query_params={"model": model, "text": text},
    )
