"""Runs: the curves, results and settings of several runs, and the installed models."""

import streamlit as st

from sentiment.runs.run import by_name, run_listing
from sentiment.web import layout
from sentiment.web.bad_items import show_bad
from sentiment.web.runs.compare_runs import compare_runs
from sentiment.web.runs.models import show_models

layout.header("Runs", "Curves, results and settings of several runs; the models on this machine.")
listed = run_listing()
show_bad(listed.bad)
if listed.items:
    compare_runs(by_name(listed.items))
else:
    st.info("No runs yet. Start one on the Train page.", icon=":material/model_training:")
    layout.link_to("train", "Train a network", "model_training")
show_models()
