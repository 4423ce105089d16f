"""Whatever is wrong with a stored file, one error with path, reason and remedy."""

import json
import os
import zipfile
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pytest

from sentiment import stored
from sentiment.errors import ConfigError, ModelError
from sentiment.listing import entries, list_items
from sentiment.settings import Settings, setting
from tests.bad_items import BAD_FILES, BAD_JSON


@dataclass(frozen=True)
class Part(Settings):
    units: int = setting(8, low=1, high=64)


@dataclass(frozen=True)
class Thing:
    name: str
    share: float
    part: Part
    side: Literal["left", "right"] = "left"
    counts: dict[int, np.ndarray] | None = None
    pair: tuple[int, int] = (0, 0)
    more: Any = None


GOOD = {"name": "x", "share": 0.5, "part": {"units": 4}, "counts": {"3": [1, 2]}, "pair": [1, 2]}


def read(path):
    return stored.read_json(path, Thing, ModelError, "Fetch it again.")


def test_a_record_is_read_with_its_types(tmp_path):
    path = tmp_path / "thing.json"
    path.write_text(json.dumps(GOOD))
    thing = read(path)
    assert (thing.name, thing.part, thing.pair) == ("x", Part(4), (1, 2))
    assert thing.counts[3].dtype == np.int64


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"name": None}, "name"),
        ({"name": ["x"]}, "name"),
        ({"share": "0.5"}, "share"),
        ({"share": True}, "share"),
        ({"share": 10**400}, "share"),
        ({"part": []}, "part"),
        ({"part": {"units": 0}}, "units"),
        ({"part": {"width": 1}}, "part.width"),
        ({"side": "up"}, "side"),
        ({"side": ["left"]}, "side"),
        ({"counts": {"x": [1]}}, "counts.x"),
        ({"counts": {"1": [1.5]}}, "counts.1"),
        ({"counts": {"1": [[1], [2, 3]]}}, ""),
        ({"pair": [1]}, "pair"),
        ({"pair": [1, 2, 3]}, "pair"),
        ({"unknown": 1}, "unknown"),
        ({"more": [[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]}, "more"),
        ({"more": {"a": -(10**30)}}, "more"),
        ({"name": "\ud800"}, "surrogate"),
    ],
)
def test_a_wrong_type_is_refused_and_its_key_named(tmp_path, change, named):
    path = tmp_path / "thing.json"
    path.write_text(json.dumps(GOOD | change))
    with pytest.raises(ModelError) as error:
        read(path)
    assert str(path) in str(error.value) and named in str(error.value)
    assert str(error.value).endswith(". Fetch it again.") and len(str(error.value)) < 600


@pytest.mark.parametrize("damage", {**BAD_FILES, **BAD_JSON})
def test_a_damaged_file_is_one_error(tmp_path, damage):
    path = tmp_path / "thing.json"
    path.write_text(json.dumps(GOOD))
    {**BAD_FILES, **BAD_JSON}[damage](path)
    with pytest.raises(ModelError, match=r"thing\.json cannot be read: \S.*\. Fetch it again\.$"):
        read(path)


def test_the_size_is_bounded(tmp_path):
    path = tmp_path / "thing.json"
    with path.open("wb") as file:
        file.truncate(2**40)  # sparse
    with pytest.raises(ModelError, match="MiB"):
        read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "thing.json")
    with pytest.raises(ModelError, match="pipe"):
        read(tmp_path / "thing.json")


def test_arrays_that_unpack_to_too_much_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, a=np.zeros(100_000))
    assert len(stored.read_arrays(path, ModelError, "")["a"]) == 100_000
    monkeypatch.setattr(stored, "LARGEST_ARRAYS", 50_000)
    with pytest.raises(ModelError, match="unpacks"):
        stored.read_arrays(path, ModelError, "")


@pytest.mark.parametrize("shape", [(10**15,), (2**62, 2**62), (-5,)])
def test_an_array_whose_header_promises_more_than_the_file_has(tmp_path, shape):
    path = tmp_path / "a.npy"
    header = {"descr": "<f8", "fortran_order": False, "shape": shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        file.write(bytes(80))
    packed = tmp_path / "a.npz"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "a.npy")
    with pytest.raises(ModelError, match=r"a\.npy cannot be read"):
        stored.read_array(path, ModelError, "")
    with pytest.raises(ModelError, match=r"a\.npz cannot be read"):
        stored.read_arrays(packed, ModelError, "")


@pytest.mark.parametrize(
    "facts",
    [
        {"dtype": np.int32},
        {"shape": (3,)},
        {"shape": (4, None)},
        {"low": 0},
        {"high": 2},
        {"low": -1, "high": 5},  # NaN
    ],
)
def test_arrays_of_another_type_shape_or_range(tmp_path, facts):
    values = np.array([np.nan, 1, 2, 3]) if len(facts) == 2 else np.array([-1.0, 1, 2, 3])
    np.save(tmp_path / "a.npy", values)
    stored.read_array(tmp_path / "a.npy", ModelError, "", dtype=np.float64, shape=(4,))
    with pytest.raises(ModelError, match=r"a\.npy"):
        stored.read_array(tmp_path / "a.npy", ModelError, "", **facts)


def test_an_error_of_the_same_kind_passes_and_others_get_the_path(tmp_path):
    path = tmp_path / "thing.json"
    with pytest.raises(ModelError, match="^as it is$"), stored.reading(path, ModelError, ""):
        raise ModelError("as it is")
    with pytest.raises(ModelError, match="thing.json"), stored.reading(path, ModelError, ""):
        raise ConfigError("units is 0")


def test_a_bad_item_is_listed_and_a_deleted_one_left_out(tmp_path):
    for name in ("a", "b", "gone", ".hidden"):
        (tmp_path / name).write_text(json.dumps(GOOD))
    (tmp_path / "b").write_text("[")
    (tmp_path / "link").symlink_to(tmp_path / "nothing")

    def race(path):
        if path.name == "gone":
            path.unlink()
        return read(path)

    listed = list_items("thing", entries(tmp_path), race)
    assert [thing.name for thing in listed.items] == ["x"]
    assert [item.name for item in listed.bad] == ["b", "link"]
    assert all(str(item.path) in item.problem for item in listed.bad)
    for item in listed.bad:
        item.delete()
        item.delete()  # by another session in between
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden", "a"]


def test_deleting_a_link_keeps_what_it_points_to(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "link").symlink_to(kept)
    (item,) = list_items("thing", entries(tmp_path / "items"), lambda p: read(p / "file")).bad
    item.delete()
    assert (kept / "file").exists() and not entries(tmp_path / "items")


def test_a_name_that_is_no_text_can_be_shown(tmp_path):
    name = os.fsencode(tmp_path) + b"/\xff"
    try:
        os.mkdir(name)
    except OSError:
        pytest.skip("the file system takes only text")
    (item,) = list_items("thing", entries(tmp_path), read).bad
    assert (item.name + item.problem).encode()


def test_folders_that_cannot_be_listed_are_empty(tmp_path):
    (tmp_path / "file").touch()
    assert entries(tmp_path / "none") == entries(tmp_path / "file") == []
