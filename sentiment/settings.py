"""Base of the settings dataclasses: type, bounds, title and help of a field in one place.

The Train page, the command line and the validation read them from there, so they agree.
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, Self, get_args, get_origin, get_type_hints

from sentiment.errors import ConfigError
from sentiment.typed_data import build

MAX_SEED = 2**32 - 1  # NumPy's largest


def require(condition: bool, message: str) -> None:
    """Raise ConfigError with `message` unless `condition` holds."""
    if not condition:
        raise ConfigError(message)


def setting(
    default: Any,
    title: str = "",
    help: str = "",
    *,
    low: float | None = None,
    high: float | None = None,
    choices: Collection[str] = (),
    several: tuple[str, ...] = (),
    common: bool = False,
) -> Any:
    """A field of a `Settings` class.

    title, help: for forms and `--help`; a field without a title is not shown in forms.
    low, high: bounds of a number, inclusive.
    choices: the allowed texts, where a Literal type cannot list them.
    several: any of these may be given, separated by commas.
    common: shown in the first row of the form and not under "More settings".
    """
    metadata = {"title": title, "help": help, "common": common, "low": low, "high": high}
    metadata |= {"choices": choices} if choices else {}
    metadata |= {"several": several} if several else {}
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class Settings:
    """Base of the settings dataclasses. Building one checks every field.

    A subclass with rules of its own extends `__post_init__`. Raises ConfigError.
    """

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if hints[field.name] == tuple[str, ...] and isinstance(value, list):
                value = tuple(value)  # JSON has lists
                object.__setattr__(self, field.name, value)
            expected = problem_of(field, hints[field.name], value)
            require(expected is None, f"{field.name} is {value!r}; expected {expected}.")

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Build from JSON. Raises ConfigError that names what is wrong."""
        try:
            return build(cls, value)
        except TypeError as error:
            raise ConfigError(f"{cls.__name__}: {error}.") from error

    @classmethod
    def bounds(cls, name: str) -> tuple[int, int]:
        """The lowest and highest value of a whole number that has both bounds."""
        metadata = cls.__dataclass_fields__[name].metadata
        return metadata["low"], metadata["high"]


def named(kind: type[Settings], field: str) -> str:
    """How messages name a setting: "the setting Encoding", as the control of a page is called.

    `in_shell` turns it into an option.
    """
    return f"the setting {kind.__dataclass_fields__[field].metadata['title']}"


def in_shell(
    message: str, kinds: Iterable[type[Settings]], options: Mapping[str, str] | None = None
) -> str:
    """A message with options in place of settings of these kinds: "the option --encoding".

    kinds: those that are options of the command; it has no option for others. options: field ->
    its option where that has another name.
    """
    given = options or {}
    for kind in kinds:
        for field in dataclasses.fields(kind):
            if field.metadata.get("title"):
                option = f"the option {given.get(field.name) or option_of(field.name)}"
                message = message.replace(named(kind, field.name), option)
    return message


def option_of(field: str) -> str:
    """The option of a setting in a shell."""
    return f"--{field.replace('_', '-')}"


def problem_of(field: dataclasses.Field[Any], hint: Any, value: Any) -> str | None:
    """What is expected of a field in place of this value, None if the value fits."""
    metadata = field.metadata
    choices = get_args(hint) if get_origin(hint) is Literal else metadata.get("choices")
    if choices:
        fits, expected = value in choices, f"one of {', '.join(map(repr, choices))}"
    elif hint in (int, float):
        low, high = metadata.get("low"), metadata.get("high")
        fits = isinstance(value, int if hint is int else int | float)
        fits = fits and not isinstance(value, bool)
        fits = fits and (low is None or low <= value) and (high is None or value <= high)
        expected = "a whole number" if hint is int else "a number"
        expected += "" if low is None else f" from {low}"
        expected += "" if high is None else f" to {high}"
    elif hint == tuple[str, ...]:
        fits = isinstance(value, tuple) and all(isinstance(part, str) for part in value)
        fits = fits and "\0" not in "".join(value)
        expected = "a list of texts"
    else:
        fits = isinstance(value, hint) and not (hint is str and "\0" in value)
        expected = {str: "text", bool: "true or false"}[hint]
    return None if fits else expected
