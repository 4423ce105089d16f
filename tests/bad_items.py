"""Damage to stored items: each function takes a valid file or folder and damages it in one way."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

Damage = Callable[[Path], None]


# Any file.


def delete(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    _replace(path, b"")


def truncate(path: Path) -> None:
    content = path.read_bytes()
    _replace(path, content[: len(content) // 2])


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replace_by_dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "nothing here")


def replace_by_noise(path: Path) -> None:
    size = min(path.stat().st_size, 4_096)
    _replace(path, np.random.default_rng(0).bytes(max(size, 16)))


def flip_bits(path: Path, *, seed: int = 0, count: int = 8) -> None:
    """Flip single bits anywhere; what results may still be valid."""
    random, content = np.random.default_rng(seed), bytearray(path.read_bytes())
    for place in random.integers(0, max(len(content), 1), count).tolist() if content else []:
        content[place] ^= 1 << int(random.integers(8))
    _replace(path, bytes(content))


def forbid(path: Path) -> None:
    """No effect for a superuser."""
    path.chmod(0)


BAD_FILES: dict[str, Damage] = {
    "missing": delete,
    "empty": empty,
    "truncated": truncate,
    "a folder": replace_by_folder,
    "a dangling link": replace_by_dangling_link,
    "noise": replace_by_noise,
}


# JSON files.


def nest_deeply(path: Path) -> None:
    _replace(path, b"[" * 100_000 + b"]" * 100_000)


def nest_objects_deeply(path: Path) -> None:
    _replace(path, b'{"a":' * 100_000 + b"1" + b"}" * 100_000)


def _content(text: str) -> Damage:
    return lambda path: _replace(path, text.encode())


BAD_JSON: dict[str, Damage] = {
    "nested 100,000 deep": nest_deeply,
    "objects nested 100,000 deep": nest_objects_deeply,
    "null": _content("null"),
    "a number": _content("17"),
    "a text": _content('"text"'),
    "a list": _content("[]"),
    "an empty object": _content("{}"),
    "NaN": _content("NaN"),
    "an infinite number": _content('{"share": 1e999}'),
    "a number of 10,000 digits": _content("1" + "0" * 10_000),
    "half a character": _content('"\\ud800"'),
    "another encoding": lambda path: _replace(path, path.read_text("utf-8").encode("utf-16")),
}

WRONG_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    float("nan"),
    float("inf"),
    "text",
    "\0",
    "\ud800",
    [],
    [None],
    {},
    {"x": [1]},
)


def paths_in(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a JSON value; of a list, only the first and the last element."""
    if before:
        yield before
    if isinstance(value, dict):
        for key in value:
            yield from paths_in(value[key], (*before, key))
    elif isinstance(value, list) and value:
        for place in sorted({0, len(value) - 1}):
            yield from paths_in(value[place], (*before, place))


def set_value(path: Path, place: tuple[Any, ...], value: Any) -> None:
    """Replace one value of a JSON file; `place`: see `paths_in`."""
    content = json.loads(path.read_text("utf-8"))
    parent = content
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    _replace(path, json.dumps(content).encode())


def remove_value(path: Path, place: tuple[Any, ...]) -> None:
    """Remove one key or element of a JSON file."""
    content = json.loads(path.read_text("utf-8"))
    parent = content
    for key in place[:-1]:
        parent = parent[key]
    del parent[place[-1]]
    _replace(path, json.dumps(content).encode())


def add_key(path: Path, key: str = "added") -> None:
    content = json.loads(path.read_text("utf-8"))
    _replace(path, json.dumps(content | {key: 1}).encode())


# JSON lines.


def add_line(line: str) -> Damage:
    def damage(path: Path) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return damage


BAD_LINES: dict[str, Damage] = {
    "a number": add_line("17"),
    "null": add_line("null"),
    "a list": add_line("[]"),
    "nested 100,000 deep": add_line("[" * 100_000 + "]" * 100_000),
    "an unknown kind": add_line('{"kind": "Other"}'),
    "a kind that is a list": add_line('{"kind": []}'),
    "a line without end": add_line("1" * 2_000_000),
    "wrong types": add_line('{"kind": "StepEvent", "step": "x"}'),
    "no JSON": add_line("{"),
}


# Arrays.


def save_array(array: np.ndarray) -> Damage:
    def damage(path: Path) -> None:
        path.unlink()
        with path.open("wb") as file:
            np.save(file, array)

    return damage


BAD_ARRAYS: dict[str, Damage] = {
    "text": save_array(np.array(["a", "b"])),
    "no elements": save_array(np.zeros(0)),
    "a single number": save_array(np.array(3)),
    "NaN": save_array(np.full(9, np.nan)),
    "huge numbers": save_array(np.full(9, 2**60)),
    "negative numbers": save_array(np.full(9, -7)),
    "more dimensions": save_array(np.zeros((3, 3, 3))),
}


# Tables of SQLite.


def execute(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def add_column(path: Path) -> None:
    execute(path, "ALTER TABLE runs ADD COLUMN added TEXT")


def drop_column(path: Path) -> None:
    execute(path, "ALTER TABLE runs DROP COLUMN message")


def drop_table(path: Path) -> None:
    execute(path, "DROP TABLE runs")


def newer_version(path: Path) -> None:
    execute(path, "PRAGMA user_version = 99")


def wrong_types_in_table(path: Path) -> None:
    execute(path, "UPDATE runs SET pid = 'x', heartbeat = 9e999, state = 'unknown', progress = 'y'")


# Folders.


def remove_folder(path: Path) -> None:
    shutil.rmtree(path)


def replace_by_file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_text("a file")


def link_to_nothing(path: Path) -> None:
    shutil.rmtree(path)
    path.symlink_to(path.parent / "nothing here")


def link_to_itself(path: Path) -> None:
    shutil.rmtree(path)
    path.symlink_to(path)


BAD_FOLDERS: dict[str, Damage] = {
    "a file": replace_by_file,
    "a dangling link": link_to_nothing,
    "a link to itself": link_to_itself,
}


def files_in(folder: Path) -> list[Path]:
    """Every file of an item, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def copy(item: Path, name: str) -> Path:
    """A copy of an item beside it, with files of its own."""
    target = item.parent / name
    if item.is_dir():
        shutil.copytree(item, target)
    else:
        shutil.copyfile(item, target)
    return target


def _replace(path: Path, content: bytes) -> None:
    """As a new file, since the test data may be linked."""
    fresh = path.with_name(f".{path.name}.fresh")
    fresh.write_bytes(content)
    os.replace(fresh, path)
