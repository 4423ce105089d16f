"""Atomic writing of files and folders.

A reader never sees half a file, and a full disk leaves the previous content intact. Only the owner
can read what is written to the data folder.
"""

import contextlib
import ctypes
import errno
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sentiment import workspace
from sentiment.errors import StorageError
from sentiment.places import data_dir, models_dir, permissions

if TYPE_CHECKING:
    import numpy as np

OCCUPIED = {errno.ENOTEMPTY, errno.EEXIST}  # the target is a folder with files


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into a StorageError that names `path` and what to do."""
    try:
        yield
    except OSError as error:
        absolute = Path(os.path.abspath(path))
        own = any(absolute.is_relative_to(folder) for folder in (data_dir(), models_dir()))
        where = " (environment variables SENTIMENT_DATA, SENTIMENT_MODELS)" if own else ""
        raise StorageError(
            f"Could not write {path}: {error.strerror or error}. Existing files have not changed. "
            f"Free some disk space or choose another folder{where}, then try again."
        ) from error


def write_bytes(path: Path, content: bytes | memoryview) -> None:
    """Write `content` to `path` in one step, creating parent folders.

    Raises StorageError when the disk is full or the folder is not writable.
    """
    workspace.require_room(memoryview(content).nbytes)
    with new_file(path) as file:
        file.write(content)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that replaces `path` when the block succeeds, creating parent folders.

    If the block raises, the old file (if any) stays. Raises StorageError for any OSError.
    """
    workspace.require_room()
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, permissions(path))
            os.replace(name, path)
            _sync(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise


def append_line(path: Path, line: str) -> None:
    """Append `line` and a line break, as UTF-8. Only one process at a time may call it.

    Removes an incomplete last line first, which a killed writer or a full disk has left. Raises
    StorageError.
    """
    with storage_errors(path), path.open("a+b") as file:
        _cut_incomplete_line(file)
        file.write(f"{line}\n".encode())


def _cut_incomplete_line(file: IO[bytes]) -> None:
    """Truncate an open file to its last line break."""
    end = file.seek(0, os.SEEK_END)
    complete = end
    while complete:
        start = max(complete - io.DEFAULT_BUFFER_SIZE, 0)
        file.seek(start)
        part = file.read(complete - start)
        if (line_break := part.rfind(b"\n")) >= 0:
            complete = start + line_break + 1
            break
        complete = start
    if complete < end:
        file.truncate(complete)


def write_array(path: Path, array: "np.ndarray") -> None:
    """Write a NumPy array as .npy in one step."""
    import numpy as np

    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    write_bytes(path, buffer.getvalue())


def npz(arrays: "Mapping[str, np.ndarray]") -> bytes:
    """The content of a compressed .npz file with these arrays."""
    import numpy as np

    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def write_json(path: Path, value: Any, *, indent: int | None = 2) -> None:
    """Write `value` as UTF-8 JSON in one step. Raises ValueError for NaN, which is not JSON."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (text + "\n").encode())


@contextlib.contextmanager
def new_folder(path: Path, *, keep: str = "") -> Iterator[Path]:
    """Yield an empty folder that replaces `path` when the block succeeds.

    If the block raises, the old folder (if any) stays and the new one is removed.
    keep: name of a file that marks a complete folder. If another process has meanwhile completed
    `path`, its folder stays. Without `keep`, the last writer wins.
    Raises StorageError for any OSError inside the block.
    """
    workspace.require_room()
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            yield fresh
            workspace.require_room(files=0)
            _set_permissions(fresh, permissions(path))
            _sync_all(fresh)
            while not (keep and (path / keep).exists()) and not _replace(fresh, path):
                pass  # another process replaced it in between
            _sync(path.parent)
        finally:
            remove(fresh)


def _set_permissions(folder: Path, mode: int) -> None:
    """Set the permissions of a folder and its content; whoever may read a folder may enter it."""
    enter = mode | (mode & 0o444) >> 2
    for place, _, files in os.walk(folder):
        os.chmod(place, enter)
        for file in (os.path.join(place, name) for name in files):
            if not os.path.islink(file):
                os.chmod(file, mode)


def _sync_all(folder: Path) -> None:
    """Wait until `folder` and everything in it is on the disk and not only in its cache."""
    for place, _, files in os.walk(folder, topdown=False):
        for name in files:
            if not os.path.islink(os.path.join(place, name)):
                _sync(Path(place, name))
        _sync(Path(place))


def _sync(path: Path) -> None:
    windows = os.name == "nt"  # cannot open folders, and syncs only files open for writing
    if windows and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if windows else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Delete a file, link or folder; of a folder what can be deleted."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _exchange(fresh: Path, path: Path) -> bool:
    """Exchange two paths in one step; False if the system cannot: only Linux has such a call."""
    try:
        call = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return call(here, os.fsencode(fresh), here, os.fsencode(path), exchange) == 0


def _replace(fresh: Path, path: Path) -> bool:
    """Move `fresh` to `path`; False if another process does the same at this moment.

    `rename` does not replace a folder that contains files. Where the system cannot exchange two
    paths, the old folder is moved aside first, and moved back if the new one cannot be moved in. A
    power cut between the two steps leaves the old folder aside.
    """
    try:
        os.replace(fresh, path)
        return True
    except OSError as error:
        if error.errno not in OCCUPIED and not os.path.lexists(path):
            raise
    if _exchange(fresh, path):
        return True
    aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent)) / path.name
    try:
        try:
            os.replace(path, aside)
        except FileNotFoundError:
            return False
        try:
            os.replace(fresh, path)
        except OSError as error:
            if error.errno in OCCUPIED or os.path.lexists(path):
                return False
            os.replace(aside, path)
            raise
        return True
    finally:
        shutil.rmtree(aside.parent, ignore_errors=True)
