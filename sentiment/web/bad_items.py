"""Items that cannot be read: the problem, the folder, and a button that deletes the item."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import streamlit as st

from sentiment import workspace
from sentiment.errors import SentimentError
from sentiment.listing import BadItem, printable
from sentiment.web import layout


def show_bad(*groups: Iterable[BadItem]) -> None:
    """Show an expander with a row per bad item; nothing if there are none."""
    items = list(dict.fromkeys(item for group in groups for item in group))
    if not items:
        return
    count = f"{len(items)} damaged items" if len(items) > 1 else f"Damaged {items[0].kind}"
    with st.expander(count, icon=":material/warning:"):
        st.caption("The lists on this page leave them out. Nothing else is affected.")
        for item in items:
            _show_row(item)


def _show_row(item: BadItem) -> None:
    key = f"{item.kind} {item.path}"
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(item.name, width="content")
            st.badge(item.kind, color="orange")
        if not _may_change(item):
            st.text("Report this to the operator of the server.")
            return
        st.text(item.problem)
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.popover("Show folder", icon=":material/folder_open:"):
                st.code(printable(str(item.path.absolute())), language=None, wrap_lines=True)
            with st.popover("Delete", icon=":material/delete:"):
                st.markdown(f"This deletes this {item.kind} from the disk and nothing else.")
                if st.button("Delete it", key=f"delete {key}", type="primary"):
                    with layout.show_errors():
                        item.delete()
                    st.rerun()


def _may_change(item: BadItem) -> bool:
    """Whether the visitor owns the item; always true unless the server is hosted."""
    if not workspace.hosted():
        return True
    own = workspace.current()
    return own is not None and own.resolve() in item.path.absolute().parents


@contextlib.contextmanager
def offer_deletion(kind: str, path: Path) -> Iterator[None]:
    """Show an error of the block, which reads the item at `path`, as a bad item; stop the page."""
    try:
        yield
    except SentimentError as error:
        if not os.path.lexists(path):  # the error has another cause
            raise
        _show_row(BadItem(kind, path, str(error)))
        st.stop()
