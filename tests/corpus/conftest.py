"""Small archives in the official layout, packed in any order."""

import dataclasses
import gzip
import io
import random
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sentiment.corpus import limits
from sentiment.corpus.imdb_reviews import FOLDERS, UNSUP

PER_FOLDER = 12  # more than ten, so that ids in numeric order differ from ids in text order
COUNTS = {folder: 5 if folder == UNSUP else PER_FOLDER for folder in FOLDERS}


def film_of(folder: str, number: int) -> int:
    return 100_000 + 1_000 * list(FOLDERS).index(folder) + number // 2


def rating_of(folder: str, number: int) -> int:
    if folder == UNSUP:
        return 0
    return (7 if folder.endswith("pos") else 1) + number % 4


def text_of(folder: str, number: int) -> str:
    return f"Review {number} of {folder}.<br /><br />It is café\x85 and more."


def imdb_files() -> dict[str, bytes]:
    """Member name -> content, as the official archive has them, in its order."""
    files = {"aclImdb/README": b"Large Movie Review Dataset", "aclImdb/imdb.vocab": b"the\nand\n"}
    for folder, count in COUNTS.items():
        for number in range(count):
            name = f"aclImdb/{folder}/{number}_{rating_of(folder, number)}.txt"
            files[name] = text_of(folder, number).encode()
        urls = [
            f"http://www.imdb.com/title/tt{film_of(folder, number):07}/usercomments\n"
            for number in range(count)
        ]
        files["aclImdb/" + folder.replace("/", "/urls_") + ".txt"] = "".join(urls).encode()
    return files


def pack(path: Path, files: dict[str, bytes], *, shuffled: int | None = None) -> Path:
    """Write a .tar.gz (or .tar, by the name), in the given or a shuffled order."""
    names = list(files)
    if shuffled is not None:
        random.Random(shuffled).shuffle(names)
    with tarfile.open(path, "w" if path.suffix == ".tar" else "w:gz") as tar:
        for name in names:
            add_member(tar, name, files[name])
    return path


def add_member(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def unpack(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "aclImdb"


def gzipped(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content))
    return path


@pytest.fixture
def lower(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Call it with limits to lower for the test."""

    def lower(**values: int) -> None:
        lowered = dataclasses.replace(limits.LIMITS, **values)
        monkeypatch.setattr(limits, "LIMITS", lowered)

    return lower


@pytest.fixture
def archive(tmp_path) -> Path:
    return pack(tmp_path / "aclImdb_v1.tar.gz", imdb_files())
