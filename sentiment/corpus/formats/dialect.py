"""Dialect of delimited text: delimiter, quotes, header and lines before the header.

It is guessed from the first part of the file, which is read in each possible way; the rows are
then compared.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sentiment.corpus.formats.header import guess_header, numbered
from sentiment.corpus.formats.opened import check_columns
from sentiment.corpus.formats.quoting import INNER_LINE_END, without_lone_cr
from sentiment.corpus.formats.readings import (
    DELIMITERS,
    LINES,
    Reading,
    best_reading,
    known_names,
    readings_with,
    values_of_categories,
)
from sentiment.corpus.guess import Guess
from sentiment.corpus.table_config import BACKSLASH, NO, TAB, YES, TableConfig, named
from sentiment.corpus.text_files import ends_with_cr
from sentiment.wording import counted

QUOTES = {
    YES: "Quotes enclose values",
    NO: "Quotes are part of the text",
    BACKSLASH: 'Quotes enclose values; \\" is a quote within',
}
_SEPARATOR_LINE = re.compile(rb"sep=([^\w\s]|\t)[ \t]*(\r\n?|\n)", re.IGNORECASE)
_BLANK_LINES = re.compile(rb"[\r\n]*")
_COMMENT_LINES = re.compile(rb"(?:#[^\r\n]*(?:\r\n?|\n)+)+")
_MOST_COMMENTS = 1_000  # the last ones, which may be rows
_LEAST_SHARE = 0.5  # of rows with the same number of values, in a file with the suffix of a table
_LEAST_SHARE_OF_TEXT = 0.95  # in other files, which may be prose


@dataclass(frozen=True)
class Dialect:
    """Rules for reading a file of delimited text."""

    delimiter: str
    quotes: str  # YES, NO or BACKSLASH
    header: bool
    names: tuple[str, ...]
    start: int  # bytes before the first row of data
    cr: bool = False  # lines end with CR alone
    trusted: bool = False  # values with a line end do not hold rows
    spaced: bool = False  # spaces stand between a delimiter and a quote
    categories: Mapping[int, frozenset[bytes]] = field(default_factory=dict)
    guesses: tuple[Guess, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()  # the first rows of data


def dialect_of(
    path: Path, start: bytes, table: TableConfig, *, commas: bool, prose: bool
) -> Dialect | None:
    """The dialect of a file, from its first complete lines in UTF-8.

    commas: prefer commas to tabs as the delimiter. prose: the file may be plain text; None unless
    its lines are clearly rows. Raises CorpusError.
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
    reading, rivals = best_reading(start[first:], delimiter, table, commas)
    least = _LEAST_SHARE_OF_TEXT if prose else _LEAST_SHARE
    if not delimiter and not _is_table(reading, least, prose):
        if prose:
            return None
        reading = readings_with(start[first:], reading.delimiter, table)[0]
    remedy = f"Check {named('delimiter')}, and keep only the columns of texts and labels."
    check_columns(path, reading.width, remedy)
    if comments and first > begin:
        rows = _rows_in_comments(comments.group(), reading)
        if rows:
            first -= rows
            reading, *rivals = readings_with(start[first:], reading.delimiter, table)
    return replace(_with_header(start, first, reading, rivals, table), cr=cr)


def _is_table(reading: Reading, least: float, prose: bool) -> bool:
    if reading.width < 2:
        return False
    if known_names(reading.rows[0]) > 1:
        return True
    certain = reading.delimiter == "\t" or bool(reading.categories) or len(reading.rows) < 4
    return reading.share >= least and (certain or not prose)


def _rows_in_comments(comments: bytes, reading: Reading) -> int:
    """The length in bytes of the last comment lines that have as many values as a row.

    Such lines are rows: a header behind a hash, or reviews that begin with a hashtag. If a header
    follows, they are comments.
    """
    if reading.width < 2 or known_names(reading.rows[0]):
        return 0
    lines = re.findall(rb"[^\r\n]*(?:\r\n?|\n)", comments)
    length = 0
    for line in reversed(lines[-_MOST_COMMENTS:]):
        rows = reading.again(line).rows
        if rows and len(rows[0]) != reading.width:
            break
        length += len(line)
    return length


def _with_header(
    start: bytes, first: int, reading: Reading, rivals: list[Reading], table: TableConfig
) -> Dialect:
    header, guess = guess_header(reading.rows, table.header)
    names = tuple(numbered(reading.width))
    data = reading.rows
    if header and data:
        first = _after_record(start, first, reading)
        head, data = data[0], data[1:]
        names = (head[0].lstrip("# "), *(name.strip() for name in head[1:]))
        if _has_row_names(head, data):
            names = ("row names", *names)
        elif _has_empty_ends(head, data):
            names += tuple(numbered(reading.width)[len(head) :])
    return Dialect(
        delimiter=reading.delimiter,
        quotes=reading.quotes,
        header=header,
        names=names,
        start=first,
        trusted=reading.trusted,
        spaced=reading.spaced,
        categories=values_of_categories(reading),
        guesses=tuple(
            filter(
                None,
                (guess, _delimiter_guess(reading, table), _quotes_guess(reading, rivals, table)),
            )
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


def _has_empty_ends(head: Sequence[str], data: Sequence[Sequence[str]]) -> bool:
    """Whether all rows are longer than the header, by delimiters with nothing after them."""
    return bool(data) and all(
        len(row) == len(data[0]) > len(head) and not any(row[len(head) :]) for row in data
    )


def _after_record(start: bytes, first: int, reading: Reading) -> int:
    """The place after the record at `first`, which may span lines."""
    lines = LINES.findall(start[first:].decode(errors="surrogateescape"))

    def joined(count: int) -> bytes:
        return "".join(lines[:count]).encode(errors="surrogateescape")

    def complete(count: int) -> bool:
        rows = reading.again(joined(count)).rows
        return bool(rows) and rows[0] == reading.rows[0]

    enough = 1
    while enough < len(lines) and not complete(enough):
        enough *= 2
    possible = range(enough // 2 + 1, min(enough, len(lines)))
    count = possible.start + bisect_left(possible, True, key=complete)
    return first + len(joined(count))


def _delimiter_guess(reading: Reading, table: TableConfig) -> Guess | None:
    if reading.width > 1 and reading.share >= 0.9 and not table.delimiter:
        return None
    shown = DELIMITERS.get(reading.delimiter, repr(reading.delimiter))
    titles = DELIMITERS | {reading.delimiter: shown}
    return Guess(
        "delimiter",
        TAB if reading.delimiter == "\t" else reading.delimiter,
        f"{shown} is taken as the delimiter; {reading.share:.0%} of the first rows then have "
        f"{counted(reading.width, 'column')}.",
        {TAB if char == "\t" else char: title for char, title in titles.items()},
    )


def _quotes_guess(reading: Reading, rivals: list[Reading], table: TableConfig) -> Guess | None:
    loose = max([reading.unreadable, *(rival.unreadable for rival in rivals)])
    if not loose and reading.quotes == YES and not table.quotes:
        return None
    sentence = {
        YES: f"Quotes are read as enclosing values; {loose:,} of the first rows contradict this.",
        NO: "Quotes are read as part of the text"
        + (f": in {loose:,} of the first rows they do not enclose a value." if loose else "."),
        BACKSLASH: 'Quotes enclose values, and \\" is read as a quote within a value.',
    }[reading.quotes]
    return Guess("quotes", reading.quotes, sentence, QUOTES)
