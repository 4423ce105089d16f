"""Train: choose settings, start a training, and watch it."""

from dataclasses import replace

import streamlit as st

from sentiment.corpus.sources import allowed_source, find_archive
from sentiment.dataset.corpora import corpora, recorded_exclusions
from sentiment.runs.launch import launch_run
from sentiment.runs.links import CORPUS, LINK_PREFIX, recipe_from_link
from sentiment.runs.run import Run, all_runs
from sentiment.training.presets import PRESETS
from sentiment.web import layout
from sentiment.web.sources.upload import own_file
from sentiment.web.train.results import show_results
from sentiment.web.train.run_view import model_of, show_pinned, show_run
from sentiment.web.train.settings_form import settings_form

POLL_SECONDS = 1.0
AS_PRESET = "the preset's"


@st.fragment(run_every=POLL_SECONDS)
def show_progress_of(run: Run) -> None:
    """The run, looked at again every second until it has ended."""
    with layout.show_errors():
        status = run.status()
        if not status.active:
            # The page draws how it ended: a button drawn by this timer's last tick would be gone
            # before the click on it arrives.
            st.rerun()
        show_run(run, status)


layout.header(
    "Train",
    "Choose what to read and how, start, and watch the loss fall. Training is a process of its "
    "own: leave this page, or close it, and come back.",
)
existing = all_runs()
busy = next((run for run in existing if run.status().active), None)
if busy:
    st.caption("One training runs at a time; what you start now waits in line.")
preset = st.segmented_control(
    "Start from",
    list(PRESETS),
    format_func=lambda name: PRESETS[name].title,
    default="sample",
    key="preset",
    required=True,
    bind="query-params",
)
model_run = next((run for run in existing if run.id == st.query_params.get("from")), None)
with layout.show_errors():
    if model_run:
        st.info("The form below starts from the settings of an earlier run.")
        st.text(model_run.title())
        if st.button("Start from a preset instead", icon=":material/close:"):
            del st.query_params["from"]
            st.rerun()
        start, key = model_run.recipe(), model_run.id
    else:
        st.caption(PRESETS[preset].description)
        start, key = PRESETS[preset].recipe, preset
    known = corpora()
    if (named := st.query_params.get(CORPUS)) in known:
        layout.set_defaults(corpus=named)
    name = st.selectbox(
        "Reviews",
        [AS_PRESET, *known],
        key="corpus",
        bind="query-params",
        help="A corpus of the Sources page instead of the preset's.",
    )
    if name in known:
        kept = known[name]
        prepare = kept.prepare if kept.own else start.prepare
        start = replace(start, source=kept.source, table=kept.table, prepare=prepare)
        key = f"{key} {name}"
    start, handed = recipe_from_link(start, st.query_params)
    if handed:
        key = f"{key} {handed}"
        st.info("The form below takes these settings from the link:", icon=":material/link:")
        st.text(", ".join(f"{name} {value}" for name, value in handed.items()))
        if st.button("Leave them out", icon=":material/close:"):
            for name in handed:
                del st.query_params[LINK_PREFIX + name]
            st.rerun()
    with st.expander("Train on a file of your own", icon=":material/upload_file:"):
        own = own_file()
    if own:
        start, key = replace(start, source=own[0], table=own[1]), f"{key} {own}"
    if not model_run and (exclude := recorded_exclusions(start.source, start.table)):
        start = replace(start, prepare=replace(start.prepare, exclude=exclude))
        key = f"{key} {exclude}"
        st.caption(f"Left out, as chosen under Quality of these reviews: {exclude}.")
    if start.source == "imdb" and not find_archive():
        st.warning("This needs the IMDB archive.", icon=":material/download:")
        st.page_link("pages/reviews.py", label="Get it on the Reviews page")
    recipe = settings_form(start, key)
    if recipe:
        if recipe.source != start.source:
            allowed_source(recipe.source)
        st.query_params["run"] = launch_run(recipe).id
        st.rerun()

if existing:
    ids = [run.id for run in existing]
    chosen = st.query_params.get("run", "")
    st.subheader("Runs", anchor=False)
    run = st.selectbox(
        "Run", existing, ids.index(chosen) if chosen in ids else 0, format_func=Run.title
    )
    with layout.show_errors():
        status = run.status()
        if status.active:
            show_progress_of(run)
        else:
            show_run(run, status)
            info = model_of(run)
            if info:
                show_results(run, info)
    show_pinned(run)
else:
    st.info("No run yet. The sample preset needs no download and takes less than a minute.")
