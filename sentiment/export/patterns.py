"""Translation of Python's regular expressions to JavaScript.

`\\w`, `\\d` and `\\s` follow Python's version of Unicode: a page replaces them with the sets of
`character_classes`. JavaScript has no possessive repeats and atomic groups; a lookahead with a
back-reference is equivalent.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

FLAGS = "gv"  # of every pattern; v: sets in sets, and code points instead of UTF-16 units
_CLASSES = {"WORD": "\\w", "DIGIT": "\\d", "SPACE": "\\s"}
# Unicode assigns nothing beyond, apart from private use. A shorter loop, because it is slow.
ASSIGNED = range(0xE1000)
_BOUNDARY = "(?:(?<=\\w)(?!\\w)|(?<!\\w)(?=\\w))"


def javascript_pattern(pattern: re.Pattern[str]) -> tuple[str, str]:
    """Source and flags in JavaScript. A group keeps its name; group n without a name is `gn`.

    Raises ValueError for syntax that no tokenizer uses.
    """
    names = {number: name for name, number in pattern.groupindex.items()}
    ignore_case = bool(pattern.flags & re.IGNORECASE)
    source = _Translation(names).sequence(_parser.parse(pattern.pattern, pattern.flags))
    return source, FLAGS + "i" * ignore_case


@cache
def character_classes() -> dict[str, str]:
    """`\\w`, `\\d` and `\\s` -> the equivalent set in JavaScript."""
    return {name: character_set(re.compile(name).match) for name in _CLASSES.values()}


def character_set(belongs: Callable[[str], Any]) -> str:
    """The characters for which `belongs` is true, as a set in JavaScript."""
    codes = (code for code in ASSIGNED if belongs(chr(code)))
    return f"[{''.join(_range(first, last) for first, last in ranges(codes))}]"


def ranges(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last number of each run of consecutive numbers."""
    for _, group in itertools.groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        run = [code for _, code in group]
        yield run[0], run[-1]


class _Translation:
    def __init__(self, names: dict[int, str]):
        self.names, self.atoms = names, 0

    def sequence(self, nodes: Any) -> str:
        return "".join(self.node(str(kind), value) for kind, value in nodes)

    def node(self, kind: str, value: Any) -> str:
        match kind, value:
            case "LITERAL", code:
                return _escaped(code)
            case "NOT_LITERAL", code:
                return f"[^{_escaped(code)}]"
            case "ANY", _:
                return "[^\\n]"
            case "IN", members:
                return _set(members)
            case "BRANCH", (_, branches):
                return f"(?:{'|'.join(map(self.sequence, branches))})"
            case "SUBPATTERN", (None, 0, 0, content):
                return f"(?:{self.sequence(content)})"
            case "SUBPATTERN", (number, 0, 0, content):
                return f"(?<{self.names.get(number, f'g{number}')}>{self.sequence(content)})"
            case "ATOMIC_GROUP", content:
                return self.atomic(self.sequence(content))
            case "MAX_REPEAT", (low, high, content):
                return self.repeat(low, high, content)
            case "POSSESSIVE_REPEAT", (low, high, content):
                return self.atomic(self.repeat(low, high, content))
            case (("ASSERT" | "ASSERT_NOT"), (direction, content)):
                sign = ("<" if direction < 0 else "") + ("=" if kind == "ASSERT" else "!")
                return f"(?{sign}{self.sequence(content)})"
            case "AT", _constants.AT_BOUNDARY:
                return _BOUNDARY
        raise ValueError(f"{kind} {value!r} of a pattern has no translation")

    def repeat(self, low: int, high: Any, content: Any) -> str:
        most = "" if high is _constants.MAXREPEAT else high
        return f"(?:{self.sequence(content)}){{{low},{most}}}"

    def atomic(self, source: str) -> str:
        self.atoms += 1
        return f"(?=(?<a{self.atoms}>{source}))\\k<a{self.atoms}>"


def _set(members: Any) -> str:
    codes: set[int] = set()
    parts, sign = [], ""
    for kind, value in members:
        match str(kind), value:
            case "NEGATE", _:
                sign = "^"
            case "LITERAL", code:
                codes.add(code)
            case "RANGE", (first, last):
                parts.append(_range(first, last))
            case "CATEGORY", category:
                name = str(category).removeprefix("CATEGORY_")
                known = _CLASSES[name.removeprefix("NOT_")]
                parts.append(f"[^{known}]" if name.startswith("NOT_") else known)
    parts += [_range(first, last) for first, last in ranges(sorted(codes))]
    return f"[{sign}{''.join(parts)}]"


def _range(first: int, last: int) -> str:
    return _escaped(first) if first == last else f"{_escaped(first)}-{_escaped(last)}"


def _escaped(code: int) -> str:
    character = chr(code)
    return character if character.isascii() and character.isalnum() else f"\\u{{{code:x}}}"
