"""Curves, results and settings of several runs, side by side."""

import streamlit as st

from sentiment.charts.curves import overlaid_curves
from sentiment.listing import list_items
from sentiment.runs.comparison import events_csv, results_table, settings_table
from sentiment.runs.run import Run
from sentiment.web import layout
from sentiment.web.bad_items import show_bad
from sentiment.web.shared_chart import shared
from sentiment.web.train.run_view import read_all

SHOWN_AT_FIRST = 3


def compare_runs(by_title: dict[str, Run]) -> None:
    """Choose some of these runs, by title, and show them together."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        titles = st.multiselect("Runs", list(by_title), list(by_title)[:SHOWN_AT_FIRST])
        measure = st.segmented_control(
            "Metric", ["loss", "accuracy"], default="loss", required=True, key="measure"
        )
    if not titles:
        st.info("Choose at least one run.")
        return

    titles_of = {by_title[title].folder: title for title in titles}
    listed = list_items("run", titles_of, lambda folder: read_all(Run(folder)))
    show_bad(listed.bad)
    if not listed.items:
        return
    contents = {titles_of[content.run.folder]: content for content in listed.items}
    chosen = {title: content.run for title, content in contents.items()}
    events = {title: content.events for title, content in contents.items()}
    recipes = {title: content.recipe for title, content in contents.items()}
    models = {title: content.model for title, content in contents.items()}

    st.altair_chart(
        shared(overlaid_curves)(events, measure, dark=layout.is_dark()),
        alt=f"{measure} of {len(chosen)} runs over training steps.",
    )
    st.caption("Thin lines: training. Thick lines with points: validation after each epoch.")

    st.subheader("Results", anchor=False)
    st.dataframe(
        results_table(chosen, events, models),
        hide_index=True,
        column_config={
            "best validation accuracy": st.column_config.NumberColumn(format="percent"),
            "test accuracy": st.column_config.NumberColumn(format="percent"),
            "parameters": st.column_config.NumberColumn(format="localized"),
            "seconds": st.column_config.NumberColumn(format="%.0f"),
        },
    )

    st.subheader("Settings", anchor=False)
    everything = st.toggle("Show equal settings", value=len(chosen) == 1)
    rows = [
        {name: value for name, value in row.items() if name != "differs"}
        for row in settings_table(recipes)
        if everything or row["differs"]
    ]
    if rows:
        st.dataframe(rows, hide_index=True)
    else:
        st.caption("All settings are equal.")
    st.download_button(
        "Export curves (CSV)",
        lambda: events_csv(events),
        "runs.csv",
        "text/csv",
        icon=":material/download:",
    )
    st.caption("For TensorBoard: `python -m sentiment export --tensorboard FOLDER`")
