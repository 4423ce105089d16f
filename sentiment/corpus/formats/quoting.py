"""Records of delimited text whose quotes cannot be trusted.

A quote that begins a value and is never closed makes the next rows part of that value, and CSV
readers do not report it. `Records` finds such quotes before the reader does. It replaces the line
by a row with a wrong number of values, which the reader rejects; the following rows stay rows.
"""

import io
import re
from collections import deque
from collections.abc import Collection, Mapping
from typing import IO, Any

from sentiment.corpus import limits
from sentiment.corpus.table_config import BACKSLASH, NO
from sentiment.errors import CorpusError

_CHUNK_BYTES = 1 << 20
_BYTES_OF_A_LOOK = 50  # at least, per quote examined; texts with line ends are longer
# In place of a CR or LF that does not end a line; pyarrow takes both for line ends.
INNER_LINE_END = b"\x02"
_LONE_CR = re.compile(rb"\r(?!\n)")
_LINE_END = re.compile(rb"\r\n?|\n")
_NUMBER = re.compile(rb"[+-]?\d+([.,]\d+)?")
_ESCAPED = re.compile(rb'(\\["\\])|\\')

UNCLOSED = "a quote begins a value and does not enclose it"
SWALLOWS = "a quote begins a value and is closed in another row"
TOO_LONG = "the row has more than {:,} bytes; check for an unclosed quote"


class Records(io.RawIOBase):
    """The bytes of delimited text, with `placeholder` for each line that cannot be read.

    quotes: yes, no or backslash, as in `TableConfig`.
    width: number of columns; 0 if unknown, then rows within quoted values are not searched.
    categories: place of a column -> its values, for columns with few values, such as labels; empty
    for a column of numbers. They serve to recognize a row within a quoted value.
    spaced: remove the spaces between a delimiter and a quote that begins a value.
    skip: bytes before the first row.
    cr: lines end with CR alone. A LF, or else a CR alone, becomes INNER_LINE_END.
    """

    def __init__(
        self,
        stream: IO[bytes],
        delimiter: str,
        quotes: str,
        *,
        width: int = 0,
        categories: Mapping[int, Collection[bytes]] | None = None,
        spaced: bool = False,
        skip: int = 0,
        cr: bool = False,
    ) -> None:
        self.stream, self.delimiter, self.quotes = stream, delimiter.encode(), quotes
        self.width, self.categories = width, categories or {}
        self.placeholder = b"\x01" + (self.delimiter + b"\x01") * (width == 1)
        self.reasons: deque[str] = deque()  # one per placeholder, in order
        self.spanning = 0  # values in quotes that have a line end and were kept
        self.has_inner_line_ends = False
        self._spaced, self._cr, self._line_end = spaced, cr, b"\r" if cr else b"\n"
        self._rest = b""  # the beginning of a record whose end is not read yet
        self._clean = b""
        self._ended = False
        self._looked = self._bytes = 0  # quotes examined one by one, which is slow; bytes read
        self._too_long = False  # within a line that is dropped
        self._patterns = _Patterns(self.delimiter, quotes == BACKSLASH)
        while skip:
            skip -= len(stream.read(min(skip, _CHUNK_BYTES)))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._clean and not self._ended:
            self._read_chunk()
        count = min(len(buffer), len(self._clean))
        buffer[:count], self._clean = self._clean[:count], self._clean[count:]
        return count

    def _read_chunk(self) -> None:
        # Double the buffer: a long record is not scanned from its beginning for every chunk.
        waiting, most = len(self._rest), limits.LIMITS.row_bytes + _CHUNK_BYTES
        chunk = self.stream.read(max(_CHUNK_BYTES, min(waiting, most - waiting)))
        self._bytes += len(chunk)
        self._ended = not chunk
        if self._too_long:
            end = chunk.find(self._line_end)
            chunk = chunk[end:] if end >= 0 else b""
            self._too_long = end < 0
        text = self._rest + chunk
        end = len(text) if self._ended else text.rfind(self._line_end) + 1
        complete, self._rest = text[:end], text[end:]
        inner = complete.replace(b"\n", INNER_LINE_END) if self._cr else without_lone_cr(complete)
        self.has_inner_line_ends |= inner is not complete and inner != complete
        complete = inner
        if self._spaced:
            complete = self._patterns.spaces.sub(lambda found: found[1] or b"", complete)
        if self.quotes != NO and b'"' in complete:
            self._clean, begun = self._scan(complete)
            self._rest = begun + self._rest
        else:
            self._clean = complete
        if len(self._rest) > limits.LIMITS.row_bytes:
            self._drop_rest()
        if self.quotes == BACKSLASH:
            # The reader drops a backslash before any character; only these two are escapes.
            self._clean = _ESCAPED.sub(lambda found: found[1] or rb"\\", self._clean)

    def _drop_rest(self) -> None:
        """Replace a record that is too long: its first line is dropped, the rest read again."""
        end = self._rest.find(self._line_end)
        self._clean += self.placeholder
        if end >= 0:  # a quote that is not closed within the limit
            self.reasons.append(UNCLOSED)
            self._rest = self._rest[end:]
        else:
            self.reasons.append(TOO_LONG.format(limits.LIMITS.row_bytes))
            self._rest, self._too_long = b"", True

    def _scan(self, text: bytes) -> tuple[bytes, bytes]:
        """The records of complete lines, and the beginning of one that goes on after them."""
        patterns, pieces = self._patterns, list[bytes]()
        copied = position = record = 0  # places in `text`; `record`: beginning of the current one
        kept = -1  # the last record in which a line was found that is not a row of its own
        while True:
            found = patterns.plain.match(text, position)
            assert found  # it matches nothing at least
            quote = found.end()
            line_end = max(text.rfind(b"\n", position, quote), text.rfind(b"\r", position, quote))
            record = max(record, line_end + 1)
            if quote == len(text):
                return b"".join((*pieces, text[copied:])), b""
            self._looked += 1
            if self._looked > max(limits.LIMITS.rows // 10, self._bytes // _BYTES_OF_A_LOOK):
                raise CorpusError(
                    f"{self._looked:,} quotes in {self._bytes:,} bytes do not begin and end on a "
                    "line, expected a table of reviews. Check which character encloses values."
                )
            value = patterns.value.match(text, quote)
            if value and (kept == record or not self._swallows(text, record, value.end())):
                # One look is enough: a line that is not a row remains part of the record.
                if _LINE_END.search(text, quote, value.end()):
                    kept = record
                position = value.end()
                self.spanning += 1
                continue
            if not value and not self._ended and patterns.unfinished.match(text, quote):
                return b"".join((*pieces, text[copied:record])), text[record:]
            self.reasons.append(SWALLOWS if value else UNCLOSED)
            pieces += text[copied:record], self.placeholder
            end = _LINE_END.search(text, quote)
            copied = position = end.start() if end else len(text)
            record = end.end() if end else len(text)

    def _swallows(self, text: bytes, record: int, stop: int) -> bool:
        """Whether every line of a record is a row of its own when quotes are ignored."""
        if self.width < 2 or not self.categories:
            return False
        first = _LINE_END.search(text, record)
        # Most records fail at their first line, and need not be split.
        if (
            not first
            or first.start() >= stop
            or text.count(self.delimiter, record, first.start()) != self.width - 1
            or not self._is_row(text[record : first.start()])
        ):
            return False
        last = _LINE_END.search(text, stop)
        end = last.start() if last else len(text)
        return all(self._is_row(line) for line in _LINE_END.split(text[first.end() : end]))

    def _is_row(self, line: bytes) -> bool:
        values = line.split(self.delimiter)
        return len(values) == self.width and all(
            value in known if known else _NUMBER.fullmatch(value)
            for place, known in self.categories.items()
            for value in [values[place].strip(b'"')]
        )


def without_lone_cr(text: bytes) -> bytes:
    """`text` with INNER_LINE_END for each CR that no LF follows."""
    return _LONE_CR.sub(INNER_LINE_END, text) if b"\r" in text else text


class _Patterns:
    """Regular expressions over lines of delimited text."""

    def __init__(self, delimiter: bytes, backslash: bool) -> None:
        mark = re.escape(delimiter)
        begin, end = rb"(?:(?<=[%b\r\n])|\A)" % mark, rb"(?=[%b\r\n]|\Z)" % mark
        inside = rb'[^"\\]*+(?:\\.[^"\\]*+)*+' if backslash else rb'[^"]*+(?:""[^"]*+)*+'
        on_line = inside.replace(rb'[^"', rb'[^"\r\n')
        # Everything up to a quote that begins a value and is not closed on its line. Quotes within
        # an unquoted value are plain characters.
        self.plain = re.compile(
            rb'(?:[^"]++|(?<![%b\r\n])(?<!\A)"|%b"%b"%b)*+' % (mark, begin, on_line, end), re.DOTALL
        )
        self.value = re.compile(rb'"%b"%b' % (inside, end), re.DOTALL)
        # Spaces before a quote, but not within quotes.
        self.spaces = re.compile(rb'("[^"]*+(?:""[^"]*+)*+(?:"|\Z))|(?<=%b) +(?=")' % mark)
        self.unfinished = re.compile(rb'"%b\\?\Z' % inside, re.DOTALL)
