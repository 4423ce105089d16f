"""One-review view: the curves and state changes of all models for one text."""

from typing import TYPE_CHECKING

import streamlit as st

from sentiment.charts.models import model_lines, model_rows
from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.examples import EXAMPLES
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import cached, heavy, layout
from sentiment.web.review import review_box
from sentiment.web.shared_chart import shared

if TYPE_CHECKING:
    from sentiment.inspection.side_by_side import SideBySide

SEQUENCE = SequenceConfig(sequence_length=400)  # by which every model reads the text


@st.cache_resource(max_entries=50, show_spinner=False)
def _place(checksums: str, text: str) -> "dict[str, SideBySide]":
    return {}


def show(models: dict[str, ModelInfo]) -> None:
    from sentiment.inspection.side_by_side import side_by_side

    text = review_box(EXAMPLES[3].text, height=100)
    predictors = {name: cached.predictor(info) for name, info in models.items()}
    result = heavy.result_in(
        _place(cached.checksums_of(models), text),
        lambda progress: side_by_side(predictors, text, SEQUENCE, progress),
    )
    architectures = [models[name].network.architecture for name in result.names]
    dark, config = layout.is_dark(), {"displayModeBar": False}
    with st.container(border=True):
        st.text(result.finding)
        differ = int(result.disagreement.sum())
        st.caption(f"The models disagree after {differ} of {len(result.words)} words.")
    st.caption("Probability of Positive if the review ended after each word:")
    st.plotly_chart(
        shared(model_lines)(
            result.words, result.names, architectures, result.probabilities, dark=dark
        ),
        config=config,
        alt=f"Probability of Positive after each word, a line per model. {result.finding}",
    )
    st.plotly_chart(
        shared(model_rows)(
            result.words,
            result.names,
            result.probabilities,
            "P(Positive)",
            around_half=True,
            dark=dark,
        ),
        config=config,
        alt="The same probabilities as rows of color, blue for Positive.",
    )
    st.caption("Change of the state at each word, relative to the largest change of the model:")
    st.plotly_chart(
        shared(model_rows)(
            result.words, result.names, result.state_changes, "change", around_half=False, dark=dark
        ),
        config=config,
        alt="Change of each model's state at each word, a row per model.",
    )
