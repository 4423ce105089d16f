"""Page layout: header, errors, metrics and progress bars."""

import contextlib
import logging
import runpy
from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from sentiment.errors import SentimentError
from sentiment.places import PROJECT
from sentiment.progress import StageProgress

if TYPE_CHECKING:
    pass


log = logging.getLogger(__name__)


def is_dark() -> bool:
    """Whether this visitor looks at the dark theme; charts choose their ground by it."""
    return st.context.theme.type == "dark"


@contextlib.contextmanager
def show_errors() -> Iterator[None]:
    """Turn an error into a message for people and stop the page there; details go to the log."""
    try:
        yield
    except SentimentError as error:
        show_error(str(error))
        st.stop()
    except MemoryError:
        log.exception("Out of memory")
        show_error("The machine ran out of memory. Try a shorter text or a smaller model.")
        st.stop()


def show_error(message: str) -> None:
    """A message that may quote what a person typed, so nothing in it is read as markup."""
    with st.container(border=True):
        st.markdown(":material/error: :red[**That did not work**]")
        st.text(message)


def set_defaults(**values: object) -> None:
    """First values of keyed widgets, unless the link or an earlier visit brought others.

    A widget that callbacks also set must get its first value here and not from its own argument.
    """
    for key, value in values.items():
        if key not in st.session_state and key not in st.query_params:
            st.session_state[key] = value


def mark_entered() -> None:
    """Called by app.py, so that pages know it has set up the navigation for this visitor."""
    st.session_state["entered"] = True


def _enter_through_app() -> None:
    # The very first visit to a new server, if it is to a link such as /explore, makes Streamlit
    # run that file of pages/ by itself, without app.py and so without navigation: until
    # st.navigation has been called once, it takes the folder for its older kind of app.
    if not st.session_state.get("entered"):
        runpy.run_path(str(PROJECT / "app.py"))
        st.stop()


def figure_config() -> dict[str, object]:
    """Of a Plotly figure: nothing but a button that saves it, as the visitor chose."""
    kind = st.session_state.get("figures_as", "svg")
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": kind, "scale": 1 if kind == "svg" else 2},
    }


def metrics(**figures: str) -> None:
    """Figures in a row that wraps on narrow screens; `_` in a name stands for a space."""
    with st.container(horizontal=True, gap="medium"):
        for name, figure in figures.items():
            st.metric(name.replace("_", " "), figure, width="content")


def duration(seconds: float) -> str:
    """For people, no finer than they need."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def header(title: str, lead: str) -> None:
    """The first thing on every page."""
    _enter_through_app()
    st.title(title)
    st.markdown(lead)


@contextlib.contextmanager
def progress_bar() -> Iterator[StageProgress]:
    """A bar that is gone when the work is done; call it with stage, done and total."""
    slot = st.empty()

    def show(stage: str, done: int, total: int) -> None:
        slot.progress(min(done / max(total, 1), 1.0), f"{stage}: {done:,} of {total:,}")

    try:
        yield show
    finally:
        slot.empty()
