"""Whether the first row of a table has column names, and which columns are categories."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sentiment.corpus.guess import Guess
from sentiment.corpus.label_values import LABEL_PAIRS
from sentiment.corpus.split_column import COLUMN_NAMES, SPLIT_VALUES
from sentiment.corpus.table_columns import LABEL_NAMES, TEXT_NAMES, likely_column
from sentiment.corpus.table_config import NO, YES

Rows = Sequence[Sequence[object]]

TITLES = {YES: "The first row has the column names", NO: "The first row is a review"}
# Names of columns; it is unlikely that a review or a label is one of them.
KNOWN_NAMES = frozenset(
    (
        *TEXT_NAMES,
        *LABEL_NAMES,
        *COLUMN_NAMES,
        *("id", "index", "idx", "nr", "number", "date", "time", "title", "name", "user"),
        *("username", "author", "url", "link", "lang", "language", "product"),
        *("source", "rating", "ratings", "stars", "score", "summary", "helpful"),
        *("verified", "country", "feedback", "emotion", "airline_sentiment"),
    )
)
_LABELS = frozenset(
    (
        *(value for pair in LABEL_PAIRS for value in pair),
        *map(str, range(11)),
        "neutral",
        *SPLIT_VALUES,
    )
)
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_LONG_CHARACTERS, _LONG_WORDS = 60, 10  # of a review; column names are shorter
_MOST_VALUES, _VALUE_CHARACTERS = 12, 30  # of a category


class _Header(NamedTuple):
    present: bool
    certain: bool


def numbered(width: int) -> list[str]:
    """The names of the columns of a table without a header."""
    return [f"column {number}" for number in range(1, width + 1)]


def categories_of(rows: Rows) -> dict[int, frozenset[str]]:
    """Place of a column -> its values in lower case, where there are few and each is repeated."""
    found = {}
    for place in range(min(map(len, rows), default=0)):
        values = Counter(_folded(row[place]) for row in rows)
        few = 1 < len(values) <= min(_MOST_VALUES, len(rows) / 2)
        short = max(map(len, values)) <= _VALUE_CHARACTERS
        if (few and short) or (len(values) > 1 and values.keys() <= _LABELS):
            found[place] = frozenset(values)
    return found


def numeric_places(rows: Rows) -> list[int]:
    """Places of the columns that contain only numbers."""
    return [
        place
        for place in range(min(map(len, rows), default=0))
        if all(_NUMBER.fullmatch(_folded(row[place])) for row in rows)
    ]


def likely_places(rows: Rows) -> tuple[int | None, int | None]:
    """Places of the texts and of the labels by their values; None where several are possible."""
    widths = {len(row) for row in rows}
    if len(widths) != 1:
        return None, None
    width = widths.pop()
    certain = [
        place for place in range(width) if all(_folded(row[place]) in _LABELS for row in rows)
    ]
    labels = certain if len(certain) == 1 else sorted({*certain, *categories_of(rows)})
    words = {
        place: sum(len(_folded(row[place]).split()) for row in rows) / len(rows)
        for place in range(width)
        if place not in labels
    }
    longest = sorted(words, key=lambda place: -words[place])
    clear = len(longest) == 1 or (len(longest) > 1 and words[longest[0]] > 1.5 * words[longest[1]])
    return longest[0] if clear else None, labels[0] if len(labels) == 1 else None


def likely_text_and_label(names: Sequence[str], rows: Rows) -> tuple[int | None, int | None]:
    """Places of the texts and of the labels, by the names of the columns, else by their values.

    rows: the first rows. None where it is not clear, or where both would be the same column.
    """
    text, label = (
        names.index(name)
        if (name := likely_column(names, guesses))
        else (place if place is not None and place < len(names) else None)
        for guesses, place in zip((TEXT_NAMES, LABEL_NAMES), likely_places(rows), strict=True)
    )
    return text, label if label != text else None


def guess_header(rows: Rows, given: str) -> tuple[bool, Guess | None]:
    """Whether the first of `rows` is a header, and the guess if that is not certain.

    given: the setting `header`, which takes precedence.
    """
    if not rows:
        return given != NO, None
    header = _header_of(rows[0], rows[1:])
    if given:
        header = _Header(given == YES, False)
    if header.present and header.certain:
        return True, None
    shown = ", ".join(f"“{_short(value)}”" for value in rows[0][:4])
    sentence = (
        f"The first row is read as the names of the columns: {shown}."
        if header.present
        else f"There is no header: the first row is {shown}. The columns are numbered."
    )
    return header.present, Guess("header", YES if header.present else NO, sentence, TITLES)


def _header_of(first: Sequence[object], rest: Rows) -> _Header:
    cells = [_folded(cell) for cell in first]
    below = [
        [_folded(row[place]) for row in rest if place < len(row)] for place in range(len(cells))
    ]
    repeated = any(
        values.count(cell) > max(1, len(values) / 20)
        for cell, values in zip(cells, below, strict=True)
        if cell
    )
    if not repeated and any(cell.lstrip("# ") in KNOWN_NAMES for cell in cells):
        return _Header(True, True)
    if _is_range(cells) and any(not _all_numbers(values) for values in below):
        return _Header(True, True)  # pandas writes such names where a table has none
    labels = _categories(rest)
    as_data = any(
        cell in labels.get(place, ()) or (cell in _LABELS and (place in labels or len(rest) < 5))
        for place, cell in enumerate(cells)
    )
    long = any(len(cell) > _LONG_CHARACTERS or len(cell.split()) > _LONG_WORDS for cell in cells)
    numbers = any(
        _NUMBER.fullmatch(cell) and _all_numbers(values)
        for cell, values in zip(cells, below, strict=True)
    )
    differs = any(
        (place in labels or _all_numbers(below[place])) and cell and not _NUMBER.fullmatch(cell)
        for place, cell in enumerate(cells)
    )
    if repeated or as_data or numbers or (long and not differs):
        return _Header(False, False)
    return _Header(True, differs and not long)


def _categories(rows: Rows) -> Mapping[int, frozenset[str]]:
    widths = Counter(map(len, rows))
    width = widths.most_common(1)[0][0] if widths else 0
    return categories_of([row for row in rows if len(row) == width])


def _is_range(cells: Sequence[str]) -> bool:
    names = cells[1:] if cells and not cells[0] else cells  # the first is the index
    return len(names) > 1 and list(names) == [str(number) for number in range(len(names))]


def _all_numbers(values: Sequence[str]) -> bool:
    given = [value for value in values if value]
    numbers = sum(bool(_NUMBER.fullmatch(value)) for value in given)
    return bool(given) and numbers >= 0.9 * len(given)


def _folded(value: object) -> str:
    return "" if value is None else str(value).strip().casefold()


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 40 else text[:40] + "…"
