"""A guess of a reader that a person can replace, for example whether a table has a header row."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Guess:
    """What a reader takes for an empty field of `TableConfig`, and why."""

    field: str  # of TableConfig
    value: str  # what the reader takes, a key of `options`
    sentence: str  # what was found
    options: Mapping[str, str]  # each value that can be chosen, with its title
