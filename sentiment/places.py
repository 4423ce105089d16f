"""Folders on disk and the environment variables that set them.

`SENTIMENT_DATA` is the folder for files that can be recreated (downloads, prepared corpora, runs),
`SENTIMENT_MODELS` the folder of the models. In a checkout both default to folders beside the
package. An installed package has the app and the included models in its folder `installed`; data
and new models go to the user's data folder, which `platformdirs` names for each system.
`SENTIMENT_SOURCES` lists the folders from which pages may read reviews. (`corpus.sources` also
reads `SENTIMENT_ARCHIVE`, the path of an IMDB archive.)
"""

import contextlib
import os
import re
import sys
from pathlib import Path

import platformdirs

from sentiment import workspace
from sentiment.errors import WorkspaceError

SOURCES_VARIABLE = "SENTIMENT_SOURCES"
_umask = os.umask(0o077)
os.umask(_umask)  # no call reads it without setting it
PACKAGE = Path(__file__).resolve().parent
SHIPPED = PACKAGE / "shipped"
if (PACKAGE / "installed").is_dir():
    PROGRAM = PACKAGE / "installed"  # app.py, pages/, .streamlit/ and the included models/
    # The parent of data/ and models/.
    STATE = Path(platformdirs.user_data_dir("sentiment-lab", appauthor=False))
else:  # a checkout, or a link to one by `pip install -e`
    PROGRAM = STATE = PACKAGE.parent
ARCHIVES = STATE.parent / "shared" / "imdb"  # also searched for the IMDB archive


def program() -> str:
    """How messages name the command line: `sentiment-lab` if it was called so or is installed."""
    called = Path(sys.argv[0]).stem
    installed = PROGRAM.is_relative_to(PACKAGE)
    return "sentiment-lab" if installed or called == "sentiment-lab" else "python -m sentiment"


def data_dir() -> Path:
    """The workspace of the visitor in the hosted mode, else the data folder of this machine."""
    return workspace.current() or server_data_dir()


def server_data_dir() -> Path:
    return Path(os.path.abspath(os.environ.get("SENTIMENT_DATA") or STATE / "data"))


def shared_dirs() -> list[Path]:
    """Folders of the server with corpora that every visitor of the hosted mode may read."""
    named = os.environ.get("SENTIMENT_ARCHIVE")
    archives = Path(named).expanduser() if named else ARCHIVES
    return [server_data_dir() / "prepared", server_data_dir() / "downloads", archives]


def write_private_files() -> None:
    """Let only the owner read what this process writes; `atomic` excepts files outside of the data
    folder. Call it when a process starts."""
    os.umask(0o077)
    if not os.environ.get("SENTIMENT_DATA"):  # a folder of the user's choice keeps its permissions
        with contextlib.suppress(OSError):
            server_data_dir().chmod(0o700)


def permissions(path: Path) -> int:
    """Permissions of a new file: private in the data folder, elsewhere by the user's umask.

    A new folder has the same permissions; whoever may read it may also enter it.
    """
    if Path(os.path.abspath(path)).is_relative_to(data_dir()):
        return 0o600
    return 0o666 & ~_umask


def source_dirs() -> list[Path]:
    """Folders from which pages may read reviews, with links resolved.

    Those in SENTIMENT_SOURCES, separated as in PATH, or the home folder and the checkout by
    default; and always the data folder. In the hosted mode only the workspace of the visitor.
    """
    if own := workspace.current():
        return [own.resolve()]
    value = os.environ.get(SOURCES_VARIABLE)
    folders = [Path.home(), STATE]
    if value:
        folders = [Path(name) for name in value.split(os.pathsep) if name]
    return [folder.expanduser().resolve() for folder in [*folders, data_dir()]]


def models_dir() -> Path:
    """The folder for new models, outside of the hosted mode."""
    return Path(os.path.abspath(os.environ.get("SENTIMENT_MODELS") or STATE / "models"))


def server_models_dirs() -> list[Path]:
    """`models_dir` and, unless SENTIMENT_MODELS names another folder, the included models."""
    included = [] if os.environ.get("SENTIMENT_MODELS") else [PROGRAM / "models"]
    return list(dict.fromkeys([models_dir(), *included]))


def models_dirs() -> list[Path]:
    """The folders to search for models, in this order; new models go to the first one. In the
    hosted mode that is the visitor's own."""
    own = workspace.current()
    return [own / "models", *server_models_dirs()] if own else server_models_dirs()


def require_readable(path: Path) -> Path:
    """`path`, which a visitor of the hosted mode has named. Raises WorkspaceError if it is neither
    in the workspace nor a model."""
    if workspace.current():
        allowed = [folder.resolve() for folder in [data_dir(), *models_dirs()]]
        if not any(path.expanduser().resolve().is_relative_to(folder) for folder in allowed):
            raise WorkspaceError(
                f"{path} is outside of your workspace. On a hosted server, give the name of an "
                "included model or of one of your own."
            )
    return path


def child_environment() -> dict[str, str]:
    """Variables by which a process that works in another folder finds the same places.

    Raises QuotaError if the visitor may not start a process.
    """
    models = {"SENTIMENT_MODELS": str(models_dir())} if os.environ.get("SENTIMENT_MODELS") else {}
    return {
        **os.environ,
        "SENTIMENT_DATA": str(server_data_dir()),
        **models,
        **workspace.environment(),
    }


def downloads_dir() -> Path:
    return data_dir() / "downloads"


def uploads_dir() -> Path:
    return data_dir() / "uploads"


def without_upload_folders(message: str) -> str:
    """A message that names uploads without their folders, which mean nothing to the user."""
    return re.sub(re.escape(str(uploads_dir())) + r"[/\\]\w+[/\\]", "", message)


def prepared_dir() -> Path:
    return data_dir() / "prepared"


def snippets_dir() -> Path:
    return data_dir() / "snippets"


def lessons_dir() -> Path:
    return data_dir() / "lessons"


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


def predictions_dir() -> Path:
    return data_dir() / "predictions"


def runs_dir() -> Path:
    return data_dir() / "runs"
