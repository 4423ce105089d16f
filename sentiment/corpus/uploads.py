"""Files uploaded in the browser, stored for training and for predictions."""

import hashlib
import re
from collections import Counter
from pathlib import Path

from sentiment import atomic, workspace
from sentiment.corpus.class_folders import is_class_folder
from sentiment.corpus.formats.registry import ACCEPTED
from sentiment.corpus.table_files import files_of, is_named_table, left_out, named_files
from sentiment.corpus.tables import is_table
from sentiment.corpus.unpacking import several_in_zip, unpack_zip
from sentiment.errors import CorpusError
from sentiment.listing import entries, modified
from sentiment.places import uploads_dir

MAX_NAME = 80  # characters


def store_upload(name: str, content: bytes | memoryview) -> Path:
    """Store a file under a safe form of its name; equal content is stored once.

    Its content is not read. Raises CorpusError if it is empty, StorageError if the disk is full.
    """
    # Only the file name of a path, and only characters that every file system allows.
    plain = re.sub(r"[^\w.-]+", "_", re.split(r"[/\\]", name)[-1]).lstrip("._-")[-MAX_NAME:]
    path = uploads_dir() / hashlib.sha256(content).hexdigest()[:12] / plain
    if not plain.strip("._-"):
        raise CorpusError(f"The file has no name. Name it, for example reviews.csv ({ACCEPTED}).")
    if not memoryview(content).nbytes:
        raise CorpusError(f"{name!r} is empty, expected a table of reviews ({ACCEPTED}).")
    if not path.is_file():
        atomic.write_bytes(path, content)
    return path


def unpacked(path: Path) -> Path:
    """The folder with the files of an uploaded .zip that has several; any other path unchanged.

    The folder replaces the .zip. Raises CorpusError, StorageError.
    """
    folder = path.with_suffix("" if path.suffix else ".files")
    if not folder.is_dir():
        sizes = several_in_zip(path)
        if not sizes:
            return path
        workspace.require_room(sum(sizes.values()), len(sizes))
        with atomic.new_folder(folder) as fresh:
            unpack_zip(path, sizes, fresh)
            _check_read_as_one(path.name, fresh)
    path.unlink(missing_ok=True)
    return folder


def _check_read_as_one(name: str, folder: Path) -> None:
    """Raise CorpusError if no file in `folder` would be read, or only some of the tables."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not is_table(folder):
        raise CorpusError(
            f"{name} has no table and no folder per class, only {named_files(files)}. "
            f"Accepted: {ACCEPTED}."
        )
    if is_class_folder(folder):
        return
    together = files_of(folder, strict=False)
    read = {file.path for file in together} | set(left_out(folder, together))
    others = [path for path in files if is_named_table(path) and path not in read]
    if others:
        raise CorpusError(
            f"Of the tables in {name}, only {named_files(sorted(read))} would be read, but not "
            f"{named_files(others)}. Unpack it, and give the files that belong together."
        )


def uploads() -> list[Path]:
    """All stored files, the last one first."""
    files = (path for folder in entries(uploads_dir()) for path in entries(folder))
    return sorted(filter(Path.is_file, files), key=modified, reverse=True)


def uploads_by_title() -> dict[str, Path]:
    """The same by name; names that occur twice include the beginning of the digest."""
    found, paths = dict[str, Path](), uploads()
    counts = Counter(path.name for path in paths)
    for path in paths:
        title = path.name if counts[path.name] == 1 else f"{path.name} ({path.parent.name[:6]})"
        found.setdefault(title, path)
    return found


def title_of(path: Path) -> str | None:
    """The title of an upload, None if `path` is another file."""
    return next((title for title, known in uploads_by_title().items() if known == path), None)
