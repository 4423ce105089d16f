"""List of the registered corpora, and the form that adds one."""

import shutil
from dataclasses import replace
from pathlib import Path

import streamlit as st

from sentiment.analysis.quality import findings_listing
from sentiment.corpus.sources import IMDB, IN_ARCHIVE, find_archive
from sentiment.corpus.table_files import short_name
from sentiment.dataset.corpora import (
    RegisteredCorpus,
    corpora,
    corpus_listing,
    register,
    unregister,
    unused_prepared_folders,
)
from sentiment.dataset.corrections import correction_listing
from sentiment.dataset.prepared import PreparedCorpus, prepared_listing
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import CorpusError, SentimentError
from sentiment.listing import BadItem
from sentiment.places import without_upload_folders
from sentiment.runs.jobs import Job, job_listing
from sentiment.runs.run import all_runs
from sentiment.settings import require
from sentiment.web import layout
from sentiment.web.bad_items import show_bad
from sentiment.web.jobs import offer_archive, watch
from sentiment.web.sources.table_form import show_rejected
from sentiment.web.sources.upload import choose_file
from sentiment.wording import counts_by_name

MIB = 2**20
# Page, label, icon, further query parameters.
LINKS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("explore", "Explore", "bar_chart", {}),
    ("reviews", "Read reviews", "menu_book", {}),
    ("reviews", "Clean", "cleaning_services", {"reviews_view": "Quality"}),
    ("train", "Train on it", "model_training", {}),
    ("learn", "Learn with it", "school", {}),
)


def list_corpora() -> None:
    """One box per corpus with its state, statistics and actions."""
    listed = corpus_listing()
    for corpus in listed.items:
        with st.container(border=True):
            _show_corpus(corpus)
    _show_unused_folders()
    show_bad(
        listed.bad,
        prepared_listing().bad,
        correction_listing().bad,
        findings_listing().bad,
        job_listing().bad,
    )


def add_corpus() -> None:
    """Form that registers a table under a name and prepares it."""
    file = choose_file()
    if file is None:
        return
    path, table = file
    name = st.text_input("Name of the corpus", short_name(path).split(".")[0][:60])
    if st.button("Add corpus", type="primary", icon=":material/library_add:"):
        with layout.show_errors():
            corpus = RegisteredCorpus(" ".join(name.split()), path, table, PrepareConfig())
            require(
                corpus.name not in corpora(),
                f"A corpus named {corpus.name!r} exists already. Choose another name, or delete "
                "that corpus first.",
            )
            register(corpus)
            _preparation(corpus).launch(["prepare", "--json"], corpus)
        st.rerun()


def _preparation(corpus: RegisteredCorpus) -> Job:
    return Job.named(f"prepare-{corpus.id}")


def _show_corpus(corpus: RegisteredCorpus) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(corpus.name)
        st.badge(_format(corpus), color="gray")
    if corpus.source in IN_ARCHIVE and not find_archive():
        if corpus.source == IMDB:
            st.markdown("The statistics are included. The texts are in the IMDB archive.")
            offer_archive()
        else:
            st.caption("The stars of the IMDB reviews as classes. It needs the IMDB archive, too.")
        return
    if watch(_preparation(corpus), "Preparing"):
        return
    try:
        prepared = corpus.prepared()
    except CorpusError as error:
        show_bad([BadItem("prepared corpus", corpus.folder, str(error))])
        prepared = None
    if prepared is None:
        st.caption("Not prepared. The app prepares it when you use it for the first time.")
        problem = _problem(corpus)
        if problem:
            st.text(problem)
        elif corpus.is_custom:
            _offer_preparation(corpus)
    else:
        _show_report(prepared)
    with st.container(horizontal=True):
        for page, label, icon, view in LINKS:
            layout.link_to(page, label, icon, {"corpus": corpus.name} | view)
        if corpus.is_custom:
            _show_delete(corpus)


def _offer_preparation(corpus: RegisteredCorpus) -> None:
    """Show cutoffs and a button: the default cutoffs can drop most of a corpus of short texts."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        lengths = {}
        for name in ("min_length", "max_length"):
            field = PrepareConfig.__dataclass_fields__[name]
            lengths[name] = st.number_input(
                field.metadata["title"],
                *PrepareConfig.bounds(name),
                getattr(corpus.prepare, name),
                key=f"{name}_{corpus.id}",
                help=field.metadata["help"],
            )
        if st.button("Prepare", key=f"prepare_{corpus.id}", icon=":material/build:"):
            with layout.show_errors():
                changed = replace(corpus, prepare=replace(corpus.prepare, **lengths))
                register(changed)
                _preparation(corpus).launch(["prepare", "--json"], changed)
            st.rerun()


def _format(corpus: RegisteredCorpus) -> str:
    if not corpus.is_custom:
        return "included"
    return Path(corpus.source).suffix.removeprefix(".") or "folder"


def _problem(corpus: RegisteredCorpus) -> str:
    try:
        assert corpus.folder
    except SentimentError as error:
        return without_upload_folders(str(error))
    return ""


def _show_report(corpus: PreparedCorpus) -> None:
    report = corpus.report
    splits = "; ".join(
        f"{split}: {layout.escaped(counts_by_name(counts))}"
        for split, counts in report.splits.items()
    )
    dropped = ", ".join(f"{count:,} {reason}" for reason, count in report.dropped.items()) or "none"
    corrected = f"Corrections: {', '.join(report.corrections)}. " if report.corrections else ""
    st.markdown(
        f"**{report.read:,}** reviews read. Kept: {splits}. Dropped: {dropped}. {corrected}"
        f"Mean length {report.mean_length:.0f} words, vocabulary {report.vocabulary_size:,} words. "
        f"{PreparedCorpus.bytes_in(corpus.folder) / MIB:,.0f} MiB on disk."
    )
    if report.label_sentence:
        st.text(report.label_sentence)
    show_rejected(report.rejected)


def _show_delete(corpus: RegisteredCorpus) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(
            "This deletes the prepared corpus, its corrections, and the file if it was uploaded. "
            "Trained models are kept."
        )
        if st.button("Delete corpus", key=f"delete_{corpus.id}", type="primary"):
            with layout.show_errors():
                _require_unused(corpus.source)
                _preparation(corpus).stop()
                unregister(corpus.name)
                _preparation(corpus).delete()
            st.rerun()


def _require_unused(source: str | None = None) -> None:
    """Raises CorpusError while an active run uses `source`, or any source if None."""
    for run in all_runs():
        if run.status().active and (source is None or run.recipe().source == source):
            raise CorpusError(
                f"The run {run.name()} uses these reviews. Stop it, or wait until it ends."
            )


def _show_unused_folders() -> None:
    """Delete button for prepared corpora with settings that no registered corpus has."""
    folders = unused_prepared_folders()
    if not folders:
        return
    size = sum(PreparedCorpus.bytes_in(folder) for folder in folders)
    with st.popover(
        f"Other prepared corpora ({size / MIB:,.0f} MiB)", icon=":material/folder_delete:"
    ):
        st.markdown(
            f"Corpora prepared with other settings, most of them for training: {len(folders)}. "
            "The app prepares them again when they are needed."
        )
        if st.button("Delete them", key="delete_unused"):
            with layout.show_errors():
                _require_unused()
                for folder in folders:
                    shutil.rmtree(folder, ignore_errors=True)
            st.rerun()
