"""Table of the installed models, and those that cannot be read."""

import streamlit as st

from sentiment.evaluation.comparison import table_row
from sentiment.networks.model_folder import model_listing
from sentiment.web import cached, layout
from sentiment.web.bad_items import show_bad
from sentiment.web.compare.metrics import show_table
from sentiment.web.download import offer_model


def show_models() -> None:
    st.subheader("Models", anchor=False)
    listed = model_listing()
    installed = listed.items
    if installed:
        show_table([table_row(info) | {"model": info.name} for info in installed])
        st.caption(
            "The times of the models of the comparison were measured one after the other on one "
            "machine; those of the other models, during their training."
        )
        layout.link_to("compare", "Compare models", "compare_arrows")
    models = cached.readable_models()
    if models:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.selectbox("Model or finished run", list(models), width=320, key="packed")
            offer_model(models[name])
    show_bad(listed.bad)
    if not installed:
        st.caption("No model is installed. A finished run can be installed on the Train page.")
