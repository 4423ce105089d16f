"""Reference corpus for analyzing a model, and the keys under which results are stored.

Imports no torch.
"""

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sentiment.corpus.class_setting import parse_classes
from sentiment.corpus.classes import require_same_classes
from sentiment.corpus.sources import (
    IMDB,
    IN_ARCHIVE,
    NAMES,
    SYNTHETIC,
    allowed_source,
    classes_of_name,
    find_archive,
)
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_files import short_name
from sentiment.dataset.corpora import RegisteredCorpus, corpora, registered_as
from sentiment.dataset.prepare import prepare, prepared_folder
from sentiment.dataset.prepared import PreparedCorpus, PreparedRecord
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import CorpusError, RunError, SentimentError
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import StageProgress
from sentiment.runs.jobs import Job


def model_fingerprint(info: ModelInfo) -> str:
    """A key of the model's weights and vocabulary, independent of the folder's name."""
    return hashlib.sha256(info.checksum.encode()).hexdigest()[:20]


def prepare_config(info: ModelInfo, source: str, table: TableConfig | None = None) -> PrepareConfig:
    """How to prepare `source` for this model: split as for its training.

    The official split of IMDB is the same for all models, so the default preparation serves, which
    the Reviews page uses too. Unlabelled reviews are not needed and do not change the split.
    Another corpus is prepared as registered; of an unregistered one, no review is dropped by
    its length.
    """
    own = info.training.prepare
    if source == IMDB and own.split == "official":
        return PrepareConfig()
    if info.training.source in (source, short_name(source)):
        return replace(own, unlabelled=False)
    corpus = registered_as(source, table or TableConfig())
    return corpus.prepare if corpus else PrepareConfig().without_cutoffs()


def corpus_key(info: ModelInfo, source: str, table: TableConfig | None = None) -> str:
    """A key of the corpus as prepared for this model. Raises CorpusError.

    Reads the whole source once to detect changes.
    """
    return prepared_folder(source, prepare_config(info, source, table), table).name


def open_prepared(
    info: ModelInfo,
    source: str,
    progress: StageProgress | None = None,
    table: TableConfig | None = None,
) -> PreparedCorpus:
    """The corpus; prepares it first if needed.

    Raises SentimentError, also if its classes are not those of the model.
    """
    config = prepare_config(info, source, table)
    corpus = prepare(source, config, table, progress=progress)
    require_same_classes({info.name: info.classes, corpus.name: corpus.classes})
    return corpus


class Reference(NamedTuple):
    """A corpus with the classes of a model."""

    name: str
    source: str
    table: TableConfig


def reference_corpora(info: ModelInfo) -> dict[str, Reference]:
    """The corpora on this machine that have the classes of the model, by name.

    The first is that of its training, else a synthetic one if there is one.
    """
    found = {
        name: Reference(name, corpus.source, corpus.table)
        for name, corpus in corpora().items()
        if _names_of_classes(corpus) == info.classes.names
    }
    own = info.training.source
    if own not in NAMES and own not in [reference.source for reference in found.values()]:
        with contextlib.suppress(SentimentError, TypeError):  # gone, or not for pages to read
            table = TableConfig.from_json(info.training.recipe.get("table", {}))
            corpus_key(info, allowed_source(own), table)
            name = info.training.corpus
            found[name] = Reference(name, own, table)

    def place(name: str) -> int:
        source = found[name].source
        return 0 if own in (source, short_name(source)) else 1 if source in SYNTHETIC else 2

    return {name: found[name] for name in sorted(found, key=place)}


def _names_of_classes(corpus: RegisteredCorpus) -> tuple[str, ...]:
    """Names of the classes; empty if the reviews are missing, or must be read to know the names."""
    if corpus.source in NAMES:
        missing = corpus.source in IN_ARCHIVE and not find_archive()
        return () if missing else classes_of_name(corpus.source).names
    if corpus.table.classes:
        return tuple(parse_classes(corpus.table.classes))
    with contextlib.suppress(CorpusError):
        return PreparedRecord.read(corpus.folder).classes.names
    return ()


def launch_command(
    command: str,
    info: ModelInfo,
    source: str,
    table: TableConfig | None = None,
    more: Sequence[str] = (),
    **metadata: str,
) -> None:
    """Start `command` for a model and a source as a job. Raises RunError if it is running."""
    job = Job.named(command)
    if job.status().state == "running":
        raise RunError("A job of this kind is running. Wait until it ends, or stop it.")
    of_table = table.arguments() if table else []
    arguments = [command, str(info.folder), "--data", source, *of_table, *more]
    job.launch(arguments, metadata={"model": info.name, "source": source, **metadata})
