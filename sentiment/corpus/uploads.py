"""Files uploaded in the browser, stored for training."""

import hashlib
import re
from pathlib import Path

from sentiment import atomic
from sentiment.corpus.formats.registry import ACCEPTED
from sentiment.errors import CorpusError
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
