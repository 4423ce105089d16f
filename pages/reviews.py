"""Reviews: search and read them, kept and dropped."""

from dataclasses import replace

import streamlit as st

from sentiment import web
from sentiment.corpus.sources import IMDB, find_archive
from sentiment.encoding.kept import corpora
from sentiment.web.reading import read
from sentiment.web.watching import offer_archive

web.header("Reviews", "The texts themselves, with their labels and what preparing did to them.")
known = corpora()
with st.container(horizontal=True, vertical_alignment="bottom"):
    name = st.selectbox("Corpus", list(known), key="reviews_of", bind="query-params")
    chosen = known[name]
    if chosen.source == IMDB and st.toggle(
        "Unlabelled reviews too", key="unlabelled", bind="query-params"
    ):
        chosen = replace(chosen, prepare=replace(chosen.prepare, unlabelled=True))

with web.plain_errors():
    if chosen.source == IMDB and not find_archive():
        offer_archive()
        st.stop()
    read(web.prepared(chosen.source, chosen.prepare, **chosen.reading.options()))
