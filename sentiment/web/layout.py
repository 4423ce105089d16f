"""Elements that all pages share: header, errors, metrics, choices, tables."""

import contextlib
import logging
import runpy
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sentiment.errors import SentimentError
from sentiment.lessons.glossary import meaning_in
from sentiment.places import PROGRAM, without_upload_folders
from sentiment.wording import escaped as escaped

log = logging.getLogger(__name__)
STYLE = Path(__file__).parent / "style.css"  # beyond the theme in .streamlit/config.toml
ERROR = ":red[**Error**]"  # above each error message

Option = TypeVar("Option")


def is_dark() -> bool:
    """Whether this visitor uses the dark theme; charts choose their colors by it."""
    return st.context.theme.type == "dark"


@contextlib.contextmanager
def show_errors() -> Iterator[None]:
    """Show an error as a message and stop the page there; details go to the log."""
    try:
        yield
    except SentimentError as error:
        show_error(str(error))
        st.stop()
    except MemoryError:
        log.exception("Out of memory")
        show_error("Out of memory. Use a smaller file, a shorter text or a smaller model.")
        st.stop()


def show_error(message: str) -> None:
    """Show an error message as plain text: it may quote user input."""
    with st.container(border=True):
        st.markdown(f":material/error: {ERROR}")
        st.text(without_upload_folders(message))


def set_defaults(**values: object) -> None:
    """Set the first values of keyed widgets, unless the link or the session has values for them.

    Use it for a widget that a callback also sets. If the widget is bound to the link, pass the same
    value to the widget, too: Back to a link without a value sets the widget to its argument.
    """
    for key, value in values.items():
        if key not in st.session_state and key not in st.query_params:
            st.session_state[key] = value


def choose_one(title: str, options: Iterable[Option], key: str, **looks: Any) -> Option:
    """One of the options, at first the first one, in a row of buttons; it is part of the link.

    looks: further arguments of `st.segmented_control`.
    """
    choices = list(options)
    looks = {"default": choices[0]} | looks
    chosen: Option = st.segmented_control(
        title, choices, key=key, required=True, bind="query-params", **looks
    )
    return chosen


def as_table(columns: Any, **looks: Any) -> None:
    """Show the data of a chart as a table, which the visitor can open."""
    with st.expander("Table", icon=":material/table:"):
        st.dataframe(columns, **looks)


def choose_row(rows: Any, key: str, **looks: Any) -> int | None:
    """Show a table; return the place of the row that the visitor selects."""
    selected: list[int] = st.dataframe(
        rows,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        **looks,
    ).selection.rows
    return selected[0] if selected and selected[0] < len(rows) else None


def chart_key(name: str) -> str:
    """Key of a chart in which visitors select; after `clear_selection` it is another one."""
    return f"{name}_{st.session_state.get(f'{name}_version', 0)}"


def clear_selection(name: str) -> None:
    """Draw a chart with a `chart_key` again, without what was selected in it."""
    st.session_state[f"{name}_version"] = st.session_state.get(f"{name}_version", 0) + 1


def link_to(
    page: str, label: str, icon: str, params: Mapping[str, Any] | None = None, **looks: Any
) -> None:
    """A link to a page with query parameters."""
    st.page_link(
        f"pages/{page}.py", label=label, icon=f":material/{icon}:", query_params=params, **looks
    )


def mark_entered() -> None:
    """Record that app.py has set up the navigation for this visitor."""
    st.session_state["entered"] = True


def _enter_through_app() -> None:
    # If the first visit to a new server is to a link such as /explore, Streamlit runs that file of
    # pages/ without app.py and so without navigation: until st.navigation has been called once,
    # Streamlit treats pages/ as an older kind of multipage app.
    if not st.session_state.get("entered"):
        runpy.run_path(str(PROGRAM / "app.py"), run_name="__main__")
        st.stop()


def figure_config() -> dict[str, object]:
    """Plotly options: one button, which saves the figure in the format chosen under Export."""
    kind = st.session_state.get("figures_as", "svg")
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": kind, "scale": 1 if kind == "svg" else 2},
    }


def metrics(figures: Mapping[str, str]) -> None:
    """Show metrics, name -> figure, in a row that wraps on narrow screens.

    A metric named with a term of the glossary has its meaning as help.
    """
    with st.container(horizontal=True, gap="medium"):
        for name, figure in figures.items():
            st.metric(name, figure, width="content", help=meaning_in(name))


def duration(seconds: float) -> str:
    """A duration as text: "2 h 5 min", "3 min 20 s", "45 s", "0.4 s" or "under 0.1 s"."""
    if seconds < 0.95:
        return f"{seconds:.1f} s" if seconds >= 0.1 else "under 0.1 s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def header(title: str, lead: str) -> None:
    """Show the title and the introduction of a page. Call it, or `title_row`, first on every
    page."""
    _enter_through_app()
    st.title(title)
    st.markdown(lead)


def title_row(title: str) -> DeltaGenerator:
    """Show the title of a page, and return the rest of its row for controls."""
    _enter_through_app()
    row = st.container(horizontal=True, vertical_alignment="center", key="title_row")
    row.title(title, width="stretch")
    return row


def no_model() -> NoReturn:
    """Show how to get a first model and stop the page."""
    st.info("No model yet. Train one on the sample corpus; it takes less than a minute.")
    link_to("train", "Train a network", "model_training")
    st.stop()
