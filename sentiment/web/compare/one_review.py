"""One-review view: probability curves and state changes of the chosen models for one text."""

from typing import TYPE_CHECKING

import streamlit as st

from sentiment.charts.models import model_lines, model_rows
from sentiment.corpus.classes import require_same_classes
from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.examples import EXAMPLES
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import cached, heavy, layout
from sentiment.web.inspect.chosen_class import choose_class
from sentiment.web.review import review_box
from sentiment.web.shared_chart import shared
from sentiment.wording import counted

if TYPE_CHECKING:
    from sentiment.inspection.side_by_side import SideBySide

SEQUENCE = SequenceConfig(sequence_length=400)  # the same for all models


@st.cache_resource(max_entries=50, show_spinner=False)
def _place(checksums: str, text: str, label: int | None) -> "dict[str, SideBySide]":
    return {}


def show(models: dict[str, ModelInfo]) -> None:
    from sentiment.inspection.side_by_side import side_by_side

    text = review_box(EXAMPLES[3].text, height=100)
    require_same_classes({name: info.classes for name, info in models.items()})
    label = choose_class(next(iter(models.values())).classes)
    predictors = {name: cached.predictor(info) for name, info in models.items()}
    result = heavy.result_in(
        _place(cached.checksums_of(models), text, label),
        lambda progress: side_by_side(predictors, text, SEQUENCE, label, progress),
    )
    architectures = [models[name].network.architecture for name in result.names]
    config = {"displayModeBar": False}
    with st.container(border=True):
        st.text(result.finding)
        if len(models) > 1:
            differ, read = int(result.disagreement.sum()), counted(len(result.words), "word")
            st.caption(f"The models disagree after {differ} of {read}.")
    of = result.label_name
    st.caption(f"Probability of {layout.escaped(of)} if the review ended after each word:")
    st.plotly_chart(
        shared(model_lines)(result.words, result.names, architectures, result.probabilities, of),
        config=config,
        alt=f"Probability of {of} after each word, a line per model. {result.finding}",
    )
    st.plotly_chart(
        shared(model_rows)(
            result.words, result.names, result.probabilities, f"P({of})", around_half=True
        ),
        config=config,
        alt=f"The same probabilities as rows of color, blue for {of}.",
    )
    st.caption("Change of the state at each word, relative to the largest change of the model:")
    st.plotly_chart(
        shared(model_rows)(
            result.words, result.names, result.state_changes, "change", around_half=False
        ),
        config=config,
        alt="Change of each model's state at each word, a row per model.",
    )
