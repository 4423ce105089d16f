"""The corpora that can be explored: their statistics, and their texts where they are here."""

import contextlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.corpus.sources import IMDB, SAMPLE, find_archive
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import SHIPPED, RegisteredCorpus, corpora
from sentiment.dataset.prepare import prepared_folder
from sentiment.dataset.prepared import COMPLETE, PreparedCorpus
from sentiment.dataset.prepared_statistics import statistics_of
from sentiment.errors import SentimentError
from sentiment.places import prepared_dir, uploads_dir
from sentiment.runs.links import CORPUS
from sentiment.web import cached, layout


@dataclass(frozen=True)
class ExploredCorpus:
    """A corpus by the name people see."""

    name: str
    source: str  # as a training takes it; empty where it is not known any more
    folder: Path | None = None  # of its prepared form, where that is all there is
    table: TableConfig = field(default_factory=TableConfig)
    registered_as: str = ""  # its name on the Sources page
    left_out: tuple[str, ...] = ()  # kinds of reviews, for their quality
    without: Path | None = None  # of the prepared form of shipped reviews without these

    @property
    def in_a_link(self) -> dict[str, str]:
        """These reviews in a link to the Reviews page; those without a name there are left out."""
        return {CORPUS: self.name} if self.registered_as or self.name in SHIPPED else {}

    def statistics(self) -> CorpusStatistics:
        """Raises CorpusError or StorageError."""
        if self.source in SHIPPED.values():
            whole = cached.imdb_statistics() if self.source == IMDB else cached.sample_statistics()
            return (
                whole.with_exclusions_of(_own_statistics(self.without)) if self.without else whole
            )
        assert self.folder is not None
        return _own_statistics(self.folder)

    def prepared(self) -> PreparedCorpus | None:
        """Its reviews, encoded and with their texts; None where they are not on this machine.

        Asks a person before anything is done that takes longer than a moment.
        """
        if folder := self.folder or self.without:
            return cached.open_prepared(folder)
        if self.source == SAMPLE:
            return cached.prepared(SAMPLE)
        if find_archive() is None:
            return None
        if not (prepared_folder(self.source) / COMPLETE).is_file() and not st.button(
            "Prepare the reviews",
            icon=":material/text_fields:",
            help="Reads and encodes the archive: some ten seconds, once.",
        ):
            return None
        return cached.prepared(self.source)


def explored() -> dict[str, ExploredCorpus]:
    """By name: IMDB, the sample corpus, a person's own from the Sources page, and what was prepared
    in a shell."""
    known = {}
    for name, kept in corpora().items():
        left_out = kept.prepare.excluded
        made = _folder_of(kept, _changed(kept.source)) if kept.is_custom or left_out else None
        made = made if made and (made / COMPLETE).is_file() else None
        if not kept.is_custom:
            known[name] = ExploredCorpus(name, kept.source, left_out=left_out, without=made)
        elif made:
            known[name] = ExploredCorpus(
                name, kept.source, made, kept.table, registered_as=name, left_out=left_out
            )
    used = {corpus.folder for corpus in known.values()}
    files = sorted(prepared_dir().glob(f"*/{COMPLETE}"), key=lambda file: file.stat().st_mtime)
    for file in files:
        try:
            about = json.loads(file.read_text(encoding="utf-8"))
            name, fingerprint = str(about["name"]), str(about["fingerprint"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # whoever opens it is told
        taken = name in known and (known[name].folder is None or known[name].registered_as)
        if file.parent not in used and not taken:  # the newest of its name
            brought = next(uploads_dir().glob(f"{fingerprint[:12]}/*"), None)
            known[name] = ExploredCorpus(name, str(brought or ""), file.parent)
    return known


def _changed(source: str) -> float:
    try:
        return Path(source).stat().st_mtime
    except OSError:
        return 0.0


# Which folder it is depends on the contents of the file, which may be large.
@st.cache_data(max_entries=50, show_spinner=False)
def _folder_of(kept: RegisteredCorpus, changed: float) -> Path | None:
    with contextlib.suppress(SentimentError):  # the source is gone
        return kept.folder
    return None


def no_texts(corpus: ExploredCorpus, what: str) -> None:
    """Said in place of `what`, which would need the reviews themselves."""
    if corpus.source == IMDB and find_archive() is None:
        st.caption(
            f"{what} appear once the reviews of IMDB are on this machine; all else on this page "
            "is computed from statistics that come with the project."
        )
        st.page_link("pages/reviews.py", label="Get them on the Reviews page")


def _own_statistics(folder: Path) -> CorpusStatistics:
    return _statistics_in(folder, (folder / COMPLETE).stat().st_mtime)


@st.cache_resource(max_entries=4, show_spinner=False)
def _statistics_in(folder: Path, modified: float) -> CorpusStatistics:
    with layout.progress_bar() as progress:
        return statistics_of(
            PreparedCorpus.open(folder), lambda done, total: progress("Counting", done, total)
        )
