"""Atomic writing of files and folders."""

import io
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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


def test_the_variables_of_the_folders_are_named_for_files_in_these(
    tmp_path, monkeypatch, full_disk
):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    for folder, named in (("data", True), ("mine", False)):
        with pytest.raises(StorageError) as full:
            atomic.write_json(tmp_path / folder / "file.json", {})
        assert ("SENTIMENT_DATA" in str(full.value)) == named


def test_nan_is_an_error_and_nothing_is_written(tmp_path):
    with pytest.raises(ValueError):
        atomic.write_json(tmp_path / "file.json", float("nan"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        (b"", b""),
        (b"one\n", b"one\n"),
        (b"one\ntw", b"one\n"),
        (b"tw", b""),
        (b"one\n" + b"x" * 3 * io.DEFAULT_BUFFER_SIZE, b"one\n"),
        (b"x" * 3 * io.DEFAULT_BUFFER_SIZE, b""),
        ("one\né".encode()[:-1], b"one\n"),
    ],
)
def test_an_appended_line_never_continues_an_incomplete_one(found, kept, tmp_path):
    path = tmp_path / "lines"
    path.write_bytes(found)
    atomic.append_line(path, "été")
    atomic.append_line(path, "last")
    assert path.read_bytes() == kept + "été\nlast\n".encode()


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


class PowerCutError(BaseException):
    """Ends a write at one of its steps."""


class Disk:
    """Records in which order files and folders are synced and renamed; cuts the power at a step."""

    def __init__(self, monkeypatch, cut: int | None = None, exchanges: bool = True):
        self.steps: list[tuple[str, Path]] = []
        self.cut, self.synced = cut, set()
        fsync, replace, exchange = os.fsync, os.replace, atomic._exchange

        def recorded_fsync(handle):
            path = Path(os.readlink(f"/proc/self/fd/{handle}"))
            self.step("sync", path)
            fsync(handle)
            self.synced.add((path.stat().st_ino, path.stat().st_mtime_ns))

        def recorded_replace(source, target):
            self.rename(Path(source), Path(target))
            replace(source, target)

        def recorded_exchange(source, target):
            if not exchanges:
                return False
            self.rename(source, target)
            return exchange(source, target)

        monkeypatch.setattr("os.fsync", recorded_fsync)
        monkeypatch.setattr("os.replace", recorded_replace)
        monkeypatch.setattr(atomic, "_exchange", recorded_exchange)

    def step(self, kind: str, path: Path) -> None:
        if self.cut == len(self.steps):
            raise PowerCutError
        self.steps.append((kind, path))

    def rename(self, source: Path, target: Path) -> None:
        if ".old." not in str(target):  # an old folder that is moved aside was synced before
            for path in [source, *source.rglob("*")]:
                about = path.stat()
                assert (about.st_ino, about.st_mtime_ns) in self.synced, f"{path} is not synced"
        self.step("rename", target)


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def write_two(folder: Path, number: int) -> None:
    with atomic.new_folder(folder) as fresh:
        (fresh / "deep").mkdir()
        (fresh / "deep" / "one").write_text(str(number))
        (fresh / "two").write_text(str(number))


@on_linux
@pytest.mark.parametrize("exchanges", [True, False])
def test_everything_is_synced_before_the_rename_and_the_parent_after(
    tmp_path, monkeypatch, exchanges
):
    write_two(tmp_path / "folder", 1)
    disk = Disk(monkeypatch, exchanges=exchanges)
    write_two(tmp_path / "folder", 2)
    assert disk.steps[-2:] == [("rename", tmp_path / "folder"), ("sync", tmp_path)]
    atomic.write_bytes(tmp_path / "file", b"x")
    assert disk.steps[-2:] == [("rename", tmp_path / "file"), ("sync", tmp_path)]


@on_linux
def test_a_power_cut_at_any_step_leaves_the_old_or_the_new(tmp_path, monkeypatch):
    if not can_exchange(tmp_path):
        pytest.skip("this file system cannot exchange folders")
    write_two(tmp_path / "folder", 1)
    atomic.write_bytes(tmp_path / "file", b"1")
    for cut in range(20):
        with monkeypatch.context() as patch:
            disk = Disk(patch, cut)
            patch.setattr("shutil.rmtree", lambda *args, **kwargs: None)  # nothing cleans up
            try:
                write_two(tmp_path / "folder", 2)
                atomic.write_bytes(tmp_path / "file", b"2")
            except PowerCutError:
                pass
        parts = {(tmp_path / "folder" / name).read_text() for name in ("deep/one", "two")}
        assert parts in ({"1"}, {"2"}) and (tmp_path / "file").read_bytes() in (b"1", b"2")
    assert disk.cut > len(disk.steps) and parts == {"2"}


def can_exchange(folder: Path) -> bool:
    for name in ("a", "b"):
        (folder / name).mkdir()
    possible = atomic._exchange(folder / "a", folder / "b")
    for name in ("a", "b"):
        (folder / name).rmdir()
    return possible


@pytest.mark.parametrize("occupied", ["a file", "a link to nothing", "a folder"])
def test_a_new_folder_replaces_whatever_is_in_its_place(tmp_path, occupied):
    folder = tmp_path / "folder"
    if occupied == "a file":
        folder.write_text("x")
    elif occupied == "a folder":
        write_two(folder, 1)
    else:
        folder.symlink_to(tmp_path / "nothing")
    write_two(folder, 2)
    assert (folder / "two").read_text() == "2"
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
