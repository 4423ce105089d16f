"""The memory task: the included table, and a small version that trains on this machine."""

import streamlit as st

from sentiment.charts.comparison import memory_grid
from sentiment.evaluation.shipped_tables import MemoryTable
from sentiment.places import program
from sentiment.runs import memory_experiment
from sentiment.web import layout
from sentiment.web.jobs import POLL_SECONDS
from sentiment.web.shared_chart import shared


def show_task() -> None:
    st.subheader("Memory task", anchor=False)
    st.markdown(
        "The label is the **first token** of a sequence, followed by *N* random tokens "
        "(distractors); the head reads the last state. A network that is accurate for a large *N* "
        "remembers the first token; chance is one half. Networks with **open gates** start with "
        "forget gates (LSTM) or update gates (GRU) near 1, and remember at every distance. With "
        "the default initialization the gates start half closed: half of the memory is lost at "
        "every step, and the training does not learn that the first token is the label."
    )
    shipped = MemoryTable.read()
    _show_table(shipped, "shipped")
    st.caption(
        f"LSTM with {shipped.units} units, the others with as many parameters, at most "
        f"{shipped.steps} training steps, seeds {', '.join(map(str, shipped.seeds))}: "
        f"`{program()} memory --full`. For bidirectional networks the task is easy: the "
        "backward direction reads the token last. A ResNet reads only its receptive field. A cell "
        "is the mean over the seeds. Between 50% and 100%, some seeds learn the task and others "
        "do not. The RNN is such a case, so its 100% does not mean that it remembers reliably. "
        "Point at a cell for the worst and the best seed."
    )
    st.markdown("**Small version on this machine**")
    status = memory_experiment.job().status()
    if status.state == "running":
        _show_progress()
        return
    if st.button("Train now", icon=":material/play_arrow:", type="primary"):
        memory_experiment.launch()
        st.rerun()
    st.caption("Nine networks at three distances; about a minute. You can leave this page.")
    if status.state == "failed":
        layout.show_error(status.message)
    if own := memory_experiment.results():
        st.caption(f"Trained: {len(own.results)} of {own.experiments} networks.")
        _show_table(own, "own")


def _show_table(table: MemoryTable, key: str) -> None:
    if table.results:
        st.altair_chart(
            shared(memory_grid)(table.results),
            key=f"task_{key}",
            alt=f"Accuracy by number of distractors. {table.finding}",
        )


@st.fragment(run_every=POLL_SECONDS)
def _show_progress() -> None:
    job = memory_experiment.job()
    status = job.status()
    if status.state != "running":
        st.rerun()
    st.progress(status.progress, f"Training: {status.done:.0f} of {status.total:.0f} networks")
    if st.button("Stop", icon=":material/stop:"):
        job.stop()
        st.rerun()
    if own := memory_experiment.results():
        _show_table(own, "own")
