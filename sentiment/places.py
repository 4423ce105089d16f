"""Where things live on disk, and the two environment variables that move them.

`SENTIMENT_DATA` holds what can be made again (downloads, prepared corpora, runs),
`SENTIMENT_MODELS` holds the model folders. Both default to folders beside the package. (Two more
are for `corpus.sources`: `SENTIMENT_ARCHIVE` names an IMDB archive that lies elsewhere, and
`SENTIMENT_SOURCES` the folders from which pages may read reviews.)
"""

import os
from pathlib import Path

SOURCES_VARIABLE = "SENTIMENT_SOURCES"
PROJECT = Path(__file__).resolve().parents[1]
SHIPPED = Path(__file__).resolve().parent / "shipped"


def data_dir() -> Path:
    return Path(os.environ.get("SENTIMENT_DATA") or PROJECT / "data")


def source_dirs() -> list[Path]:
    """Folders from which pages may read reviews, links resolved: those that SENTIMENT_SOURCES
    names, separated as in PATH, or else one's home and the project; and always the data."""
    named = os.environ.get(SOURCES_VARIABLE)
    folders = [Path(name) for name in named.split(os.pathsep) if name] if named else []
    if not named:
        folders = [Path.home(), PROJECT]
    return [folder.expanduser().resolve() for folder in [*folders, data_dir()]]


def models_dir() -> Path:
    return Path(os.environ.get("SENTIMENT_MODELS") or PROJECT / "models")


def downloads_dir() -> Path:
    return data_dir() / "downloads"


def uploads_dir() -> Path:
    return data_dir() / "uploads"


def prepared_dir() -> Path:
    return data_dir() / "prepared"


def snippets_dir() -> Path:
    return data_dir() / "snippets"


def corpora_dir() -> Path:
    return data_dir() / "corpora"


def quality_dir() -> Path:
    return data_dir() / "quality"


def search_dir() -> Path:
    return data_dir() / "search"


def jobs_dir() -> Path:
    return data_dir() / "jobs"


def runs_dir() -> Path:
    return data_dir() / "runs"
