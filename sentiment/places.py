"""Where things live on disk, and the two environment variables that move them.

`SENTIMENT_DATA` holds what can be made again (downloads, prepared corpora, runs),
`SENTIMENT_MODELS` holds the model folders. Both default to folders beside the package. (A third,
`SENTIMENT_ARCHIVE`, names an IMDB archive that lies elsewhere; see `corpus.sources`.)
"""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SHIPPED = Path(__file__).resolve().parent / "shipped"


def data_dir() -> Path:
    return Path(os.environ.get("SENTIMENT_DATA") or PROJECT / "data")


def models_dir() -> Path:
    return Path(os.environ.get("SENTIMENT_MODELS") or PROJECT / "models")


def downloads_dir() -> Path:
    return data_dir() / "downloads"


def uploads_dir() -> Path:
    return data_dir() / "uploads"


def prepared_dir() -> Path:
    return data_dir() / "prepared"


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
