"""Numbers and names in sentences."""

import itertools
import unicodedata
from collections.abc import Iterable, Mapping


def counted(number: int, noun: str) -> str:
    """The number with its noun: "1 word", "2 words", "1,000 words"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def signed(value: float, spec: str) -> str:
    """The number with its sign, a real minus: "+1.5", "−0.3". spec: such as ".1f"."""
    return f"{value:+z{spec}}".replace("-", "\u2212")  # z: not "−0.0"


def percentage_points(change: float, digits: int = 1) -> str:
    """The change of a share in percentage points: "+1.5 pp"."""
    return f"{signed(100 * change, f'.{digits}f')} pp"


def first_few(names: Iterable[str], count: int, most: int) -> str:
    """At most `most` of `count` names, and the number of the others: "a, b and 3 more"."""
    shown = ", ".join(itertools.islice(names, most))
    return f"{shown} and {count - most:,} more" if count > most else shown


def counts_by_name(counts: Mapping[str, int]) -> str:
    """Counts of classes or other names, which may be numbers: "1 (4,546), 2 (2,042)"."""
    return ", ".join(f"{name} ({count:,})" for name, count in counts.items())


LONGEST_IN_TITLE = 16  # characters of a name in the title of an axis, which is read upward


def both_ends(name: str, most: int = LONGEST_IN_TITLE) -> str:
    """A name of at most `most` characters: both ends of a longer one, as names differ in either."""
    half = (most - 1) // 2
    return name if len(name) <= most else f"{name[: most - 1 - half]}…{name[-half:]}"


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>()#+!|$~:"})


def escaped(text: str) -> str:
    """Text of a user, such as the name of a class, as Markdown that shows these characters."""
    shown = text.translate(_MARKS)
    return f"{_ISOLATE}{shown}{_END}" if any(map(_right_to_left, text)) else shown


# Else a number after a name in Hebrew or Arabic would be drawn before it.
_ISOLATE, _END = "\u2068", "\u2069"


def _right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")
