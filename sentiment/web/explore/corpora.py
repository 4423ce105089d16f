"""Corpora of the Explore page: their statistics, and their texts where available."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.corpus.sources import IMDB, IN_ARCHIVE, SYNTHETIC, find_archive
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.tables import modified_of
from sentiment.dataset.corpora import SHIPPED, RegisteredCorpus, corpus_listing
from sentiment.dataset.prepare import prepared_folder
from sentiment.dataset.prepared import COMPLETE, PreparedCorpus, prepared_listing
from sentiment.dataset.prepared_statistics import statistics_of
from sentiment.errors import CorpusError, SentimentError
from sentiment.listing import Listing, entries
from sentiment.listing import modified as modified_at
from sentiment.places import prepared_dir, uploads_dir
from sentiment.progress import stage_of
from sentiment.runs.links import CORPUS
from sentiment.web import cached, heavy
from sentiment.web.bad_items import offer_deletion

COUNTED = (IMDB, *SYNTHETIC)  # sources with statistics before they are prepared


@dataclass(frozen=True)
class ExplorableCorpus:
    """A corpus with statistics, under the name that the page shows."""

    name: str
    source: str  # as in a recipe; empty if unknown
    folder: Path | None = None  # prepared; None for a shipped corpus
    table: TableConfig = field(default_factory=TableConfig)
    registered_as: str = ""  # name on the Sources page
    exclusions: tuple[str, ...] = ()  # quality checks whose reviews are excluded
    corrections: str = ""  # digest
    filtered_folder: Path | None = None  # shipped corpus, prepared with these

    @property
    def link(self) -> dict[str, str]:
        """Query parameters for the Reviews page; empty if the corpus is not listed there."""
        return {CORPUS: self.name} if self.registered_as or self.name in SHIPPED else {}

    def statistics(self) -> CorpusStatistics:
        """Raises CorpusError or StorageError."""
        if self.source in COUNTED and not (self.corrections and self.filtered_folder):
            shipped = (
                cached.imdb_statistics()
                if self.source == IMDB
                else cached.synthetic_statistics(self.source)
            )
            if self.filtered_folder is None:
                return shipped
            return shipped.with_exclusions_of(_folder_statistics(self.filtered_folder))
        folder = self.folder or self.filtered_folder
        assert folder is not None
        return _folder_statistics(folder)

    def prepared(self) -> PreparedCorpus | None:
        """The encoded reviews with their texts, None if they are not available.

        Shows a button before preparing IMDB, which takes several seconds.
        """
        if folder := self.folder or self.filtered_folder:
            with offer_deletion("prepared corpus", folder):
                return cached.open_prepared(folder)
        if self.source in SYNTHETIC:
            return cached.prepared(self.source)
        if find_archive() is None:
            return None
        if not (prepared_folder(self.source) / COMPLETE).is_file() and not st.button(
            "Prepare the reviews",
            icon=":material/text_fields:",
            help="Reads and encodes the archive once, in about ten seconds.",
        ):
            return None
        return cached.prepared(self.source)


def explorable_corpora() -> Listing[ExplorableCorpus]:
    """Shipped and registered corpora, then those prepared on the command line; names differ."""
    found, listed = {}, corpus_listing()
    for corpus in listed.items:
        name = corpus.name
        exclusions, corrections = corpus.prepare.excluded, corpus.prepare.corrections
        folder = None
        counted = corpus.source in COUNTED and not corpus.is_custom
        if not counted or exclusions or corrections:
            folder = _folder_of(corpus, _modified(corpus.source), prepared_dir())
        if folder and not (folder / COMPLETE).is_file():
            folder = None
        if counted:
            found[name] = ExplorableCorpus(
                name,
                corpus.source,
                exclusions=exclusions,
                corrections=corrections,
                filtered_folder=folder,
            )
        elif folder:
            found[name] = ExplorableCorpus(
                name, corpus.source, folder, corpus.table, name, exclusions, corrections
            )
    registered = {corpus.folder for corpus in found.values()}
    prepared = prepared_listing()
    for item in prepared.items:
        name, fingerprint = item.record.name, item.record.fingerprint
        taken = name in found and (found[name].folder is None or found[name].registered_as)
        if item.folder not in registered and not taken:  # the newest of each name wins
            upload = next(iter(entries(uploads_dir() / fingerprint[:12])), None)
            found[name] = ExplorableCorpus(name, str(upload or ""), item.folder)
    return Listing(list(found.values()), [*listed.bad, *prepared.bad])


def _modified(source: str) -> float:
    try:
        return modified_of(Path(source))
    except CorpusError:
        return 0.0


# The folder depends on the content of the file, which may be large, so it is cached; `within`
# differs between the visitors of a hosted server.
@st.cache_data(max_entries=50, show_spinner=False)
def _folder_of(corpus: RegisteredCorpus, modified: float, within: Path) -> Path | None:
    with contextlib.suppress(SentimentError):  # the source is missing
        return corpus.folder
    return None


def explain_missing_texts(corpus: ExplorableCorpus, subject: str) -> None:
    """Say that `subject` needs the IMDB archive, if the archive is missing."""
    if corpus.source in IN_ARCHIVE and find_archive() is None:
        st.caption(
            f"{subject} need the IMDB archive. Everything else on this page is computed from the "
            "shipped statistics."
        )
        st.page_link("pages/sources.py", label="Download it on the Sources page")


def _folder_statistics(folder: Path) -> CorpusStatistics:
    with offer_deletion("prepared corpus", folder):
        return heavy.result_in(
            _place(folder, modified_at(folder / COMPLETE)),
            lambda progress: statistics_of(
                PreparedCorpus.open(folder), stage_of(progress, "Counting")
            ),
        )


@st.cache_resource(max_entries=4, show_spinner=False)
def _place(folder: Path, modified: float) -> dict[str, CorpusStatistics]:
    return {}
