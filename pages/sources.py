"""Sources: registered corpora, and a form to add a table of reviews."""

import streamlit as st

from sentiment.web import layout
from sentiment.web.sources.corpora import add_corpus, list_corpora

layout.header(
    "Sources",
    "IMDB, the sample corpus, and your own reviews. A corpus listed here can be explored, read, "
    "checked and used for training.",
)
list_corpora()
st.subheader("Add your own reviews", anchor=False)
add_corpus()
