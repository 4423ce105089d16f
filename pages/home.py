"""Home: a box to try a review, the available data and models, and links to all pages."""

import streamlit as st

from sentiment.corpus.sources import find_archive
from sentiment.inspection.examples import EXAMPLES
from sentiment.networks.model_folder import broken_models, installed_models
from sentiment.runs.run import all_runs
from sentiment.web import cached, layout

MODELS_LISTED = 2

layout.header(
    "Sentiment Lab",
    "Type a movie review and see every step of a recurrent network. Explore the training data, "
    "train your own networks, and compare them.",
)

with st.container(border=True):
    st.subheader("Try it", anchor=False)
    text = st.text_input(
        "Your review",
        placeholder="I did not really get what I was expecting here…",
        key="home_text",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Inspect", type="primary", icon=":material/arrow_forward:"):
            st.switch_page("pages/inspect.py", query_params={"text": text or EXAMPLES[0].text})
        for example in EXAMPLES[:4]:
            st.page_link(
                "pages/inspect.py",
                label=example.title,
                icon=":material/format_quote:",
                query_params={"text": example.text},
            )

data, models, training = st.columns(3, border=True)

with data:
    st.subheader(":material/database: Data", anchor=False)
    reviews = cached.imdb_statistics().lengths().reviews
    archive = ":green-badge[downloaded]" if find_archive() else ":gray-badge[not downloaded, 84 MB]"
    st.markdown(
        f"**IMDB** {reviews:,} reviews  \nstatistics :green-badge[ready]  \narchive {archive}"
    )
    st.markdown("**Sample corpus** 6,000 synthetic reviews :green-badge[ready]")
    st.page_link("pages/explore.py", label="Explore the reviews", icon=":material/bar_chart:")

with models:
    st.subheader(":material/neurology: Models", anchor=False)
    installed = installed_models()
    for info in installed[:MODELS_LISTED]:
        tested = info.metrics.get("test", {}).get("accuracy")
        accuracy = f"test accuracy {tested:.1%}" if tested else "not measured"
        st.markdown(
            f"**{info.name}** {info.network.architecture}, {info.parameters:,} parameters "
            f":blue-badge[{accuracy}]"
        )
    if more := installed[MODELS_LISTED:]:
        kinds = ", ".join(dict.fromkeys(info.network.architecture for info in more))
        st.markdown(f"{len(more)} more: {kinds}")
        st.page_link("pages/compare.py", label="Compare models", icon=":material/compare_arrows:")
    for name in broken_models():
        st.markdown(f"**{name}** :red-badge[damaged]")
    if not installed:
        st.markdown("No model yet. Train one; it takes less than a minute.")
    st.page_link("pages/inspect.py", label="Inspect a review", icon=":material/search_insights:")

with training:
    st.subheader(":material/model_training: Training", anchor=False)
    recent = all_runs()[:3]
    for run in recent:
        status = run.status()
        state = f"{status.stage} {status.progress:.0%}" if status.active else status.state
        st.text(f"{run.title()}: {state}")
    if not recent:
        st.markdown("No runs yet.")
    st.page_link("pages/train.py", label="Train a network", icon=":material/model_training:")
