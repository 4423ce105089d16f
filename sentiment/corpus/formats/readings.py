"""Readings of the first rows of delimited text, one per delimiter and rule for quotes.

The most regular reading is the most likely one.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sentiment.corpus import limits
from sentiment.corpus.formats.header import KNOWN_NAMES, categories_of, numeric_places
from sentiment.corpus.formats.quoting import Records
from sentiment.corpus.table_config import BACKSLASH, NO, YES, TableConfig

DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}
_RARE = "@^~\x01\x1f"  # accepted where every row agrees
LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")

csv.field_size_limit(2 * limits.LIMITS.row_bytes)


@dataclass(frozen=True)
class Reading:
    """The first part of a file, read with one delimiter and one rule for quotes."""

    delimiter: str
    quotes: str
    rows: list[list[str]]
    unreadable: int = 0  # lines that cannot be read with these quotes
    spanning: int = 0  # values with a line end
    trusted: bool = False  # values with a line end do not hold rows
    spaced: bool = False  # spaces before quotes are removed

    @cached_property
    def width(self) -> int:
        """The most frequent number of values; that of the first row in a tie."""
        counts = Counter(map(len, self.rows))
        return max(counts, key=lambda width: counts[width]) if counts else 0

    @cached_property
    def regular(self) -> list[list[str]]:
        return [row for row in self.rows if len(row) == self.width]

    @property
    def share(self) -> float:
        return len(self.regular) / ((len(self.rows) + self.unreadable) or 1)

    def again(self, text: bytes) -> "Reading":
        """Another part of the file, read by the same rules."""
        return read(text, self.delimiter, self.quotes, spaced=self.spaced)

    @property
    def quality(self) -> tuple[int, float]:
        return -self.unreadable, self.share

    @cached_property
    def categories(self) -> dict[int, frozenset[str]]:
        if self.width > limits.LIMITS.columns:
            return {}
        return categories_of(self.regular[1:])  # the first may be a header


def best_reading(
    text: bytes, given: str, table: TableConfig, commas: bool
) -> tuple[Reading, list[Reading]]:
    """The most regular reading, and readings with other rules for quotes."""
    order = given or "".join(DELIMITERS)
    if not given and not commas:
        order = "\t" + order.replace("\t", "") + _RARE
    found = [
        readings
        for delimiter in order
        if delimiter == order[0] or delimiter.encode() in text
        for readings in [readings_with(text, delimiter, table)]
        if delimiter not in _RARE or (readings[0].share > 0.98 and readings[0].categories)
    ]
    best = max(found, key=lambda readings: _score(readings[0]))
    return best[0], best[1:]


def _score(reading: Reading) -> float:
    if reading.width < 2:
        return 0.0
    return reading.share + known_names(reading.rows[0]) / 2 + 0.2 * bool(reading.categories)


def known_names(row: Sequence[str]) -> int:
    return min(2, sum(value.strip().casefold() in KNOWN_NAMES for value in row))


def readings_with(text: bytes, delimiter: str, table: TableConfig) -> list[Reading]:
    """Readings with each rule for quotes that is possible, the best first."""
    if table.quotes:
        return [read(text, delimiter, table.quotes)]
    enclosing = read(text, delimiter, YES)
    if re.search(rb'%b +"' % re.escape(delimiter.encode()), text):
        spaced = read(text, delimiter, YES, spaced=True)
        if spaced.quality > enclosing.quality or (
            spaced.quality == enclosing.quality and _has_quotes_after_spaces(enclosing)
        ):
            enclosing = spaced
    if b'\\"' in text:
        escaped = read(text, delimiter, BACKSLASH)
        if escaped.quality > enclosing.quality or (
            escaped.quality == enclosing.quality
            # Otherwise the backslash is the last character of a value.
            and any('"' in value for row in escaped.rows for value in row)
            and not _has_other_inner_quotes(text, delimiter)
        ):
            enclosing = escaped
    if not enclosing.unreadable:
        return [enclosing]
    plain = read(text, delimiter, NO)
    loose = plain.share >= enclosing.share and not _encloses(plain, enclosing)
    return [plain, enclosing] if loose else [enclosing, plain]


def _has_other_inner_quotes(text: bytes, delimiter: str) -> bool:
    """Whether values have quotes that no backslash escapes."""
    mark = re.escape(delimiter.encode())
    rest = re.sub(rb"\\.", b"", text)
    return bool(re.search(rb'(?<![%b\r\n])(?<!\A)"(?![%b\r\n]|\Z)' % (mark, mark), rest))


def _has_quotes_after_spaces(reading: Reading) -> bool:
    return any(
        value.startswith(" ") and value.lstrip(" ")[:1] == value[-1] == '"'
        for row in reading.rows
        for value in row
    )


def _encloses(plain: Reading, enclosing: Reading) -> bool:
    """Whether quotes enclose most values, or values that need them, more often than not."""
    enclosed = [
        value
        for row in plain.rows
        for value in row
        if len(value) > 1 and value[0] == value[-1] == '"'
    ]
    doubled = sum('""' in value[1:-1] for value in enclosed)
    return (
        len(enclosed) > len(plain.rows) / 2 or doubled + enclosing.spanning > enclosing.unreadable
    )


def read(text: bytes, delimiter: str, quotes: str, *, spaced: bool = False) -> Reading:
    if quotes == NO:
        lines = LINES.findall(text.decode(errors="surrogateescape"))
        plain = [line.rstrip("\r\n").split(delimiter) for line in lines if line.strip("\r\n")]
        return Reading(delimiter, quotes, plain)
    reading = _parsed(text, delimiter, quotes, 0, {}, spaced)
    if not reading.spanning or reading.width > limits.LIMITS.columns:
        return reading
    searched = _parsed(
        text, delimiter, quotes, reading.width, values_of_categories(reading), spaced
    )
    swallowed = searched.unreadable - reading.unreadable
    if not reading.unreadable and swallowed <= searched.spanning:
        # Texts with line ends may look like rows by chance, but not most of them.
        return replace(reading, trusted=True)
    return searched


def _parsed(
    text: bytes,
    delimiter: str,
    quotes: str,
    width: int,
    categories: Mapping[int, frozenset[bytes]],
    spaced: bool,
) -> Reading:
    records = Records(
        io.BytesIO(text),
        delimiter,
        quotes,
        width=width,
        categories=categories,
        spaced=spaced,
        cr=b"\n" not in text,
    )
    lines = LINES.findall(io.BufferedReader(records).read().decode(errors="surrogateescape"))
    rows = csv.reader(
        lines,
        delimiter=delimiter,
        escapechar="\\" if quotes == BACKSLASH else None,
        doublequote=quotes != BACKSLASH,
    )
    dropped = records.placeholder.decode().split(delimiter)
    read = [row for row in rows if row and row != dropped]
    return Reading(delimiter, quotes, read, len(records.reasons), records.spanning, spaced=spaced)


def values_of_categories(reading: Reading) -> dict[int, frozenset[bytes]]:
    """Place of a column -> its values; of numbers none, because others may follow."""
    rows = reading.regular[1:]
    values = {
        place: frozenset(row[place].encode(errors="surrogateescape") for row in rows)
        for place in reading.categories
    }
    return dict.fromkeys(numeric_places(rows), frozenset[bytes]()) | values
