"""Sources: the corpora there are, how they stand, and new ones."""

import shutil
from pathlib import Path

import streamlit as st

from sentiment.corpus.sources import IMDB, find_archive
from sentiment.dataset.corpora import RegisteredCorpus, corpora, forget, keep, leftovers
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import CorpusError, SentimentError
from sentiment.runs.jobs import Job
from sentiment.runs.run import all_runs
from sentiment.settings import require
from sentiment.web import layout
from sentiment.web.jobs import offer_archive, watch
from sentiment.web.sources.upload import own_file, show_rejected

MIB = 2**20


def list_corpora() -> None:
    """Each corpus with what is known of it and what can be done with it."""
    for kept in corpora().values():
        with st.container(border=True):
            _show(kept)
    _offer_to_tidy_up()


def add_corpus() -> None:
    """A file of one's own, mapped, looked at, and kept under a name."""
    found = own_file()
    if found is None:
        return
    path, reading = found
    name = st.text_input("Name of the corpus", Path(path).name.split(".")[0][:60])
    if st.button("Keep and prepare it", type="primary", icon=":material/library_add:"):
        with layout.show_errors():
            kept = RegisteredCorpus(" ".join(name.split()), path, reading, PrepareConfig())
            require(
                kept.name not in corpora(),
                f"There is a corpus named {kept.name!r} already. Choose another name, or delete "
                "that one first.",
            )
            keep(kept)
            _job(kept).launch(["prepare", "--json"], kept)
        st.rerun()


def _job(kept: RegisteredCorpus) -> Job:
    return Job.named(f"prepare-{kept.id}")


def _show(kept: RegisteredCorpus) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(kept.name)
        st.badge(_kind(kept), color="gray")
    if kept.source == IMDB and not find_archive():
        st.markdown("Its statistics come with the project; the texts are downloaded on request.")
        offer_archive()
        return
    if watch(_job(kept), "Preparing"):
        return
    prepared = kept.prepared()
    if prepared is None:
        st.caption("Not prepared yet; the first training or look at it does so.")
        problem = _problem(kept)
        if problem:
            st.text(problem)
    else:
        _facts(prepared)
    with st.container(horizontal=True):
        for page, label, icon in (
            ("reviews", "Read", "menu_book"),
            ("train", "Train on it", "model_training"),
        ):
            key = {"reviews": "reviews_of", "train": "corpus"}[page]
            st.page_link(
                f"pages/{page}.py",
                label=label,
                icon=f":material/{icon}:",
                query_params={key: kept.name},
            )
        if kept.own:
            _offer_to_delete(kept)


def _kind(kept: RegisteredCorpus) -> str:
    return Path(kept.source).suffix.lstrip(".") or "folder" if kept.own else "shipped"


def _problem(kept: RegisteredCorpus) -> str:
    try:
        assert kept.folder
    except SentimentError as error:
        return str(error)
    return ""


def _facts(corpus: PreparedCorpus) -> None:
    report = corpus.report
    parts = "; ".join(
        f"{part}: " + ", ".join(f"{count:,} {label}" for label, count in counts.items())
        for part, counts in report.parts.items()
    )
    dropped = ", ".join(f"{count:,} {why}" for why, count in report.dropped.items()) or "none"
    st.markdown(
        f"**{report.read:,}** reviews read. Kept in {parts}. Dropped: {dropped}. "
        f"Mean length {report.mean_length:.0f} words, vocabulary {report.vocabulary_size:,}. "
        f"{corpus.bytes_stored / MIB:,.0f} MiB on disk."
    )
    show_rejected(report.rejected)


def _offer_to_delete(kept: RegisteredCorpus) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown("Its prepared form goes, and the file if it was uploaded. Models stay.")
        if st.button("Delete it for good", key=f"delete_{kept.id}", type="primary"):
            with layout.show_errors():
                _require_unused(kept.source)
                _job(kept).stop()
                forget(kept.name)
                _job(kept).delete()
            st.rerun()


def _require_unused(source: str | None = None) -> None:
    """Raises CorpusError while a run at work reads `source`, or anything."""
    for run in all_runs():
        if run.status().active and (source is None or run.recipe().source == source):
            raise CorpusError(f"The run {run.id} is at work with it. Stop it or wait for its end.")


def _offer_to_tidy_up() -> None:
    """Prepared forms under settings that no corpus has; trainings leave them behind."""
    folders = leftovers()
    if not folders:
        return
    size = sum(PreparedCorpus.bytes_in(folder) for folder in folders)
    with st.popover(
        f"Other prepared forms ({size / MIB:,.0f} MiB)", icon=":material/folder_delete:"
    ):
        st.markdown(
            f"{len(folders)} prepared under other settings, by trainings mostly. They are made "
            "again when they are needed."
        )
        if st.button("Delete them", key="tidy_up"):
            with layout.show_errors():
                _require_unused()
                for folder in folders:
                    shutil.rmtree(folder, ignore_errors=True)
            st.rerun()
