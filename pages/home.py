"""Home: a predicted review, and links to the other pages."""

import streamlit as st

from sentiment.web import layout
from sentiment.web.home.doors import show_doors
from sentiment.web.home.reading import show_reading

layout.header(
    "Sentiment Lab",
    "A recurrent network reads this review word by word. Type another one and press Enter.",
)
reading = st.container()
show_doors()  # first: the network may take a moment to load
with reading:
    show_reading()
