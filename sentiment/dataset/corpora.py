"""The corpora a person works with, by name: those that come with the project, and their own.

What is kept is where the reviews come from and how they are read and prepared, in a small JSON
file each. The prepared form itself lies in the cache and can be made again from that.
"""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sentiment import atomic
from sentiment.corpus.sources import IMDB, SAMPLE
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.prepare import prepare, prepared_folder
from sentiment.dataset.prepared import COMPLETE, PreparedCorpus
from sentiment.dataset.search import index_folder
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import CorpusError, SentimentError
from sentiment.places import corpora_dir, prepared_dir, uploads_dir
from sentiment.progress import StageProgress
from sentiment.settings import require

SHIPPED = {"IMDB": IMDB, "Sample": SAMPLE}
LONGEST_NAME = 60  # characters


@dataclass(frozen=True)
class RegisteredCorpus:
    """A name for a source of reviews and the way it is read and prepared."""

    name: str
    source: str  # "imdb", "sample" or a path
    table: TableConfig = field(default_factory=TableConfig)
    prepare: PrepareConfig = field(default_factory=PrepareConfig)

    def __post_init__(self) -> None:
        require(
            bool(self.name.strip())
            and len(self.name) <= LONGEST_NAME
            and self.name.isprintable()
            and self.name == " ".join(self.name.split()),
            f"The name {self.name[:LONGEST_NAME]!r} cannot be used. Give 1 to {LONGEST_NAME} "
            "printable characters, with single spaces between words.",
        )
        shipped = SHIPPED.get(self.name, self.source)
        require(
            shipped == self.source and (self.name in SHIPPED or not self.shadows_shipped),
            f"{self.name} is the name of a corpus that comes with the project. Choose another.",
        )

    @property
    def shadows_shipped(self) -> bool:
        """Whether its name is one of SHIPPED but for upper and lower case."""
        return self.name.casefold() in {name.casefold() for name in SHIPPED}

    @property
    def is_custom(self) -> bool:
        return self.name not in SHIPPED

    @property
    def folder(self) -> Path:
        """Of its prepared form, whether or not it is there. Raises CorpusError if the source is
        gone."""
        return prepared_folder(self.source, self.prepare, self.table)

    @property
    def id(self) -> str:
        """What its files are called."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:16]

    def prepared(self) -> PreparedCorpus | None:
        """Its prepared form if it is there and whole."""
        try:
            return PreparedCorpus.open(self.folder) if (self.folder / COMPLETE).is_file() else None
        except SentimentError:
            return None

    def open(self, progress: StageProgress | None = None) -> PreparedCorpus:
        """Its prepared form, made if it is not there. Raises CorpusError or StorageError."""
        return prepare(self.source, self.prepare, self.table, progress=progress)

    def excluding(self, kinds: Iterable[str]) -> "RegisteredCorpus":
        """The same without the reviews of these kinds, see `encoding.quality`."""
        return replace(self, prepare=replace(self.prepare, exclude=", ".join(kinds)))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "RegisteredCorpus":
        """Raises KeyError, TypeError or ConfigError if it is not what `to_json` wrote."""
        return cls(
            name=value["name"],
            source=value["source"],
            table=TableConfig.from_json(value["table"]),
            prepare=PrepareConfig.from_json(value["prepare"]),
        )


def corpora() -> dict[str, RegisteredCorpus]:
    """Every corpus by name: the shipped ones, then a person's own, the newest last.

    A file that cannot be read is passed over, so that it does not hide the others.
    """
    found = {name: RegisteredCorpus(name, source) for name, source in SHIPPED.items()}
    files = sorted(corpora_dir().glob("*.json"), key=lambda file: file.stat().st_mtime)
    for file in files:
        try:
            kept = RegisteredCorpus.from_json(json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, SentimentError):
            continue
        found[kept.name] = kept
    return found


def registered_exclusions(source: str, table: TableConfig) -> str:
    """What was said to be left out of these reviews, wherever they are trained on."""
    for kept in corpora().values():
        if (kept.source, kept.table) == (source, table):
            return kept.prepare.exclude
    return ""


def register(corpus: RegisteredCorpus) -> None:
    """Write it down; one of the same name is replaced. Raises StorageError."""
    atomic.write_json(_file(corpus), corpus.to_json())


def unregister(name: str) -> None:
    """Remove an own corpus with its prepared form, its search index and its uploaded file.

    What another corpus uses too stays, and so does a file that was not brought through the
    browser. Raises CorpusError if there is none of that name.
    """
    known = corpora()
    if name not in known or not known[name].is_custom:
        raise CorpusError(f"There is no corpus {name!r} of your own to delete.")
    gone, others = known[name], [kept for kept in known.values() if kept.name != name]
    _file(gone).unlink(missing_ok=True)
    made = gone.prepared()
    if made and made.folder not in _folders(others):
        shutil.rmtree(made.folder)
        shutil.rmtree(index_folder(made.content), ignore_errors=True)
    if all(kept.source != gone.source for kept in others):
        source = Path(gone.source)
        if uploads_dir().resolve() in source.resolve().parents:
            source.unlink(missing_ok=True)


def unused_prepared_folders() -> list[Path]:
    """Prepared forms that belong to no corpus under the settings it has now."""
    used = _folders(corpora().values())
    made = sorted(file.parent for file in prepared_dir().glob(f"*/{COMPLETE}"))
    return [folder for folder in made if folder not in used]


def _folders(kept: Iterable[RegisteredCorpus]) -> set[Path]:
    folders = set()
    for corpus in kept:
        with contextlib.suppress(SentimentError):  # the source is gone
            folders.add(corpus.folder)
    return folders


def _file(corpus: RegisteredCorpus) -> Path:
    return corpora_dir() / f"{corpus.id}.json"
