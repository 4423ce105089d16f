"""Table of the installed models, and those that cannot be read."""

import streamlit as st

from sentiment.evaluation.comparison import table_row
from sentiment.networks.model_folder import broken_models, installed_models
from sentiment.web import layout
from sentiment.web.compare.metrics import show_table


def show_models() -> None:
    st.subheader("Models", anchor=False)
    installed = installed_models()
    if installed:
        show_table([table_row(info) | {"model": info.name} for info in installed])
        st.page_link("pages/compare.py", label="Compare models", icon=":material/compare_arrows:")
    for name, problem in broken_models().items():
        layout.show_error(f"{name} is damaged: {problem}")
    if not installed:
        st.caption("No model is installed. A finished run can be installed on the Train page.")
