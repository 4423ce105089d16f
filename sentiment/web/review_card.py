"""A review in a list: heading, beginning of the text, and a link to Inspect."""

from collections.abc import Sequence

import streamlit as st

from sentiment.corpus.classes import Classes
from sentiment.evaluation.predictions import TestPredictions
from sentiment.web import layout

LONGEST_EXCERPT = 300  # characters
LONGEST_LINKED = 2_000  # characters of a review in a link


def review_card(heading: str, text: str, model: str, key: str) -> None:
    """heading: Markdown. key: of the review on this page."""
    with st.container(border=True):
        st.markdown(heading)
        excerpt = text.replace("<br />", " ")
        if len(excerpt) > LONGEST_EXCERPT:
            excerpt = excerpt[:LONGEST_EXCERPT] + " …"
        st.text(excerpt)
        open_in_inspect(text, model, key)


def mistake_cards(
    mistakes: TestPredictions,
    texts: Sequence[object],
    classes: Classes,
    model: str,
    file_rows: Sequence[int] | None = None,
) -> None:
    """A card per mistake, with its verdict and its label. file_rows: shown too, if given."""
    for place, (row, label, predicted) in enumerate(
        zip(mistakes.rows, mistakes.labels, mistakes.predicted, strict=True)
    ):
        verdict, truth = (layout.escaped(classes.name(int(code))) for code in (predicted, label))
        probability = mistakes.probabilities[place, predicted]
        number = f"Row {file_rows[place]:,}: " if file_rows else ""
        review_card(
            f"{number}Verdict **{verdict}** with {probability:.1%}, label **{truth}**",
            str(texts[place]),
            model,
            f"mistake {row}",
        )


def open_in_inspect(text: str, model: str = "", key: str = "") -> None:
    """A link to Inspect; a text too long for a link is handed over in the session.

    key: needed if the page has several.
    """
    label, icon = "Open in Inspect", ":material/search_insights:"
    params = {"model": model} if model else {}
    if len(text) <= LONGEST_LINKED:
        st.page_link(
            "pages/inspect.py", label=label, icon=icon, query_params={**params, "text": text}
        )
    elif st.button(label, icon=icon, key=f"open_in_inspect {key}", type="tertiary"):
        st.session_state.review = text  # see `web.review`
        st.switch_page("pages/inspect.py", query_params=params)
