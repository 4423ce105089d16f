"""Dataclasses from JSON or TOML, nested ones included, with every type checked."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def build(kind: type[Record], value: Mapping[str, Any], place: str = "") -> Record:
    """A dataclass `kind` with the fields in `value`; `place` is the path of `value` in its file.

    Raises TypeError that names the key that is missing, unknown or of another type.
    """
    hints = get_type_hints(kind)
    if unknown := sorted(set(value) - set(hints)):
        raise TypeError(f"unknown key {', '.join(place + key for key in unknown)}")
    required = {field.name for field in fields(kind) if field.default is field.default_factory}  # type: ignore[arg-type]
    if missing := sorted(required - set(value)):
        raise TypeError(f"key {', '.join(place + key for key in missing)} is missing")
    return kind(**{key: _convert(hints[key], part, place + key) for key, part in value.items()})


def _convert(hint: Any, value: Any, key: str) -> Any:
    options = get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if value is None and types.NoneType in options:
        return None
    hint = options[0]
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if is_dataclass(kind) and isinstance(value, dict):
        return build(kind, value, f"{key}.")  # type: ignore[arg-type]
    if kind is Literal:
        fits = value in parts
    elif kind in (int, float):
        fits = isinstance(value, int | kind) and not isinstance(value, bool)
    else:
        fits = isinstance(value, list if kind is tuple else kind)  # files have lists only
    if not fits:
        raise TypeError(f"{key} is {value!r}, expected {_name(hint)}")
    if kind in (list, tuple):
        return kind(_convert(parts[0], part, f"{key}[{n}]") for n, part in enumerate(value))
    if kind is dict and parts[1] is not Any:
        keys = get_args(parts[0])  # of a Literal
        if keys and set(keys) != set(value):
            raise TypeError(f"{key} has the keys {', '.join(value)}, expected {', '.join(keys)}")
        return {name: _convert(parts[1], part, f"{key}.{name}") for name, part in value.items()}
    return value


def _name(hint: Any) -> str:
    return str(hint) if get_args(hint) else getattr(hint, "__name__", str(hint))
