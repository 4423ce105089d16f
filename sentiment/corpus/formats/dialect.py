"""How delimited text is written: delimiter, quotes, header and lines before the header.

Everything is decided on the first part of the file, by reading it in each way that is possible and
comparing the rows.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from sentiment.corpus.formats.header import (
    KNOWN_NAMES,
    categories_of,
    guess_header,
    numbered,
    numeric_places,
)
from sentiment.corpus.formats.quoting import (
    INNER_LINE_END,
    MAX_RECORD_BYTES,
    Records,
    without_lone_cr,
)
from sentiment.corpus.guess import Guess
from sentiment.corpus.table_config import BACKSLASH, NO, TAB, YES, TableConfig, named
from sentiment.corpus.text_files import ends_with_cr
from sentiment.errors import CorpusError

MAX_COLUMNS = 2_000
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}
_RARE = "@^~\x01\x1f"  # accepted where every row agrees
QUOTES = {
    YES: "Quotes enclose values",
    NO: "Quotes are part of the text",
    BACKSLASH: 'Quotes enclose values; \\" is a quote within',
}
_SEPARATOR_LINE = re.compile(rb"sep=([^\w\s]|\t)[ \t]*(\r\n?|\n)", re.IGNORECASE)
_BLANK_LINES = re.compile(rb"[\r\n]*")
_COMMENT_LINES = re.compile(rb"(?:#[^\r\n]*(?:\r\n?|\n)+)+")
_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_LEAST_SHARE = 0.5  # of rows with the same number of values, in a file with the suffix of a table
_LEAST_SHARE_OF_TEXT = 0.95  # in other files, which may be prose

csv.field_size_limit(2 * MAX_RECORD_BYTES)


@dataclass(frozen=True)
class Dialect:
    """How to read a file of delimited text."""

    delimiter: str
    quotes: str  # YES, NO or BACKSLASH
    header: bool
    names: tuple[str, ...]
    start: int  # bytes before the first row of data
    cr: bool = False  # lines end with CR alone
    trusted: bool = False  # values with a line end do not hold rows
    categories: Mapping[int, frozenset[bytes]] = field(default_factory=dict)
    guesses: tuple[Guess, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()  # the first rows of data


@dataclass(frozen=True)
class _Reading:
    """The first part of a file, read with one delimiter and one rule for quotes."""

    delimiter: str
    quotes: str
    rows: list[list[str]]
    unreadable: int = 0  # lines that cannot be read with these quotes
    spanning: int = 0  # values with a line end
    trusted: bool = False  # values with a line end do not hold rows

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

    @property
    def quality(self) -> tuple[int, float]:
        return -self.unreadable, self.share

    @cached_property
    def categories(self) -> dict[int, frozenset[str]]:
        return categories_of(self.regular[1:])  # the first may be a header


def dialect_of(
    path: Path, start: bytes, table: TableConfig, *, commas: bool, prose: bool
) -> Dialect | None:
    """The dialect of a file, from its first complete lines in UTF-8.

    commas: these are likely, not tabs. prose: the file may be plain text; None unless its lines are
    clearly rows.
    Raises CorpusError.
    """
    cr = ends_with_cr(start)
    # As `Records` does; the length stays the same.
    start = start.replace(b"\n", INNER_LINE_END) if cr else without_lone_cr(start)
    blank = _BLANK_LINES.match(start)
    assert blank
    begin = blank.end()
    delimiter = "\t" if table.delimiter == TAB else table.delimiter
    if separator := _SEPARATOR_LINE.match(start, begin):
        begin, delimiter = separator.end(), delimiter or separator[1].decode()
    comments = _COMMENT_LINES.match(start, begin)
    first = comments.end() if comments and comments.end() < len(start) else begin
    reading, rivals = _best_reading(start[first:], delimiter, table, commas)
    least = _LEAST_SHARE_OF_TEXT if prose else _LEAST_SHARE
    if not delimiter and not _is_table(reading, least, prose):
        if prose:
            return None
        reading = _readings(start[first:], reading.delimiter, table)[0]
    if reading.width > MAX_COLUMNS:
        raise CorpusError(
            f"{path} has {reading.width:,} columns, more than {MAX_COLUMNS:,}. Check "
            f"{named('delimiter')}, and keep only the columns of texts and labels."
        )
    if comments and first > begin:
        first, reading = _without_header_in_comments(start, comments.group(), first, reading, table)
    return replace(_with_header(start, first, reading, rivals, table), cr=cr)


def _is_table(reading: _Reading, least: float, prose: bool) -> bool:
    if reading.width < 2:
        return False
    if _known_names(reading.rows[0]) > 1:
        return True
    certain = reading.delimiter == "\t" or bool(reading.categories) or len(reading.rows) < 4
    return reading.share >= least and (certain or not prose)


def _best_reading(
    text: bytes, given: str, table: TableConfig, commas: bool
) -> tuple[_Reading, list[_Reading]]:
    """The most regular reading, and readings with other rules for quotes."""
    order = given or "".join(DELIMITERS)
    if not given and not commas:
        order = "\t" + order.replace("\t", "") + _RARE
    found = [
        readings
        for delimiter in order
        if delimiter == order[0] or delimiter.encode() in text
        for readings in [_readings(text, delimiter, table)]
        if delimiter not in _RARE or (readings[0].share > 0.98 and readings[0].categories)
    ]
    best = max(found, key=lambda readings: _score(readings[0]))
    return best[0], best[1:]


def _score(reading: _Reading) -> float:
    if reading.width < 2:
        return 0.0
    return reading.share + _known_names(reading.rows[0]) / 2 + 0.2 * bool(reading.categories)


def _known_names(row: Sequence[str]) -> int:
    return min(2, sum(value.strip().casefold() in KNOWN_NAMES for value in row))


def _readings(text: bytes, delimiter: str, table: TableConfig) -> list[_Reading]:
    """Readings with each rule for quotes that is possible, the best first."""
    if table.quotes:
        return [_read(text, delimiter, table.quotes)]
    enclosing = _read(text, delimiter, YES)
    if b'\\"' in text:
        escaped = _read(text, delimiter, BACKSLASH)
        if escaped.quality > enclosing.quality or (
            escaped.quality == enclosing.quality and not _has_other_inner_quotes(text, delimiter)
        ):
            enclosing = escaped
    if not enclosing.unreadable:
        return [enclosing]
    plain = _read(text, delimiter, NO)
    loose = plain.share >= enclosing.share and not _encloses(plain, enclosing)
    return [plain, enclosing] if loose else [enclosing, plain]


def _has_other_inner_quotes(text: bytes, delimiter: str) -> bool:
    """Whether values have quotes that no backslash escapes."""
    mark = re.escape(delimiter.encode())
    rest = re.sub(rb"\\.", b"", text)
    return bool(re.search(rb'(?<![%b\r\n])(?<!\A)"(?![%b\r\n]|\Z)' % (mark, mark), rest))


def _encloses(plain: _Reading, enclosing: _Reading) -> bool:
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


def _read(text: bytes, delimiter: str, quotes: str) -> _Reading:
    if quotes == NO:
        lines = _LINES.findall(text.decode(errors="surrogateescape"))
        plain = [line.rstrip("\r\n").split(delimiter) for line in lines if line.strip("\r\n")]
        return _Reading(delimiter, quotes, plain)
    reading = _parsed(text, delimiter, quotes, 0, {})
    if not reading.spanning:
        return reading
    searched = _parsed(text, delimiter, quotes, reading.width, _values_of_categories(reading))
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
) -> _Reading:
    records = Records(
        io.BytesIO(text),
        delimiter,
        quotes,
        width=width,
        categories=categories,
        cr=b"\n" not in text,
    )
    lines = _LINES.findall(io.BufferedReader(records).read().decode(errors="surrogateescape"))
    rows = csv.reader(
        lines,
        delimiter=delimiter,
        escapechar="\\" if quotes == BACKSLASH else None,
        doublequote=quotes != BACKSLASH,
    )
    dropped = records.placeholder.decode().split(delimiter)
    read = [row for row in rows if row and row != dropped]
    return _Reading(delimiter, quotes, read, len(records.reasons), records.spanning)


def _values_of_categories(reading: _Reading) -> dict[int, frozenset[bytes]]:
    """Place of a column -> its values; of numbers none, because others may follow."""
    rows = reading.regular[1:]
    values = {
        place: frozenset(row[place].encode(errors="surrogateescape") for row in rows)
        for place in reading.categories
    }
    return dict.fromkeys(numeric_places(rows), frozenset[bytes]()) | values


def _without_header_in_comments(
    start: bytes, comments: bytes, first: int, reading: _Reading, table: TableConfig
) -> tuple[int, _Reading]:
    """The place of the first row: a comment with as many values as a row is the header."""
    lines = [line for line in re.findall(rb"[^\r\n]*(?:\r\n?|\n)", comments) if line.strip()]
    header = _read(lines[-1], reading.delimiter, reading.quotes).rows
    if reading.width < 2 or not header or len(header[0]) != reading.width:
        return first, reading
    first -= len(comments) - comments.rindex(lines[-1])
    return first, _read(start[first:], reading.delimiter, reading.quotes)


def _with_header(
    start: bytes, first: int, reading: _Reading, rivals: list[_Reading], table: TableConfig
) -> Dialect:
    present, guess = guess_header(reading.rows)
    header = table.header == YES if table.header else present
    names = tuple(numbered(reading.width))
    data = reading.rows
    if header and data:
        first = _after_record(start, first, reading)
        head, data = data[0], data[1:]
        names = tuple(head) if not head[0].startswith("#") else (head[0].lstrip("# "), *head[1:])
        if _has_row_names(head, data):
            names = ("row names", *names)
    return Dialect(
        delimiter=reading.delimiter,
        quotes=reading.quotes,
        header=header,
        names=names,
        start=first,
        trusted=reading.trusted,
        categories=_values_of_categories(reading),
        guesses=tuple(
            filter(None, (guess, _delimiter_guess(reading), _quotes_guess(reading, rivals)))
        ),
        sample=tuple(map(tuple, data)),
    )


def _has_row_names(head: Sequence[str], data: Sequence[Sequence[str]]) -> bool:
    """Whether rows begin with their number, for which the header has no name, as R writes them."""
    numbers = [row[0] for row in data[:20]]
    first = numbers[0] if numbers else ""
    return (
        all(len(row) == len(head) + 1 for row in data[:20])
        and first in ("0", "1")
        and numbers == [str(int(first) + place) for place in range(len(numbers))]
    )


def _after_record(start: bytes, first: int, reading: _Reading) -> int:
    """The place after the record at `first`, which may span lines."""
    header, lines = "", _LINES.findall(start[first:].decode(errors="surrogateescape"))
    for line in lines:
        header += line
        rows = _read(header.encode(errors="surrogateescape"), reading.delimiter, reading.quotes)
        if rows.rows and rows.rows[0] == reading.rows[0]:
            break
    return first + len(header.encode(errors="surrogateescape"))


def _delimiter_guess(reading: _Reading) -> Guess | None:
    if reading.width > 1 and reading.share >= 0.9:
        return None
    shown = DELIMITERS.get(reading.delimiter, repr(reading.delimiter))
    titles = DELIMITERS | {reading.delimiter: shown}
    return Guess(
        "delimiter",
        TAB if reading.delimiter == "\t" else reading.delimiter,
        f"{shown} is taken as the delimiter; {reading.share:.0%} of the first rows then have "
        f"{reading.width:,} columns.",
        {TAB if char == "\t" else char: title for char, title in titles.items()},
    )


def _quotes_guess(reading: _Reading, rivals: list[_Reading]) -> Guess | None:
    loose = max([reading.unreadable, *(rival.unreadable for rival in rivals)])
    if not loose and reading.quotes == YES:
        return None
    sentence = {
        YES: f"Quotes are taken to enclose values; {loose:,} of the first rows contradict this.",
        NO: f"Quotes are read as part of the text: in {loose:,} of the first rows they do not "
        "enclose a value.",
        BACKSLASH: 'Quotes enclose values, and \\" is read as a quote within a value.',
    }[reading.quotes]
    return Guess("quotes", reading.quotes, sentence, QUOTES)
