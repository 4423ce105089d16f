"""Mutations of valid items: bytes, JSON values, text, files and folders."""

import copy
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.choices import ODD_TEXTS, Choices

# Pieces with a meaning in some format.
TOKENS = (
    *(b'"', b",", b"\n", b"\r", b"\r\n", b"\0", b"\t", b";", b"{", b"}", b"[", b"]", b":", b"\\"),
    *(b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3", b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9"),
    *(b"PAR1", b"sep=;\n", b"#", b"__label__", b"(1 ", b"NaN", b"1e999", b"null", b"\x1a", b"\x80"),
    *(
        b"\xfd7zXZ\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x93NUMPY",
        b"<html>",
        b"\xed\xa0\x80",
    ),
)
NUMBERS = (0, 1, 127, 128, 255, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)
MOST = 4  # mutations of an item


def mutated_bytes(choices: Choices, content: bytes) -> bytes:
    for _ in range(choices.integer(1, MOST)):
        content = _mutated_once(choices, content)
    return content


def _mutated_once(choices: Choices, content: bytes) -> bytes:
    kind = choices.integer(0, 7)
    start = choices.integer(0, len(content))
    stop = min(len(content), start + choices.integer(0, 1 << choices.integer(0, 10)))
    if kind == 0:
        return content[:start]
    if kind == 1:
        return content[:start] + content[stop:]
    if kind == 2:
        return content[:start] + content[start:stop] * choices.integer(2, 40) + content[stop:]
    if kind == 3:
        return content[:start] + choices.one_of(TOKENS) + content[start:]
    if kind == 4:
        return (
            content[:start] + choices.one_of(ODD_TEXTS).encode("utf-8", "replace") + content[start:]
        )
    if kind == 5:
        size = choices.one_of((1, 2, 4, 8))
        number = choices.one_of(NUMBERS) % (1 << (8 * size))
        return content[:start] + number.to_bytes(size, "little") + content[start + size :]
    if kind == 6:
        other = choices.integer(0, len(content))
        return content[:other] + content[start:stop] + content[other:]
    if start < len(content):
        flipped = content[start] ^ (1 << choices.integer(0, 7))
        return content[:start] + bytes([flipped]) + content[start + 1 :]
    return content


def mutated_json(choices: Choices, value: Any) -> Any:
    """Values of other types, missing and additional keys, and nesting."""
    value = copy.deepcopy(value)
    for _ in range(choices.integer(1, 3)):
        places = list(_places(value))
        if not places:
            return choices.value()
        parent, key = choices.one_of(places)
        kind = choices.integer(0, 5)
        if kind == 0:
            del parent[key]
        elif kind == 1 and isinstance(parent, dict):
            parent[choices.text()] = parent.get(key, choices.value())
        elif kind == 2:
            nested = parent[key]
            for _ in range(choices.one_of((1, 5, 80, 150))):
                nested = [nested] if choices.integer(0, 9) else {"a": nested}
            parent[key] = nested
        elif kind == 3 and isinstance(parent, list):
            parent[key:key] = [parent[key]] * choices.one_of((1, 2, 300))
        else:
            parent[key] = choices.value()
    return value


def _places(value: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Every container with each of its keys; of a list, the first and the last."""
    if isinstance(value, dict):
        keys: list[Any] = list(value)
    else:
        keys = sorted({0, len(value) - 1}) if isinstance(value, list) and value else []
    for key in keys:
        yield value, key
        if depth < 6:
            yield from _places(value[key], depth + 1)


def mutated_json_text(choices: Choices, content: bytes) -> bytes:
    """A JSON file, or lines of JSON, in which values are mutated; of other content, the bytes."""
    if choices.flag():
        return mutated_bytes(choices, content)
    lines = content.splitlines()
    place, ascii_only = choices.integer(0, max(len(lines) - 1, 0)), choices.flag()
    try:
        value = _loaded(content)
        if value is None:
            value, before, after = json.loads(lines[place]), lines[:place], lines[place + 1 :]
        else:
            before = after = []
    except (ValueError, RecursionError, IndexError):
        return mutated_bytes(choices, content)
    text = json.dumps(mutated_json(choices, value), ensure_ascii=ascii_only)
    return b"\n".join([*before, text.encode("utf-8", "surrogatepass"), *after])


def _loaded(content: bytes) -> Any:
    """The value of a JSON file, None if it is not one value."""
    try:
        return json.loads(content)
    except ValueError:
        return None


def mutate_file(choices: Choices, path: Path) -> None:
    """Change a file, or replace it by a link, a folder or nothing."""
    kind = choices.integer(0, 11)
    if kind < 8:
        content = path.read_bytes()
        is_json = path.suffix in (".json", ".jsonl") and content.strip()
        change: Callable[[Choices, bytes], bytes] = mutated_json_text if is_json else mutated_bytes
        path.unlink()  # it may be linked to the original
        path.write_bytes(change(choices, content))
        return
    if kind == 11:
        path.chmod(0)
        return
    target = path.parent / choices.one_of(("nothing", path.name, ".."))
    path.unlink()
    if kind == 9:
        path.mkdir()
    elif kind == 10:
        path.symlink_to(target)


def mutate_folder(choices: Choices, folder: Path) -> None:
    """Change one or two files of a folder, their names, or the folder itself."""
    for _ in range(choices.integer(1, 2)):
        files = sorted(
            path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
        )
        if not files:
            return
        file = choices.one_of(files)
        kind = choices.integer(0, 19)
        if kind == 0:
            os.replace(
                file, file.with_name(choices.one_of(files).name + choices.one_of(("", ".x")))
            )
        elif kind == 1:
            other = choices.one_of(files)
            if other != file:
                file.unlink()
                shutil.copyfile(other, file)
        elif kind == 2:
            shutil.rmtree(folder)
            if choices.flag():
                folder.write_bytes(b"{}")
            else:
                folder.symlink_to(folder.parent / choices.one_of(("nothing", folder.name)))
            return
        else:
            mutate_file(choices, file)
