"""Train: choose settings, start a training, and watch it."""

import streamlit as st

from sentiment.corpus.sources import IN_ARCHIVE, allowed_source, find_archive
from sentiment.runs.launch import launch_run
from sentiment.runs.run import run_listing
from sentiment.web import layout
from sentiment.web.bad_items import show_bad
from sentiment.web.train.pinned_reviews import show_pinned
from sentiment.web.train.run_view import choose_run, show_run
from sentiment.web.train.settings_form import settings_form
from sentiment.web.train.start import choose_start

layout.header(
    "Train",
    "Choose a preset, start, and watch the loss fall. The training continues when you leave or "
    "close this page.",
)
listed = run_listing()
runs = listed.items
if any(run.status().active for run in runs):
    st.caption("One training runs at a time; the next one is queued.")
above, form, below = st.container(), st.container(), st.container()
with layout.show_errors():
    with above:
        start = choose_start(runs, below)
        if start.recipe.source in IN_ARCHIVE and not find_archive():
            st.warning("The IMDB archive is missing.", icon=":material/download:")
            st.page_link("pages/sources.py", label="Download it on the Sources page")
    with form:
        recipe = settings_form(start)
    if recipe:
        if recipe.source != start.recipe.source:
            allowed_source(recipe.source)
        st.query_params["run"] = launch_run(recipe).id
        st.rerun()

if runs or listed.bad:
    st.subheader("Runs", anchor=False)
    show_bad(listed.bad)
if runs:
    run = choose_run(runs)
    show_run(run)
    show_pinned(run)
elif not listed.bad:
    st.info("No runs yet. The sample preset needs no download and takes less than a minute.")
