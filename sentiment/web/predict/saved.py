"""The list of all predictions, and one of them: its progress, then its results."""

import streamlit as st

from sentiment.scoring.saved import SavedPredictions
from sentiment.web import layout
from sentiment.web.jobs import watch
from sentiment.web.links.check import carry
from sentiment.web.predict.results import show_results

TITLE = "Predicting"


def list_saved(items: list[SavedPredictions]) -> None:
    """A row per set of predictions, with its state."""
    if not items:
        return
    st.subheader("Predictions", anchor=False)
    for saved in items:
        request = saved.request()
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"saved_{saved.id}"
        ):
            st.text(request.title, width="content")
            st.badge(layout.escaped(request.model_name), color="blue")
            st.badge(_state(saved), color="gray")
            layout.link_to("predict", "Open", "arrow_forward", {"prediction": saved.id})
            _offer_deletion(saved)


def show_saved(saved: SavedPredictions) -> None:
    """One set of predictions. Raises SentimentError."""
    request = saved.request()
    carry(model=request.model_name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"### {layout.escaped(request.title)}", width="content")
        st.badge(layout.escaped(request.model_name), color="blue")
        st.badge(layout.escaped(f"column {request.column:.40}"), color="gray")
        if st.button("Another file", icon=":material/arrow_back:", key="another"):
            _leave()
        _offer_deletion(saved)
    if saved.complete:
        show_results(saved, request)
        return
    if watch(saved.job, TITLE):
        st.caption("You can leave this page; the link in the address bar leads back to it.")
        return
    if st.button("Continue", type="primary", icon=":material/play_arrow:"):
        saved.launch()
        st.rerun()


def _state(saved: SavedPredictions) -> str:
    if saved.complete:
        return "Done"
    state = saved.job.status().state
    return {"running": "Running", "failed": "Failed"}.get(state, "Stopped")


def _offer_deletion(saved: SavedPredictions) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown("This deletes these predictions. The uploaded file is kept.")
        if st.button("Delete predictions", key=f"delete_{saved.id}", type="primary"):
            with layout.show_errors():
                saved.delete()
            _leave()


def _leave() -> None:
    st.query_params.pop("prediction", None)
    st.rerun()
