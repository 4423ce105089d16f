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
MEASURES = ("loss", "accuracy")


def compare_runs(by_name: dict[str, Run]) -> None:
    """Choose some of these runs, by name, and show them together."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = st.multiselect(
            "Runs",
            list(by_name),
            list(by_name)[:SHOWN_AT_FIRST],
            key="runs",
            bind="query-params",
        )
        measure = st.segmented_control(
            "Metric",
            MEASURES,
            default=MEASURES[0],
            required=True,
            key="metric",
            bind="query-params",
        )
    if not names:
        st.info("Choose at least one run.")
        return

    names_of = {by_name[name].folder: name for name in names}
    listed = list_items("run", names_of, lambda folder: read_all(Run(folder)))
    show_bad(listed.bad)
    if not listed.items:
        return
    contents = {names_of[content.run.folder]: content for content in listed.items}
    chosen = {name: content.run for name, content in contents.items()}
    events = {name: content.events for name, content in contents.items()}
    recipes = {name: content.recipe for name, content in contents.items()}
    models = {name: content.model for name, content in contents.items()}

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
    everything = st.toggle(
        "Show equal settings",
        value=len(chosen) == 1,
        key="equal_settings",
        bind="query-params",
    )
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
