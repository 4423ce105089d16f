"""Reviews: search and read them, kept and dropped; see what is wrong with them."""

from dataclasses import replace

import streamlit as st

from sentiment import web
from sentiment.corpus.sources import IMDB, find_archive
from sentiment.encoding.kept import corpora
from sentiment.web.quality import judge_quality
from sentiment.web.reading import read
from sentiment.web.watching import offer_archive

READ, QUALITY = "Read", "Quality"

web.header("Reviews", "The texts themselves, with their labels and what preparing did to them.")
known = corpora()
with st.container(horizontal=True, vertical_alignment="bottom"):
    name = st.selectbox("Corpus", list(known), key="reviews_of", bind="query-params")
    view = st.segmented_control(
        "View", [READ, QUALITY], default=READ, key="view", required=True, bind="query-params"
    )
    chosen = known[name]
    if chosen.source == IMDB and view == READ:
        unlabelled = st.toggle("Unlabelled reviews too", key="unlabelled", bind="query-params")
        chosen = replace(
            chosen,
            prepare=replace(chosen.prepare, unlabelled=unlabelled or chosen.prepare.unlabelled),
        )
    if view == QUALITY:
        chosen = chosen.leaving_out(())

with web.plain_errors():
    if chosen.source == IMDB and not find_archive():
        offer_archive()
        st.stop()
    corpus = web.prepared(chosen.source, chosen.prepare, **chosen.reading.options())
    if view == READ:
        read(corpus)
    else:
        judge_quality(chosen, corpus)
