"""Settings dataclasses: fields with form metadata, and their validation."""

import math
from dataclasses import field, fields
from typing import Any, TypeVar, get_args

from sentiment.errors import ConfigError


def require(condition: bool, message: str) -> None:
    if not condition:
        raise ConfigError(message)


def require_choice(name: str, value: object, choices: Any) -> None:
    allowed = get_args(choices)
    shown = ", ".join(map(repr, allowed))
    require(value in allowed, f"{name} is {value!r}; choose one of {shown}.")


def require_whole(name: str, value: object, low: int, high: float = math.inf) -> None:
    upper = "" if high == math.inf else f" to {high}"
    whole = isinstance(value, int) and not isinstance(value, bool)
    require(
        whole and low <= value <= high,  # type: ignore[operator]
        f"{name} is {value!r}; it must be a whole number from {low}{upper}.",
    )


def setting(
    default: Any,
    title: str,
    meaning: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    several: tuple[str, ...] = (),
    common: bool = False,
) -> Any:
    """A field of a settings dataclass, with what the Train page and `--help` say of it.

    low, high: what the page lets a person type; `__post_init__` is what checks.
    choices: one of these; several: any of these, as a text with commas between.
    common: shown at once, the others on request.
    """
    about: dict[str, Any] = {"title": title, "meaning": meaning, "common": common}
    about |= {"low": low, "high": high}
    about |= {"choices": choices} if choices else {}
    about |= {"several": several} if several else {}
    return field(default=default, metadata=about)


Config = TypeVar("Config")


def config_from_json(kind: type[Config], value: dict[str, Any]) -> Config:
    """Build a settings dataclass from JSON, naming any key it does not know."""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(value) - known)
    require(
        not unknown,
        f"Unknown setting {', '.join(unknown)} for {kind.__name__}; it knows "
        f"{', '.join(sorted(known))}. The file may come from a newer version.",
    )
    return kind(**value)
