"""Jobs on a page: their progress, looked at again every second, and how they ended."""

import streamlit as st

from sentiment.runs.jobs import Job
from sentiment.web import layout

POLL_SECONDS = 1.0


def watch(job: Job, title: str) -> bool:
    """Show `job` if there is something to show; whether it is at work.

    The page is drawn anew when it has ended. A failure is shown until it is tried again.
    """
    status = job.status()
    if status.state == "running":
        _follow(job, title)
        return True
    if status.state == "failed":
        layout.show_error(f"{title}: {status.message}")
    elif status.state == "stopped":
        st.caption(f"{title} was stopped.")
    return False


@st.fragment(run_every=POLL_SECONDS)
def _follow(job: Job, title: str) -> None:
    status = job.status()
    if status.state != "running":
        st.rerun()
    bar, stop = st.columns([5, 1], vertical_alignment="bottom")
    figures = f": {status.done:,.0f} of {status.total:,.0f}" if status.total else ""
    bar.progress(status.progress, f"{title} · {status.stage}{figures}")
    if stop.button("Stop", key=f"stop_{job.folder.name}", icon=":material/stop:"):
        job.stop()
        st.rerun()


def offer_archive() -> None:
    """Shown instead of IMDB's reviews while there is no archive: download it, in the background."""
    st.info(
        "The reviews of IMDB are not part of this project; they come as an archive of 84 MB from "
        "Stanford University. If you have `aclImdb_v1.tar.gz` already, put it into "
        "`data/downloads/` or name it in the environment variable `SENTIMENT_ARCHIVE`. "
        "The sample corpus can be read at once.",
        icon=":material/download:",
    )
    job = Job.named("download")
    if watch(job, "Fetching the archive"):
        st.caption("You can leave this page. What has arrived is kept if the line breaks.")
    elif st.button("Download the archive (84 MB)", type="primary"):
        with layout.show_errors():
            job.launch(["download"])
        st.rerun()
