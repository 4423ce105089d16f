"""Reference corpus for analyzing a model, and the keys under which results are stored.

Imports no torch.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sentiment.corpus.classes import require_same_classes
from sentiment.corpus.sources import IMDB, SAMPLE
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_files import short_name
from sentiment.dataset.prepare import prepare, prepared_folder
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import RunError
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import StageProgress
from sentiment.runs.jobs import Job


def model_fingerprint(info: ModelInfo) -> str:
    """A key of the model's weights and vocabulary, independent of the folder's name."""
    return hashlib.sha256(info.checksum.encode()).hexdigest()[:20]


def prepare_config(info: ModelInfo, source: str) -> PrepareConfig:
    """How to prepare `source` for this model: split as for its training.

    The official split of IMDB is the same for all models, so the default preparation serves, which
    the Reviews page uses too. Unlabelled reviews are not needed and do not change the split.
    """
    own = info.training.prepare
    if source == IMDB and own.split == "official":
        return PrepareConfig()
    if info.training.source not in (source, short_name(source)):
        return PrepareConfig()
    return replace(own, unlabelled=False)


def corpus_key(info: ModelInfo, source: str, table: TableConfig | None = None) -> str:
    """A key of the corpus as prepared for this model. Raises CorpusError.

    Reads the whole source once to detect changes.
    """
    return prepared_folder(source, prepare_config(info, source), table, info.tokenizer).name


def open_prepared(
    info: ModelInfo,
    source: str,
    progress: StageProgress | None = None,
    table: TableConfig | None = None,
) -> PreparedCorpus:
    """The corpus; prepares it first if needed.

    Raises SentimentError, also if its classes are not those of the model.
    """
    config = prepare_config(info, source)
    corpus = prepare(source, config, table, progress=progress, tokenizer=info.tokenizer)
    require_same_classes({info.name: info.classes, corpus.name: corpus.classes})
    return corpus


def default_source(info: ModelInfo, sources: list[str]) -> str:
    """The source that the model was trained on if it is in `sources`, otherwise the sample."""
    own = info.training.source
    return own if own in sources else SAMPLE


def launch_command(
    command: str, info: ModelInfo, source: str, more: Sequence[str] = (), **metadata: str
) -> None:
    """Start `command` for a model and a source as a job. Raises RunError if it is running."""
    job = Job.named(command)
    if job.status().state == "running":
        raise RunError("A job of this kind is running. Wait until it ends, or stop it.")
    arguments = [command, str(info.folder), "--data", source, *more]
    job.launch(arguments, metadata={"model": info.name, "source": source, **metadata})
