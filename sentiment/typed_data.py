"""Dataclasses from JSON or TOML, nested ones included, with every type checked."""

import contextlib
import math
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

Record = TypeVar("Record")

DEEPEST = 20  # levels of a value without a declared type
LARGEST_NUMBER = 2**63 - 1  # whole numbers, as in arrays and tables
_SHOWN = 60  # characters of a value in a message
_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
}


def build(kind: type[Record], value: Mapping[str, Any], place: str = "") -> Record:
    """A dataclass `kind` with the fields in `value`; `place` is the path of `value` in its file.

    Raises TypeError that names the key that is missing, unknown or of another type.
    """
    hints, required = _schema(cast(Any, kind))
    if unknown := sorted(set(value) - set(hints)):
        names = ", ".join(place + key for key in unknown)
        raise TypeError(f"unknown key {_shortened(names)}, perhaps of a newer version")
    if missing := sorted(required - set(value)):
        raise TypeError(f"key {', '.join(place + key for key in missing)} is missing")
    return kind(**{key: convert(hints[key], part, place + key) for key, part in value.items()})


def convert(hint: Any, value: Any, key: str = "the content") -> Any:
    """`value` as the type annotation `hint` says; `key` names it. Raises TypeError."""
    if hint is Any:
        return _plain(value, key)
    if isinstance(hint, types.UnionType) or get_origin(hint) is Union:
        options = [option for option in get_args(hint) if option is not types.NoneType]
        if value is None and len(options) < len(get_args(hint)):
            return None
        for option in options[:-1]:
            with contextlib.suppress(TypeError):
                return convert(option, value, key)
        hint = options[-1]
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if is_dataclass(kind) and isinstance(value, dict):
        return build(cast(type[Any], kind), value, "" if key == "the content" else f"{key}.")
    if kind in (list, tuple, Sequence):
        return _sequence(kind, parts, value, key)
    if kind is Literal:
        fits = isinstance(value, str | int) and value in parts
    elif kind in (int, float):
        fits = isinstance(value, int | kind) and not isinstance(value, bool) and _bounded(value)
    elif kind is np.ndarray:
        return _array(value, key)
    else:
        fits = isinstance(value, kind)
    if not fits:
        raise TypeError(f"{key} is {shown(value)}, expected {_name(hint)}")
    if kind is dict:
        return _mapping(parts, value, key)
    return value


def shown(value: Any) -> str:
    """A value for a message: shortened, on one line."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    if isinstance(value, int) and not _bounded(value):
        return "a number of many digits"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _shortened(repr(value[:_SHOWN] if isinstance(value, str) else value))


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


@cache
def _schema(kind: type) -> tuple[dict[str, Any], frozenset[str]]:
    """Type annotation of each field, and the fields without a default."""
    hints = get_type_hints(kind)
    stored = [field for field in fields(kind) if field.init]
    required = [f.name for f in stored if f.default is MISSING and f.default_factory is MISSING]
    return {field.name: hints[field.name] for field in stored}, frozenset(required)


def _sequence(kind: Any, parts: tuple[Any, ...], value: Any, key: str) -> Any:
    """A list or a tuple: JSON files have lists, values in memory may have tuples."""
    length = None if kind is not tuple or Ellipsis in parts else len(parts)
    if not isinstance(value, list | tuple) or length not in (None, len(value)):
        wanted = "a list" if length is None else f"a list of {length}"
        raise TypeError(f"{key} is {shown(value)}, expected {wanted}")
    kinds = set(map(type, value))  # a shortcut for long lists of one type
    whole = kinds == {int} and parts[0] is int and all(map(_bounded, value))
    if not (whole or (kinds == {str} and parts[0] is str)):
        value = [convert(parts[0], part, f"{key}[{n}]") for n, part in enumerate(value)]
    return tuple(value) if kind is tuple else list(value)


def _mapping(parts: tuple[Any, ...], value: dict[str, Any], key: str) -> dict[Any, Any]:
    names = get_args(parts[0])  # of a Literal
    if names and set(names) != set(value):
        found = _shortened(", ".join(value)) or "none"
        raise TypeError(f"{key} has the keys {found}, expected {', '.join(names)}")
    converted = {}
    for name, part in value.items():
        place = f"{key}.{_shortened(name)}"
        if parts[0] is int and not (name.removeprefix("-").isdecimal() and len(name) < 20):
            raise TypeError(f"{place} is a key, expected a whole number")
        converted[int(name) if parts[0] is int else name] = convert(parts[1], part, place)
    return converted


def _array(value: Any, key: str) -> np.ndarray:
    """An array of whole numbers, int64."""
    array = np.array(value) if isinstance(value, list) else np.array("")
    if array.size and array.dtype != np.int64:  # text, truth values, fractions
        raise TypeError(f"{key} is {shown(value)}, expected whole numbers")
    return array.astype(np.int64)


def _plain(value: Any, key: str, depth: int = 0) -> Any:
    """A value of any JSON type; only its numbers and its depth are bounded."""
    if depth > DEEPEST:
        raise TypeError(f"{key} is nested more than {DEEPEST} levels deep")
    if isinstance(value, int | float) and not _bounded(value):
        raise TypeError(f"{key} is {shown(value)}, expected a finite number")
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            _plain(part, key, depth + 1)
    return value


def _bounded(value: float) -> bool:
    return math.isfinite(value) if isinstance(value, float) else abs(value) <= LARGEST_NUMBER


def _name(hint: Any) -> str:
    """A type for a message, in JSON terms."""
    kind = get_origin(hint) or hint
    if kind is Literal:
        return f"one of {_shortened(', '.join(map(repr, get_args(hint))))}"
    return "an object" if is_dataclass(kind) else _NAMES.get(kind, str(hint))
