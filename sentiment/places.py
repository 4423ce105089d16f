"""Folders on disk and the environment variables that set them.

`SENTIMENT_DATA` is the folder for files that can be recreated (downloads, prepared corpora, runs),
`SENTIMENT_MODELS` the folder of the models. Both default to folders beside the package.
`SENTIMENT_SOURCES` lists the folders from which pages may read reviews. (`corpus.sources` also
reads `SENTIMENT_ARCHIVE`, the path of an IMDB archive.)
"""

import contextlib
import os
from pathlib import Path

SOURCES_VARIABLE = "SENTIMENT_SOURCES"
_umask = os.umask(0o077)
os.umask(_umask)  # no call reads it without setting it
PROJECT = Path(__file__).resolve().parents[1]
SHIPPED = Path(__file__).resolve().parent / "shipped"


def data_dir() -> Path:
    return Path(os.environ.get("SENTIMENT_DATA") or PROJECT / "data")


def write_private_files() -> None:
    """Let only the owner read what this process writes; `atomic` excepts files outside of the data
    folder. Call it when a process starts."""
    os.umask(0o077)
    if not os.environ.get("SENTIMENT_DATA"):  # a folder of the user's choice keeps its permissions
        with contextlib.suppress(OSError):
            data_dir().chmod(0o700)


def permissions(path: Path) -> int:
    """Those of a new file: private in the data folder, elsewhere as the user's umask says.

    A new folder has the same, and may be entered by whoever may read it.
    """
    if Path(os.path.abspath(path)).is_relative_to(os.path.abspath(data_dir())):
        return 0o600
    return 0o666 & ~_umask


def source_dirs() -> list[Path]:
    """Folders from which pages may read reviews, with links resolved.

    Those in SENTIMENT_SOURCES, separated as in PATH, or the home folder and the project by
    default; and always the data folder.
    """
    value = os.environ.get(SOURCES_VARIABLE)
    folders = [Path.home(), PROJECT]
    if value:
        folders = [Path(name) for name in value.split(os.pathsep) if name]
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


def corrections_dir() -> Path:
    return corpora_dir() / "corrections"


def quality_dir() -> Path:
    return data_dir() / "quality"


def search_dir() -> Path:
    return data_dir() / "search"


def jobs_dir() -> Path:
    return data_dir() / "jobs"


def runs_dir() -> Path:
    return data_dir() / "runs"
