"""Sources: where reviews come from, and the corpora made of them."""

import streamlit as st

from sentiment.web import layout
from sentiment.web.sources.corpora import add_corpus, list_corpora

layout.header(
    "Sources",
    "IMDB, the sample corpus, and reviews of your own. What is prepared here can be read, "
    "checked and trained on.",
)
list_corpora()
st.subheader("A file of your own", anchor=False)
add_corpus()
