"""The navigation: every page of the app, its group, title, icon and path."""

import streamlit as st

from sentiment import workspace
from sentiment.web import layout
from sentiment.web.lessons.bar import show_bar
from sentiment.web.lessons.presenter import apply_presenter
from sentiment.web.links.check import checked_link
from sentiment.web.links.history import keep_history


def show() -> None:
    """Show the navigation and run the chosen page."""
    home = st.Page("pages/home.py", title="Home", icon=":material/home:", default=True)
    learn = st.Page(
        "pages/learn.py",
        title="Learn",
        icon=":material/school:",
        url_path="learn",
        help="Twelve steps from reviews to a prediction; try and answer.",
    )
    pages = {
        "": [home, learn],
        "Data": [
            st.Page(
                "pages/sources.py",
                title="Sources",
                icon=":material/database:",
                url_path="sources",
                help="The available corpora; add your own reviews.",
            ),
            st.Page(
                "pages/explore.py",
                title="Explore",
                icon=":material/bar_chart:",
                url_path="explore",
                help="Statistics of the reviews; the effect of cutoffs and sequence lengths.",
            ),
            st.Page(
                "pages/reviews.py",
                title="Reviews",
                icon=":material/menu_book:",
                url_path="reviews",
                help="Search and read the reviews; find quality problems.",
            ),
        ],
        "Train": [
            st.Page(
                "pages/train.py",
                title="Train",
                icon=":material/model_training:",
                url_path="train",
                help="Start a training and follow its loss and accuracy.",
            ),
            st.Page(
                "pages/runs.py",
                title="Runs",
                icon=":material/stacked_line_chart:",
                url_path="runs",
                help="Curves, results and settings of several runs; the models on this machine.",
            ),
        ],
        "Understand": [
            st.Page(
                "pages/inspect.py",
                title="Inspect",
                icon=":material/search_insights:",
                url_path="inspect",
                help="Type a review and see every step of the network.",
            ),
            st.Page(
                "pages/predict.py",
                title="Predict",
                icon=":material/playlist_add_check:",
                url_path="predict",
                help="The predictions of a model for every review of a file.",
            ),
            st.Page(
                "pages/compare.py",
                title="Compare",
                icon=":material/compare_arrows:",
                url_path="compare",
                help="All architectures on the test reviews and on your review.",
            ),
            st.Page(
                "pages/memory.py",
                title="Memory",
                icon=":material/history:",
                url_path="memory",
                help="How far back each network remembers: gradients and a memory task.",
            ),
        ],
    }

    layout.mark_entered()
    st.html(layout.STYLE)
    # Before the navigation, which would fetch the icon of the page from Google's server.
    st.set_page_config(page_icon="🎬", layout="wide")
    page = st.navigation(pages, position="top")
    st.set_page_config(
        page_title="Sentiment Lab" if page is home else f"{page.title} · Sentiment Lab"
    )
    if workspace.hosted():
        st.caption(
            "A shared server: what you add or train is visible to you alone, and deleted when you "
            f"close or reload this page. {workspace.QUOTA}"
        )
    keep_history()
    with checked_link(page.url_path), layout.show_errors():
        apply_presenter()
        show_bar(page.url_path or "home")
        page.run()
