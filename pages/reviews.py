"""Reviews: search and read kept and dropped reviews, and check their quality."""

from dataclasses import replace

import streamlit as st

from sentiment.corpus.sources import IN_ARCHIVE, find_archive
from sentiment.dataset.corpora import corpus_listing
from sentiment.web import cached, layout
from sentiment.web.bad_items import show_bad
from sentiment.web.jobs import may_prepare, offer_archive
from sentiment.web.reviews.browse import browse
from sentiment.web.reviews.quality import check_quality

READ, QUALITY = "Read", "Quality"

layout.header(
    "Reviews", "The texts with their labels, and the reasons why some reviews are dropped."
)
listed = corpus_listing()
show_bad(listed.bad)
registered = {corpus.name: corpus for corpus in listed.items}
with st.container(horizontal=True, vertical_alignment="bottom"):
    name = st.selectbox("Corpus", list(registered), key="corpus", bind="query-params")
    view = layout.choose_one("View", [READ, QUALITY], key="reviews_view")
    chosen = registered[name]
    if chosen.source in IN_ARCHIVE and view == READ:
        unlabelled = st.toggle("Unlabelled reviews too", key="unlabelled", bind="query-params")
        chosen = replace(
            chosen,
            prepare=replace(chosen.prepare, unlabelled=unlabelled or chosen.prepare.unlabelled),
        )
    if view == QUALITY:
        chosen = chosen.as_read()

with layout.show_errors():
    if chosen.source in IN_ARCHIVE and not find_archive():
        offer_archive()
        st.stop()
    if not may_prepare(chosen):
        st.stop()
    corpus = cached.prepared(chosen.source, chosen.prepare, chosen.table)
    if view == READ:
        browse(corpus)
    else:
        check_quality(chosen, corpus)
