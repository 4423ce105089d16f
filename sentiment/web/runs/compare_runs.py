"""Curves, results and settings of several runs, side by side."""

import streamlit as st

from sentiment.charts.curves import overlaid_curves, thinned
from sentiment.listing import list_items
from sentiment.places import program
from sentiment.runs.comparison import events_csv, results_table, settings_table
from sentiment.runs.parts import needs_macro_f1
from sentiment.runs.run import Run
from sentiment.web import layout
from sentiment.web.bad_items import show_bad
from sentiment.web.download import offer_file
from sentiment.web.shared_chart import shared
from sentiment.web.train.run_view import read_all
from sentiment.wording import counted

SHOWN_AT_FIRST = 3
MACRO_F1 = "macro-F1"
MEASURES = {"loss": "loss", "accuracy": "accuracy", MACRO_F1: "macro_f1"}  # by title


def compare_runs(by_name: dict[str, Run]) -> None:
    """Choose some of these runs, by name, and show them together."""
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    names = controls.multiselect(
        "Runs", list(by_name), list(by_name)[:SHOWN_AT_FIRST], key="runs", bind="query-params"
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

    needed = any(map(needs_macro_f1, events.values()))
    titles = [title for title in MEASURES if needed or title != MACRO_F1]
    with controls:
        measure = layout.choose_one("Metric", titles, key="metric")
    st.altair_chart(
        shared(overlaid_curves)(
            {
                name: {kind: thinned(found) for kind, found in kinds.items()}
                for name, kinds in events.items()
            },
            MEASURES[measure],
        ),
        alt=f"{measure} of {counted(len(chosen), 'run')} over training steps.",
    )
    st.caption("Thin lines: training. Thick lines with points: validation after each epoch.")

    st.subheader("Results", anchor=False)
    st.dataframe(
        results_table(chosen, events, models),
        hide_index=True,
        column_config={
            "best validation accuracy": st.column_config.NumberColumn(format="percent"),
            "test accuracy": st.column_config.NumberColumn(format="percent"),
            "test macro-F1": st.column_config.NumberColumn(
                format="%.3f", help="Mean F1 of the classes: each counts as much as the others"
            ),
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
    offer_file("Export curves (CSV)", lambda: events_csv(events), "runs.csv")
    st.caption(f"For TensorBoard: `{program()} export --tensorboard FOLDER`")
