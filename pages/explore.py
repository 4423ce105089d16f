"""Explore: know the reviews before training on them."""

import streamlit as st

from sentiment.web import layout
from sentiment.web.explore import batch, lengths, sequence, words
from sentiment.web.explore.choices import choose_reviews, choose_settings
from sentiment.web.explore.corpora import explored

VIEWS = {
    "Lengths": lengths.show,
    "Sequence length": sequence.show,
    "Vocabulary": words.show,
    "What the network sees": batch.show,
}

layout.header(
    "Explore",
    "Know the reviews before training on them. Reviews differ in length, a network reads rows of "
    "one length; words differ in number, a vocabulary holds the frequent ones. Where to cut is a "
    "choice: this page shows what each choice costs.",
)
choices = choose_settings(*choose_reviews(explored()))
view = st.segmented_control(
    "View", list(VIEWS), default="Lengths", key="view", required=True, bind="query-params"
)
VIEWS[view](choices)
st.page_link(
    "pages/reviews.py",
    label="Read the reviews themselves",
    icon=":material/menu_book:",
    query_params=choices.corpus.in_a_link,
)
