"""The setting `classes` as text: "Negative=1,2; Neutral=3; Positive=4,5".

A name without values stands for the label of that name. Names and values that contain a separator
or a quote are enclosed in double quotes, and a quote in them is doubled.
"""

import re
from collections.abc import Mapping, Sequence

_SEPARATORS = ";\n=,"
_PART = re.compile(r'\s*(?:"((?:[^"]|"")*)"[^\S\n]*|([^;\n=,"][^;\n=,]*|))([;\n=,]|$)')
EXAMPLE = "Negative=1,2; Neutral=3; Positive=4,5"


def parse_classes(text: str) -> dict[str, tuple[str, ...]]:
    """The label values of each class, by its name, in order. Raises ValueError."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in _entries(text):
        (name, after), *rest = entry
        values = [value for value, _ in rest]
        if not name:
            raise ValueError("a class has no name")
        if rest and (after != "=" or any(separator == "=" for _, separator in rest)):
            raise ValueError(f"the class {name} has other separators than = and then commas")
        if not all(values):
            raise ValueError(f"a label of {name} is empty")
        if name in found:
            raise ValueError(f"the class {name} is given twice")
        found[name] = tuple(values) or (name,)
    return found


def format_classes(values_of: Mapping[str, Sequence[str]]) -> str:
    """The text that `parse_classes` reads as `values_of`."""
    return "; ".join(
        _quoted(name)
        if list(values) == [name]
        else f"{_quoted(name)}={','.join(map(_quoted, values))}"
        for name, values in values_of.items()
    )


def _entries(text: str) -> list[list[tuple[str, str]]]:
    """The parts of each class, each with the separator that follows it."""
    entries: list[list[tuple[str, str]]] = [[]]
    place = 0
    while place < len(text):
        found = _PART.match(text, place)
        if not found:
            raise ValueError(f"a quote is out of place in {text[place : place + 40]!r}")
        quoted, plain, separator = found.groups()
        part = plain.strip() if quoted is None else quoted.replace('""', '"')
        entries[-1].append((part, separator))
        if separator not in ("=", ","):
            entries.append([])
        place = found.end()
    if text.rstrip(" ")[-1:] in ("=", ","):
        entries[-1].append(("", ""))
    return [entry for entry in entries if len(entry) > 1 or (entry and any(entry[0]))]


def _quoted(value: str) -> str:
    plain = value == value.strip() and not any(mark in value for mark in (*_SEPARATORS, '"'))
    return value if plain else '"' + value.replace('"', '""') + '"'
