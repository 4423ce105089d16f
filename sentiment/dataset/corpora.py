"""Registered corpora by name: the shipped ones and those of the user.

A registered corpus is a small JSON file with the source of the reviews and the settings for reading
and preparing them. Its prepared form is in the cache and can be created again from this file.
"""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sentiment import atomic, stored
from sentiment.corpus.sources import IMDB, IMDB_STARS, SAMPLE, SAMPLE3
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_files import pieces_of
from sentiment.dataset.corrections import corrections_file, digest_of
from sentiment.dataset.prepare import prepare, prepared_folder
from sentiment.dataset.prepared import COMPLETE, PreparedCorpus, prepared_folders
from sentiment.dataset.search import index_folder
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import CorpusError, SentimentError
from sentiment.listing import BadItem, Listing, entries, list_items, modified
from sentiment.places import corpora_dir, prepared_dir, uploads_dir
from sentiment.progress import StageProgress
from sentiment.settings import require

SHIPPED = {"IMDB": IMDB, "IMDB stars": IMDB_STARS, "Sample": SAMPLE, "Sample3": SAMPLE3}
MAX_NAME_LENGTH = 60  # characters
_REMEDY = "Delete it and add the corpus again; its source and its corrections stay."


@dataclass(frozen=True)
class RegisteredCorpus:
    """A named source of reviews, with the settings for reading and preparing it."""

    name: str
    source: str  # "imdb", "sample" or a path
    table: TableConfig = field(default_factory=TableConfig)
    prepare: PrepareConfig = field(default_factory=PrepareConfig)

    def __post_init__(self) -> None:
        require("\0" not in self.source, f"source is {self.source!r}; expected a path.")
        require(
            bool(self.name.strip())
            and len(self.name) <= MAX_NAME_LENGTH
            and self.name.isprintable()
            and self.name == " ".join(self.name.split()),
            f"Invalid name {self.name[:MAX_NAME_LENGTH]!r}: use 1 to {MAX_NAME_LENGTH} printable "
            "characters, with single spaces between words.",
        )
        shadows = self.name.casefold() in {name.casefold() for name in SHIPPED}
        require(
            SHIPPED[self.name] == self.source if self.name in SHIPPED else not shadows,
            f"{self.name} is the name of a shipped corpus. Choose another.",
        )

    @property
    def is_custom(self) -> bool:
        return self.name not in SHIPPED

    @property
    def folder(self) -> Path:
        """Cache folder of its prepared form, whether or not it exists.

        Raises CorpusError if the source does not exist.
        """
        return prepared_folder(self.source, self.prepare, self.table)

    @property
    def id(self) -> str:
        """The name of its files."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:16]

    def prepared(self) -> PreparedCorpus | None:
        """Its prepared form, None if it does not exist. Raises CorpusError if it is damaged."""
        try:
            folder = self.folder
        except CorpusError:
            return None  # its source does not exist
        return PreparedCorpus.open(folder) if os.path.lexists(folder / COMPLETE) else None

    def open(self, progress: StageProgress | None = None) -> PreparedCorpus:
        """Its prepared form, created if missing. Raises CorpusError or StorageError."""
        return prepare(self.source, self.prepare, self.table, progress=progress)

    def excluding(self, checks: Iterable[str]) -> "RegisteredCorpus":
        """The same corpus with exactly these quality checks excluding reviews."""
        return replace(self, prepare=replace(self.prepare, exclude=", ".join(checks)))

    def as_read(self) -> "RegisteredCorpus":
        """The same corpus without exclusions and corrections, as the quality checks read it."""
        return replace(self, prepare=replace(self.prepare, exclude="", corrections=""))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def corpus_listing() -> Listing[RegisteredCorpus]:
    """The registered corpora, the shipped ones first, then the user's, newest last.

    Their settings include the digest of their corrections.
    """
    listed = list_items("corpus", sorted(entries(corpora_dir(), ".json"), key=modified), _read)
    changed = {corpus.name: corpus for corpus in listed.items}  # of shipped ones: their settings
    found = {name: RegisteredCorpus(name, source) for name, source in SHIPPED.items()} | changed
    corpora = [_with_corrections(corpus, digest_of(corpus.id)) for corpus in found.values()]
    return Listing(corpora, listed.bad)


def corpora() -> dict[str, RegisteredCorpus]:
    """Every corpus that can be read, by name, see `corpus_listing`."""
    return {corpus.name: corpus for corpus in corpus_listing().items}


def _read(file: Path) -> RegisteredCorpus:
    corpus: RegisteredCorpus = stored.read_json(file, RegisteredCorpus, CorpusError, _REMEDY)
    if file.stem != corpus.id:
        raise CorpusError(
            f"{file} holds the corpus {corpus.name!r}, whose file is {corpus.id}.json. Delete it "
            "or rename it."
        )
    return corpus


def corpus_named(name: str) -> RegisteredCorpus:
    """The corpus with this name, ignoring case. Raises CorpusError that lists the names."""
    found = corpora()
    for known in found:
        if known.casefold() == " ".join(name.split()).casefold():
            return found[known]
    raise CorpusError(
        f"There is no corpus named {name!r}. Registered are {', '.join(found)}. Register a file "
        "under a name on the Sources page."
    )


def registered_as(source: str, table: TableConfig) -> RegisteredCorpus | None:
    """The registered corpus with this source and table settings, None if there is none."""
    for corpus in corpora().values():
        if (corpus.source, corpus.table) == (source, table):
            return corpus
    return None


def register(corpus: RegisteredCorpus) -> None:
    """Save a corpus; replaces one with the same name. Raises StorageError."""
    atomic.write_json(_file(corpus), _with_corrections(corpus, "").to_json())


def _with_corrections(corpus: RegisteredCorpus, digest: str) -> RegisteredCorpus:
    return replace(corpus, prepare=replace(corpus.prepare, corrections=digest))


def unregister(name: str) -> None:
    """Delete a custom corpus with its corrections, prepared form, search index and uploaded file.

    Files that another registered corpus uses are kept, and so is a source that was not uploaded.
    Raises CorpusError if there is no custom corpus `name`.
    """
    registered = corpora()
    corpus = registered.pop(name, None)
    if corpus is None or not corpus.is_custom:
        raise CorpusError(f"Cannot delete {name!r}: it is not a corpus that you registered.")
    _file(corpus).unlink(missing_ok=True)
    corrections_file(corpus.id).unlink(missing_ok=True)
    with contextlib.suppress(CorpusError):  # its source does not exist
        if corpus.folder not in _folders(registered.values()):
            with contextlib.suppress(CorpusError):  # it is not prepared, or damaged
                shutil.rmtree(index_folder(PreparedCorpus.open(corpus.folder).content), True)
            if corpus.folder.parent == prepared_dir():  # else of the server, in the hosted mode
                BadItem("prepared corpus", corpus.folder, "").delete()
    used = {path for other in registered.values() for path in _uploaded_files(other)}
    for path in _uploaded_files(corpus) - used:
        atomic.remove(path)


def _uploaded_files(corpus: RegisteredCorpus) -> set[Path]:
    with contextlib.suppress(CorpusError):  # a file does not exist
        paths = {Path(piece).resolve() for piece in pieces_of(corpus.source)}
        return {path for path in paths if uploads_dir().resolve() in path.parents}
    return set()


def unused_prepared_folders() -> list[Path]:
    """Prepared forms that no registered corpus uses with its current settings."""
    used = _folders(corpora().values())
    return [folder for folder in prepared_folders() if folder not in used]


def _folders(registered: Iterable[RegisteredCorpus]) -> set[Path]:
    folders = set()
    for corpus in registered:
        with contextlib.suppress(SentimentError):  # its source no longer exists
            folders.add(corpus.folder)
    return folders


def _file(corpus: RegisteredCorpus) -> Path:
    return corpora_dir() / f"{corpus.id}.json"
