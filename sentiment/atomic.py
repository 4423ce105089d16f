"""Files and folders that appear whole or not at all.

A reader never sees half a file, and a full disk leaves what was there before intact.
"""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sentiment.errors import StorageError


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into a StorageError that names `path` and says what to do."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"Could not write {path}: {error.strerror or error}. "
            "Nothing that was there before has changed. Free some disk space or choose another "
            "folder (environment variables SENTIMENT_DATA, SENTIMENT_MODELS), then try again."
        ) from error


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` in one step, creating parent folders.

    Raises StorageError when the disk is full or the folder is not writable.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)  # mkstemp makes files private; models are meant to be shared
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise


def write_json(path: Path, value: Any, *, indent: int | None = 2) -> None:
    """Write `value` as UTF-8 JSON in one step. NaN is refused: other readers cannot parse it."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (text + "\n").encode())


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder beside `path`; it takes the place of `path` when the block succeeds.

    If the block raises, the old folder (if any) stays and the new one is removed.
    Raises StorageError for any OSError inside the block.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            yield fresh
            os.chmod(fresh, 0o755)
            _swap(fresh, path)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, path: Path) -> None:
    # A folder cannot be replaced in one call everywhere, so the old one steps aside first and
    # comes back if the new one cannot take its place.
    if not path.exists():
        os.replace(fresh, path)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent)) / path.name
    os.replace(path, aside)
    try:
        os.replace(fresh, path)
    except OSError:
        os.replace(aside, path)
        raise
    finally:
        shutil.rmtree(aside.parent, ignore_errors=True)
