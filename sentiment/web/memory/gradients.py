"""Gradients of the logit at every word, for trained and untrained models."""

import streamlit as st

from sentiment.charts.models import gradient_curves
from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.examples import EXAMPLES
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import cached, layout
from sentiment.web.review import review_box
from sentiment.web.shared_chart import shared

WORDS_READ = 400
READOUTS = {"last state": "last", "own pooling": "pooled"}
INPUTS, STATES = "word vectors", "hidden states"


def show_gradients(models: dict[str, ModelInfo]) -> None:
    st.subheader("Gradient at each word", anchor=False)
    st.markdown(
        "The gradient of the logit at a word is what the network learns from that word. From the "
        "last state, the gradient passes through every step in between. If it **vanishes** on the "
        "way, the network learns nothing from the early words."
    )
    matched = cached.matched_models(models)
    chosen = st.multiselect(
        "Models",
        list(models),
        default=matched or list(models)[:1],
        key="reach",
        bind="query-params",
    )
    with st.container(horizontal=True):
        readout = layout.choose_one(
            "Readout",
            READOUTS,
            key="readout",
            width="content",
            help="The input of the head. With mean and max pooling, every word has a path to the "
            "logit that skips the later steps, which reduces the vanishing gradient.",
        )
        respect = layout.choose_one(
            "With respect to", [INPUTS, STATES], key="respect", width="content"
        )
    with st.expander("Your review", icon=":material/edit:"):
        text = review_box(EXAMPLES[5].text, height=100)
    if not chosen:
        st.info("Choose at least one model.")
        return
    picked = {name: models[name] for name in chosen}
    sequence = SequenceConfig(sequence_length=WORDS_READ)
    found = cached.gradient_reaches(picked, text, sequence, READOUTS[readout])
    architectures = [info.network.architecture for info in picked.values()]
    for title, reaches in (("Trained", found.trained), ("Untrained", found.untrained)):
        summary = found.summary(reaches)
        st.markdown(f"**{title}**")
        st.plotly_chart(
            shared(gradient_curves)(
                found.words,
                {
                    name: reach.words if respect == INPUTS else reach.states["h"]
                    for name, reach in zip(found.names, reaches, strict=True)
                },
                architectures,
            ),
            config={"displayModeBar": False},
            key=f"gradients_{title}",
            alt=f"Norm of the gradient at each word, {title.lower()}. {summary}",
        )
        st.text(summary)
    st.caption("A line at the bottom of the chart is a gradient of zero.")
