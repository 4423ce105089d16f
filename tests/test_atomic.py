"""Atomic writing of files and folders, and reading of JSON files."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from sentiment import atomic
from sentiment.errors import StorageError


@pytest.fixture
def full_disk(monkeypatch):
    def no_space(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)


def test_a_file_is_replaced_in_one_step(tmp_path):
    path = tmp_path / "deep" / "file.json"
    atomic.write_json(path, {"café": 1})
    atomic.write_json(path, {"café": 2})
    assert path.read_text(encoding="utf-8") == '{\n  "café": 2\n}\n'
    assert [entry.name for entry in path.parent.iterdir()] == ["file.json"]


def test_a_full_disk_leaves_the_old_file(tmp_path, full_disk):
    path = tmp_path / "file.json"
    path.write_text("old")
    with pytest.raises(StorageError, match=r"file\.json: No space left.*Free some disk space"):
        atomic.write_json(path, {})
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.json"]


def test_nan_is_an_error_and_nothing_is_written(tmp_path):
    with pytest.raises(ValueError):
        atomic.write_json(tmp_path / "file.json", float("nan"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_replaces_the_old_one(tmp_path):
    folder = tmp_path / "folder"
    for content in ("one", "two"):
        with atomic.new_folder(folder) as fresh:
            (fresh / "file").write_text(content)
    assert (folder / "file").read_text() == "two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_a_folder_that_fails_leaves_the_old_one(tmp_path):
    folder = tmp_path / "folder"
    with atomic.new_folder(folder) as fresh:
        (fresh / "file").write_text("old")
    with pytest.raises(RuntimeError), atomic.new_folder(folder) as fresh:
        (fresh / "file").write_text("new")
        raise RuntimeError
    assert (folder / "file").read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_concurrent_writers_of_one_folder(tmp_path):
    folder = tmp_path / "folder"

    def write(number: int) -> None:
        with atomic.new_folder(folder) as fresh:
            (fresh / "file").write_text(str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(400)))
    assert 0 <= int((folder / "file").read_text()) < 400
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_the_first_complete_folder_stays(tmp_path):
    folder = tmp_path / "folder"
    with atomic.new_folder(folder, keep="complete") as slow:
        (slow / "complete").write_text("slow")
        with atomic.new_folder(folder, keep="complete") as quick:
            (quick / "complete").write_text("quick")
        opened = (folder / "complete").open()
    assert opened.read() == "quick"
    assert (folder / "complete").read_text() == "quick"
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]
    opened.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize(
    ("place", "file", "folder"), [("data", 0o600, 0o700), ("out", 0o644, 0o755)]
)
def test_only_the_owner_reads_the_data_folder(place, file, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("sentiment.places._umask", 0o022)
    path = tmp_path / place / "x"
    seen = []
    with atomic.new_folder(path) as fresh:
        seen.append(fresh.stat().st_mode)  # while it is written
        (fresh / "deep").mkdir()
        (fresh / "deep" / "file").write_text("")
        (fresh / "deep").chmod(0o755)
        (fresh / "deep" / "file").chmod(0o666)
        (fresh / "link").symlink_to(tmp_path)
    atomic.write_bytes(path / "other", b"")
    assert stat.S_IMODE(seen[0]) == 0o700
    assert {stat.S_IMODE((path / name).stat().st_mode) for name in ("", "deep")} == {folder}
    assert {stat.S_IMODE((path / name).stat().st_mode) for name in ("deep/file", "other")} == {file}
