"""The navigation: every page of the app, its group, title, icon and path."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from sentiment import workspace
from sentiment.web import layout
from sentiment.web.lessons.bar import show_bar
from sentiment.web.lessons.presenter import apply_presenter
from sentiment.web.links.check import checked_link
from sentiment.web.links.history import keep_history


def show() -> None:
    """Show the navigation and run the chosen page."""
    home = st.Page("pages/home.py", title="Home", icon=":material/home:", default=True)
    learn = _page("learn", "school", "Twelve steps from reviews to a prediction, with questions.")
    pages = {
        "": [home, learn],
        "Data": [
            _page("sources", "database", "The available corpora; add your own reviews."),
            _page(
                "explore",
                "bar_chart",
                "Statistics of the reviews; the effect of cutoffs and sequence lengths.",
            ),
            _page("reviews", "menu_book", "Search and read the reviews; find quality problems."),
        ],
        "Train": [
            _page("train", "model_training", "Start a training and follow its loss and accuracy."),
            _page(
                "runs",
                "stacked_line_chart",
                "Curves, results and settings of several runs; the models on this machine.",
            ),
        ],
        "Understand": [
            _page("inspect", "search_insights", "Type a review and see every step of the network."),
            _page(
                "predict",
                "playlist_add_check",
                "The predictions of a model for every review of a file.",
            ),
            _page(
                "compare",
                "compare_arrows",
                "All architectures on the test reviews and on your review.",
            ),
            _page(
                "memory",
                "history",
                "How far back each network remembers: gradients and a memory task.",
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


def _page(name: str, icon: str, help: str) -> StreamlitPage:
    return st.Page(
        f"pages/{name}.py",
        title=name.capitalize(),
        icon=f":material/{icon}:",
        url_path=name,
        help=help,
    )
