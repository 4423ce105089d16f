"""Guess of a reader that the user can override, for example whether a table has a header row."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Guess:
    """The value that a reader assumes for an empty field of `TableConfig`, and why."""

    field: str  # of TableConfig
    value: str  # the assumed one, a key of `options`
    sentence: str  # what was found
    options: Mapping[str, str]  # each value that can be chosen, with its title
