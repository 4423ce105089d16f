"""Choices of a campaign, drawn by hypothesis: failing inputs are reproduced and minimized."""

import copy
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

Value = TypeVar("Value")
# Texts at which readers have stumbled, here or elsewhere.
ODD_TEXTS = (
    *("", " ", "\0", "\ud800", "\u0301" * 40, "\u202e", "\ufeff", "\u2028", "\x1f", "%00", "\\"),
    *("nan", "NaN", "inf", "1e999", "-0", "9" * 30, "1_000", "٣", "None", "null", "true"),
    *("../../etc/passwd", "/", "~", "C:\\x", "a\nb", "<script>alert(1)</script>", "=1+1", "{}"),
    *(
        '"',
        "'",
        "`",
        "$(id)",
        "%s%n",
        "👩‍👩‍👧",
        "ﷺ" * 20,
        "İ",
        "ß",
        "a" * 5_000,
        "*" * 200,
        "[" * 200,
    ),
)
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**31, 2**63, 10**400, 0.5, -1e300, float("nan"), float("inf")),
    *([], [[]], [None], {}, {"": None}, {"a": {"b": []}}, *ODD_TEXTS[:12]),
)


class Choices:
    """The choices of one input."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        value: int = self._draw(st.integers(low, high))
        return value

    def flag(self) -> bool:
        return bool(self.integer(0, 1))

    def one_of(self, values: Sequence[Value]) -> Value:
        return values[self.integer(0, len(values) - 1)]

    def text(self) -> str:
        """Any text, or an odd one."""
        if self.flag():
            return self.one_of(ODD_TEXTS)
        text: str = self._draw(st.text(st.characters(), max_size=30))
        return text

    def value(self) -> Any:
        """Any JSON value, or an odd one."""
        return copy.deepcopy(self.one_of(ODD_VALUES)) if self.integer(0, 3) else self.text()
