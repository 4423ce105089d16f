"""The corpus through which a model is looked at, and the names under which findings are kept.

Free of torch.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

from sentiment.corpus.sources import IMDB, SAMPLE
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.prepare import prepare, prepared_folder
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import ConfigError
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import StageProgress


def model_fingerprint(info: ModelInfo) -> str:
    """The same for the same weights and words, whatever the folder is called."""
    return hashlib.sha256(info.checksum.encode()).hexdigest()[:20]


def prepare_config(info: ModelInfo, source: str) -> PrepareConfig:
    """How `source` is divided into parts for this model: as it was for its own training.

    The official split of IMDB is the same for everybody; there the usual preparation will do,
    which the Reviews page makes too. What is unlabelled is of no use here, and has no part in how
    the others are divided.
    """
    recipe = info.training.recipe
    own = recipe["prepare"]
    if source == IMDB and own.get("split", "official") == "official":
        return PrepareConfig()
    if recipe["source"] not in (source, Path(source).name):
        return PrepareConfig()
    try:
        return replace(PrepareConfig(**own), unlabelled=False)
    except (TypeError, ConfigError):
        return PrepareConfig()  # of a version that had other settings


def corpus_key(info: ModelInfo, source: str, table: TableConfig | None = None) -> str:
    """A name for the corpus as it is prepared for this model. Raises CorpusError.

    Reads the whole source once, to be sure.
    """
    return prepared_folder(source, prepare_config(info, source), table).name


def open_prepared(
    info: ModelInfo,
    source: str,
    progress: StageProgress | None = None,
    table: TableConfig | None = None,
) -> PreparedCorpus:
    """The corpus, prepared if it was not yet. Raises SentimentError."""
    return prepare(source, prepare_config(info, source), table, progress=progress)


def default_source(info: ModelInfo, sources: list[str]) -> str:
    """Of `sources`, the one on which to measure this model: what it was trained on, if that is
    among them."""
    own = info.training.recipe["source"]
    return own if own in sources else SAMPLE
