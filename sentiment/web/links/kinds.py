"""Kinds of query parameters: which values each accepts."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

LONGEST_NAME = 200  # characters
LONGEST_TEXT = 20_000
SHOWN_CHOICES = 6
INTEGER = re.compile(r"-?[0-9]{1,9}")
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,17})?")


@dataclass(frozen=True)
class Kind:
    """A kind of values. `problem` returns what was expected instead of a value, or None."""

    problem: Callable[[str], str | None]
    several: bool = False  # the parameter may be repeated, or be empty
    compare: bool = False  # the widget shows the accepted value as it is in the link


def _unless(accepted: bool, expected: str) -> str | None:
    return None if accepted else expected


def _is_clean(text: str, longest: int, *, lines: bool) -> bool:
    return len(text) <= longest and not any(
        unicodedata.category(letter) in ("Cc", "Cs") and not (lines and letter in "\n\r\t")
        for letter in text
    )


def name() -> Kind:
    """One of a few names that only the page knows; the page reports an unknown one."""
    expected = f"a name of 1 to {LONGEST_NAME} printable characters"
    return Kind(
        lambda value: _unless(
            bool(value.strip()) and _is_clean(value, LONGEST_NAME, lines=False), expected
        ),
        compare=True,
    )


def text(longest: int = LONGEST_TEXT) -> Kind:
    """Free text."""
    expected = f"text of at most {longest:,} characters, without control characters"
    return Kind(lambda value: _unless(_is_clean(value, longest, lines=True), expected))


def pattern(form: str, expected: str) -> Kind:
    """A value that matches a regular expression."""
    return Kind(lambda value: _unless(bool(re.fullmatch(form, value, re.ASCII)), expected))


def integer(low: float, high: float) -> Kind:
    """An integer from low to high."""
    return _number(INTEGER, low, high, f"an integer from {low:,.0f} to {high:,.0f}")


def number(low: float, high: float) -> Kind:
    """A decimal number from low to high."""
    return _number(NUMBER, low, high, f"a number from {low:,g} to {high:,g}")


def _number(form: re.Pattern[str], low: float, high: float, expected: str) -> Kind:
    return Kind(
        lambda value: _unless(
            bool(form.fullmatch(value)) and low <= float(value) <= high, expected
        ),
        compare=True,
    )


def flag() -> Kind:
    """True or false."""
    return choice(lambda: ("true", "false"))


def choice(choices: Callable[[], Iterable[str]]) -> Kind:
    """One of these values, as the link writes them."""

    def problem(value: str) -> str | None:
        accepted = list(choices())
        return _unless(value in accepted, _one_of(accepted))

    return Kind(problem)


def several(one: Kind) -> Kind:
    """Any number of values of a kind."""
    return Kind(one.problem, several=True)


def _one_of(choices: Sequence[str]) -> str:
    if not choices:
        return "nothing: there is none"
    shown = ", ".join(choices[:SHOWN_CHOICES])
    return f"one of {shown}" + (" and others" if len(choices) > SHOWN_CHOICES else "")
