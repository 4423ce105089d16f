"""The entry of the app: `streamlit run app.py`."""

import streamlit as st

from sentiment.web import layout

PAGES = [
    st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
    st.Page(
        "pages/sources.py",
        title="Sources",
        icon=":material/database:",
        url_path="sources",
        help="The corpora there are; bring reviews of your own.",
    ),
    st.Page(
        "pages/explore.py",
        title="Explore",
        icon=":material/bar_chart:",
        url_path="explore",
        help="How long reviews are, and what cutoffs and sequence lengths do to them.",
    ),
    st.Page(
        "pages/reviews.py",
        title="Reviews",
        icon=":material/menu_book:",
        url_path="reviews",
        help="Search and read the reviews, kept and dropped; see what is wrong with them.",
    ),
    st.Page(
        "pages/train.py",
        title="Train",
        icon=":material/model_training:",
        url_path="train",
        help="Start a training and watch its loss and accuracy.",
    ),
    st.Page(
        "pages/runs.py",
        title="Runs",
        icon=":material/stacked_line_chart:",
        url_path="runs",
        help="Several trainings on one chart, and in which settings they differ.",
    ),
    st.Page(
        "pages/inspect.py",
        title="Inspect",
        icon=":material/search_insights:",
        url_path="inspect",
        help="Type a review and see what the network does with every word.",
    ),
    st.Page(
        "pages/compare.py",
        title="Compare",
        icon=":material/compare_arrows:",
        url_path="compare",
        help="Every architecture side by side, on the test reviews and on yours.",
    ),
    st.Page(
        "pages/memory.py",
        title="Memory",
        icon=":material/history:",
        url_path="memory",
        help="How far back each network reaches: gradients, and a task with a known answer.",
    ),
]

layout.mark_entered()
# Before the navigation: an icon by name as the tab's would be fetched from its maker's server.
st.set_page_config(page_icon="🎬", layout="wide")
page = st.navigation(PAGES, position="top")
st.set_page_config(
    page_title="Sentiment Lab" if page is PAGES[0] else f"{page.title} · Sentiment Lab"
)
page.run()
