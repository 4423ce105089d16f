"""Runs: several trainings on one chart, and in which settings they differ."""

import streamlit as st

from sentiment.charts.curves import overlaid_curves
from sentiment.runs.comparison import events_csv, settings_table
from sentiment.runs.run import all_runs
from sentiment.web import layout
from sentiment.web.train.run_view import read_events, read_model

SHOWN_AT_FIRST = 3

layout.header("Runs", "Any of your trainings on one chart, and what was different about them.")
by_title = {run.title(): run for run in all_runs()}
if not by_title:
    st.info("No run yet. Start one or two on the Train page.", icon=":material/model_training:")
    st.page_link("pages/train.py", label="Train", icon=":material/model_training:")
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    titles = st.multiselect("Runs", list(by_title), list(by_title)[:SHOWN_AT_FIRST])
    measure = st.segmented_control(
        "Measure", ["loss", "accuracy"], default="loss", required=True, key="measure"
    )
if not titles:
    st.info("Choose a run above.")
    st.stop()

with layout.show_errors():
    chosen = {title: by_title[title] for title in titles}
    events = {title: read_events(run) for title, run in chosen.items()}
    recipes = {title: run.recipe() for title, run in chosen.items()}
    models = {title: read_model(run) for title, run in chosen.items()}

st.altair_chart(
    overlaid_curves(events, measure, dark=layout.is_dark()),
    alt=f"{measure} of {len(chosen)} runs over training steps.",
)
st.caption("Thin: training. Thick, with points: validation after each epoch.")

st.subheader("How they ended", anchor=False)
st.dataframe(
    [
        {
            "run": title,
            "state": chosen[title].status().state,
            "epochs": len(events[title].get("EpochEvent", [])),
            "best validation accuracy": max(
                (epoch["valid_accuracy"] for epoch in events[title].get("EpochEvent", [])),
                default=None,
            ),
            "test accuracy": info.metrics["test"]["accuracy"] if info else None,
            "parameters": info.training.parameters if info else None,
            "seconds": info.training.seconds if info else None,
        }
        for title, info in models.items()
    ],
    hide_index=True,
    column_config={
        "best validation accuracy": st.column_config.NumberColumn(format="percent"),
        "test accuracy": st.column_config.NumberColumn(format="percent"),
        "parameters": st.column_config.NumberColumn(format="localized"),
        "seconds": st.column_config.NumberColumn(format="%.0f"),
    },
)

st.subheader("Settings", anchor=False)
everything = st.toggle("Show those they share as well", value=len(chosen) == 1)
rows = [row for row in settings_table(recipes) if everything or row["differs"]]
if rows:
    st.dataframe(
        [{name: value for name, value in row.items() if name != "differs"} for row in rows],
        hide_index=True,
    )
else:
    st.caption("They were trained with the same settings.")
st.download_button(
    "Download the curves (CSV)",
    lambda: events_csv(events),
    "runs.csv",
    "text/csv",
    icon=":material/download:",
)
st.caption("For TensorBoard, in a shell: `python -m sentiment export --tensorboard FOLDER`")
