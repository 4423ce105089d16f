"""Compare: architectures on the test reviews, one typed review, and a corpus of one's own."""

import streamlit as st

from sentiment.networks.registry import ARCHITECTURES
from sentiment.web import cached, layout
from sentiment.web.bad_items import show_bad
from sentiment.web.compare import by_length, claims, metrics, one_review, own_corpus

VIEWS = {
    "Metrics": metrics.show,
    "One review": one_review.show,
    "By length": by_length.show,
    "Own corpus": own_corpus.show,
}

layout.header(
    "Compare",
    "Architectures trained with the same reviews, the same word vectors, and about equal numbers "
    "of encoder parameters.",
)
with layout.show_errors():
    models, bad = cached.list_models()
    show_bad(bad)
if not models:
    layout.no_model()
view = layout.choose_one("View", [*VIEWS, "Claims"], key="compare_view")
if view == "Claims":
    with layout.show_errors():
        claims.show()
    st.stop()
matched = cached.matched_models(models)
chosen = st.multiselect(
    "Models",
    list(models),
    default=matched or list(models)[:2],
    key="models",
    bind="query-params",
    help="  \n".join(f"**{entry.title}**: {entry.description}" for entry in ARCHITECTURES.values()),
)
if not chosen:
    st.info("Choose at least one model.")
    st.stop()
with layout.show_errors():
    VIEWS[view]({name: models[name] for name in chosen})
