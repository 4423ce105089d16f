"""Reviews: read them, kept and dropped; fetch the archive if it is not there."""

import streamlit as st

from sentiment import web
from sentiment.corpus.download import download_archive
from sentiment.corpus.review import LABEL_NAMES
from sentiment.corpus.sources import find_archive
from sentiment.encoding.outliers import Fate

ROWS_SHOWN = 500
TITLES = {"IMDB": "imdb", "Sample": "sample"}


def offer_download() -> None:
    """Shown instead of the reviews while there is no archive."""
    st.info(
        "The reviews of IMDB are not part of this project; they come as an archive of 84 MB from "
        "Stanford University. If you have `aclImdb_v1.tar.gz` already, put it into "
        "`data/downloads/` or name it in the environment variable `SENTIMENT_ARCHIVE`. "
        "The sample corpus can be read at once.",
        icon=":material/download:",
    )
    if st.button("Download the archive (84 MB)", type="primary"):
        with web.progress_bar() as progress:
            download_archive(progress=lambda done, total: progress("Bytes fetched", done, total))
        st.rerun()
    st.stop()


web.header("Reviews", "The texts themselves, with their labels and what preparing did to them.")
with st.container(horizontal=True, vertical_alignment="bottom"):
    corpus_name = st.segmented_control(
        "Corpus",
        list(TITLES),
        default="IMDB",
        key="reviews_of",
        required=True,
        bind="query-params",
    )
    part = st.selectbox("Part", ["train", "valid", "test"], key="part", bind="query-params")
    label = st.selectbox("Label", ["any", "Positive", "Negative"], key="label", bind="query-params")
    fate = st.selectbox(
        "Fate",
        [fate.title for fate in Fate],
        key="fate",
        bind="query-params",
        help="Kept reviews are what the network sees; the others were dropped, and why.",
    )
    words = st.text_input("Containing", key="words", placeholder="any words", bind="query-params")

with web.plain_errors():
    if corpus_name == "IMDB" and not find_archive():
        offer_download()
    corpus = web.prepared(TITLES[corpus_name])
    found = corpus.find(part=part, label=label, fate=fate, containing=words, limit=ROWS_SHOWN)

if not found.reviews:
    st.info("No review fits. Loosen a filter above.", icon=":material/filter_alt_off:")
    st.stop()
st.caption(
    f"{found.total:,} reviews fit"
    + (f"; the first {ROWS_SHOWN} are listed." if found.total > ROWS_SHOWN else ".")
    + " Choose a row to read it."
)
chosen = st.dataframe(
    [
        {
            "review": review.name,
            "label": LABEL_NAMES[review.label],
            **({"stars": review.rating} if review.rating else {}),
            "words": length,
            "begins": review.text[:160].replace("<br />", " "),
        }
        for review, length in zip(found.reviews, found.lengths, strict=True)
    ],
    key="chosen_review",
    on_select="rerun",
    selection_mode="single-row",
    height=320,
).selection.rows
review = found.reviews[chosen[0] if chosen and chosen[0] < len(found.reviews) else 0]

with st.container(border=True):
    st.markdown(
        f"**{LABEL_NAMES[review.label]}**"
        + (f", {review.rating} of 10 stars" if review.rating else "")
        + f" :gray-badge[{review.name}]"
    )
    st.text(review.text.replace("<br />", "\n"))
    st.page_link(
        "pages/inspect.py",
        label="Open in Inspect",
        icon=":material/search_insights:",
        query_params={"text": review.text},
    )
