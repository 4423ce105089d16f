"""Unpacking a .zip that has several files, such as train.csv and test.csv."""

import contextlib
import re
import shutil
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

from sentiment.corpus.containers import DAMAGED, limited, opened_raw, unpacked_bytes
from sentiment.corpus.zip_files import (
    START,
    is_document,
    names_in,
    opened_member,
    opened_zip,
    tables_in,
)
from sentiment.errors import CorpusError


def several_in_zip(path: Path) -> dict[str, int]:
    """The files of a .zip with several, such as train.csv and test.csv, and their sizes, bytes.

    Empty for any other file. Raises CorpusError if it is damaged or not a usual .zip.
    """
    with _damage_reported(path), opened_raw(path) as raw:
        if not raw.peek(4).startswith(START):  # type: ignore[attr-defined]
            return {}
        with opened_zip(path, raw) as archive:
            names = names_in(archive)
            tables = [] if is_document(names) else tables_in(names)
            sizes = {name: archive.getinfo(name).file_size for name in tables}
            return sizes if len(sizes) > 1 else {}


def unpack_zip(path: Path, names: Collection[str], folder: Path) -> None:
    """Write the files `names` of a .zip to `folder`; a folder that contains all is left out.

    Raises CorpusError if it is damaged, protected by a password or too large.
    """
    left = unpacked_bytes(path)
    with _damage_reported(path), opened_raw(path) as raw, opened_zip(path, raw) as archive:
        places = {name: _parts(name) for name in names}
        while len({parts[0] for parts in places.values()}) == 1 and all(
            len(parts) > 1 for parts in places.values()
        ):
            places = {name: parts[1:] for name, parts in places.items()}
        for name, parts in places.items():
            target = folder.joinpath(*parts)
            if target.exists():
                raise CorpusError(f"{path} has two files of the name {name!r}. Unpack it yourself.")
            target.parent.mkdir(parents=True, exist_ok=True)
            with opened_member(path, archive, name) as content, target.open("wb") as unpacked:
                shutil.copyfileobj(limited(content, path, left), unpacked, 1 << 20)
                left -= unpacked.tell()


@contextlib.contextmanager
def _damage_reported(path: Path) -> Iterator[None]:
    try:
        yield
    except (*DAMAGED, NotImplementedError) as error:
        raise CorpusError(
            f"{path} is damaged or not a usual .zip ({error}). Copy it again, or unpack it."
        ) from error


def _parts(name: str) -> list[str]:
    """The folders and the name of a file in a .zip, none of which leaves the folder."""
    parts = [part for part in re.split(r"[/\\]", name) if part.strip(" .")]
    if not parts:
        raise zipfile.BadZipFile("a file in it has no name")
    return [re.sub(r'[\x00-\x1f:*?"<>|]', "_", part) for part in parts]
