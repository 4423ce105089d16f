"""Runs: the curves, results and settings of several runs, and the installed models."""

import streamlit as st

from sentiment.runs.run import run_listing
from sentiment.web import layout
from sentiment.web.bad_items import show_bad
from sentiment.web.runs.compare_runs import compare_runs
from sentiment.web.runs.models import show_models

layout.header("Runs", "Curves, results and settings of several runs; the models on this machine.")
listed = run_listing()
by_title = {run.title(): run for run in listed.items}
show_bad(listed.bad)
if by_title:
    compare_runs(by_title)
else:
    st.info("No runs yet. Start one on the Train page.", icon=":material/model_training:")
    st.page_link("pages/train.py", label="Train a network", icon=":material/model_training:")
show_models()
