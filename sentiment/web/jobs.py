"""Background jobs on a page: progress, updated every second, and errors."""

from pathlib import Path

import streamlit as st

from sentiment import workspace
from sentiment.corpus.formats.registry import FORMATS
from sentiment.corpus.sources import IN_ARCHIVE, SYNTHETIC
from sentiment.corpus.table_files import pieces_of
from sentiment.dataset.corpora import RegisteredCorpus
from sentiment.dataset.prepare import prepared_folder
from sentiment.dataset.prepared import COMPLETE
from sentiment.runs.jobs import Job
from sentiment.web import layout

PLAIN = {suffix for kind in FORMATS if kind.text for suffix in kind.suffixes}
SMALL = 2_000_000  # bytes; prepared within a second

POLL_SECONDS = 1.0


def watch(job: Job, title: str) -> bool:
    """Show the state of `job`, if there is one; return whether it is running.

    The page reruns when the job ends. A failure is shown until the next launch.
    """
    status = job.status()
    if status.state == "running":
        _show_progress(job, title)
        return True
    if status.state == "failed":
        layout.show_error(f"{title}: {status.message}")
    elif status.state == "stopped":
        st.caption(f"{title}: stopped.")
    return False


@st.fragment(run_every=POLL_SECONDS)
def _show_progress(job: Job, title: str) -> None:
    status = job.status()
    if status.state != "running":
        st.rerun()
    bar, stop = st.columns([5, 1], vertical_alignment="bottom")
    share = f" {status.progress:.0%}" if status.total else ""
    bar.progress(status.progress, f"{title} · {status.stage}{share}")
    if stop.button("Stop", key=f"stop_{job.folder.name}", icon=":material/stop:"):
        job.stop()
        st.rerun()


def offer_archive() -> None:
    """Offer to download the IMDB archive in the background."""
    if workspace.hosted():
        st.info("The IMDB reviews are not on this server. The sample corpus is.")
        return
    st.info(
        "The IMDB reviews are not part of this project. Stanford University offers them as an "
        "archive of 84 MB. If you have `aclImdb_v1.tar.gz`, copy it to `data/downloads/`, or set "
        "the environment variable `SENTIMENT_ARCHIVE` to its path. The sample corpus needs no "
        "download.",
        icon=":material/download:",
    )
    job = Job.named("download")
    if watch(job, "Downloading the archive"):
        st.caption("You can leave this page. An interrupted download resumes where it stopped.")
    elif st.button("Download archive (84 MB)", type="primary", icon=":material/download:"):
        with layout.show_errors():
            job.launch(["download"])
        st.rerun()


def may_prepare(corpus: RegisteredCorpus) -> bool:
    """Whether the corpus is prepared, can be prepared in a second, or the visitor clicks a button.

    Raises CorpusError if the source cannot be read.
    """
    folder = prepared_folder(corpus.source, corpus.prepare, corpus.table)
    return (
        (folder / COMPLETE).exists()
        or corpus.source in SYNTHETIC
        or _is_small(corpus)
        or st.button(
            "Prepare the reviews",
            key="prepare",
            type="primary",
            icon=":material/text_fields:",
            help="Reads and encodes the reviews once. Takes about ten seconds for 50,000 reviews.",
        )
    )


def _is_small(corpus: RegisteredCorpus) -> bool:
    """Whether the corpus is plain text of a few thousand reviews."""
    if corpus.source in IN_ARCHIVE:
        return False
    pieces = [Path(piece) for piece in pieces_of(corpus.source)]
    return all(piece.is_file() and piece.suffix in PLAIN for piece in pieces) and (
        sum(piece.stat().st_size for piece in pieces) <= SMALL
    )
