"""The sizes of the pages of a Parquet file, read before pyarrow allocates memory for them.

A page header tells the unpacked size of the page and the number of its values; pyarrow trusts it.
A value may also stand for many copies of a text (dictionaries, shared prefixes), so the number of
rows that fit into memory is computed from the pages.

Source: parquet.thrift of Apache Parquet, in Thrift's compact protocol.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow.parquet as pq

from sentiment.corpus import limits
from sentiment.corpus.containers import unpacked_bytes
from sentiment.errors import CorpusError

MOST_ROWS = 8_192  # at once
_BATCH_BYTES = 256_000_000  # of them, about
_HEADER_BYTES = 1 << 16
_UNPACKED, _PACKED, _DATA, _DATA_2 = 2, 3, 5, 8  # fields of PageHeader
_VALUES, _ENCODINGS = 1, {_DATA: 2, _DATA_2: 4}  # fields of DataPageHeader and DataPageHeaderV2
# PLAIN_DICTIONARY, DELTA_BYTE_ARRAY, RLE_DICTIONARY: a value may stand for a text of any page.
_EXPANDING = (2, 7, 8)
_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 12
_NUMBERS = (4, 5, 6)  # i16, i32, i64
_MOST_LEVELS = 8


class _Page(NamedTuple):
    unpacked: int  # bytes
    values: int
    expands: bool


def rows_at_once(path: Path, stream: IO[bytes], file: pq.ParquetFile, names: Iterable[str]) -> int:
    """How many rows of these columns fit into memory, at most MOST_ROWS. Raises CorpusError."""
    schema, wanted = file.metadata.schema, set(names)
    places = [
        place
        for place in range(file.metadata.num_columns)
        if schema.column(place).path.split(".")[0] in wanted
    ]
    rows, total, count, most = MOST_ROWS, 0, 0, unpacked_bytes(path)
    for group in range(file.metadata.num_row_groups):
        for place in places:
            column = file.metadata.row_group(group).column(place)
            largest = 0
            for page in _pages(path, stream, column):
                total, count = total + page.unpacked, count + 1
                if total > most or count > limits.LIMITS.pages:
                    raise CorpusError(
                        f"{path} unpacks to more than {most:,} bytes or {limits.LIMITS.pages:,} "
                        "pages. Use a part of it, or save it as .jsonl."
                    )
                largest = max(largest, page.unpacked)
                fit = max(1, _BATCH_BYTES // max(largest, 1))
                rows = min(rows, fit if page.expands else fit * max(page.values, 1))
    return rows


def _pages(path: Path, stream: IO[bytes], column: Any) -> Iterator[_Page]:
    offsets = (column.dictionary_page_offset, column.data_page_offset)
    start = min(offset for offset in offsets if offset)
    for fields in _headers(path, stream, start, column.total_compressed_size):
        data = next((field for field in _ENCODINGS if field in fields), None)
        if data is None:
            # Rows may repeat the values of a dictionary any number of times.
            yield _Page(fields[_UNPACKED], MOST_ROWS, expands=False)
        else:
            of_data = fields[data] if isinstance(fields[data], dict) else {}
            encoding = _number(of_data, _ENCODINGS[data], 0)
            values = _number(of_data, _VALUES, 0)
            yield _Page(fields[_UNPACKED], values, expands=encoding in _EXPANDING)


def _headers(path: Path, stream: IO[bytes], start: int, size: int) -> Iterator[dict[int, Any]]:
    """The headers of the pages in `size` bytes from `start` on. Raises CorpusError."""
    place, end = start, start + size
    while place < end:
        stream.seek(place)
        header = _Header(path, stream.read(_HEADER_BYTES))
        fields = header.struct()
        unpacked, packed = _number(fields, _UNPACKED, -1), _number(fields, _PACKED, -1)
        if unpacked < 0 or packed < 0:
            raise _damaged(path)
        if unpacked > (most := limits.LIMITS.page_bytes):
            raise CorpusError(
                f"{path} has a page of {unpacked:,} bytes, more than {most:,}. Save it with "
                "smaller pages, or as .jsonl."
            )
        yield fields
        place += header.place + packed


def _number(fields: dict[int, Any], field: int, default: int) -> int:
    value = fields.get(field, default)
    return value if isinstance(value, int) else default


class _Header:
    """Bytes in Thrift's compact protocol."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path, self.content, self.place = path, content, 0

    def struct(self, level: int = 0) -> dict[int, Any]:
        """The numbers and structs in a struct, by field id; other values are skipped."""
        numbers, field = dict[int, Any](), 0
        while (head := self._byte()) != _STOP:
            kind = head & 15
            field = field + (head >> 4) if head >> 4 else self._number()
            if (value := self._value(kind, level)) is not None:
                numbers[field] = value
        return numbers

    def _value(self, kind: int, level: int) -> Any:
        if kind in _NUMBERS:
            return self._number()
        if level > _MOST_LEVELS:
            raise _damaged(self.path)
        if kind == _BYTE:
            self.place += 1
        elif kind == _DOUBLE:
            self.place += 8
        elif kind == _BINARY:
            length = self._varint()
            self.place += length
        elif kind in (_LIST, _SET):
            head = self._byte()
            count = self._varint() if head >> 4 == 15 else head >> 4
            for _ in range(min(count, _HEADER_BYTES)):
                self._value(head & 15, level + 1)
        elif kind == _STRUCT:
            return self.struct(level + 1)
        elif kind not in (_TRUE, _FALSE):
            raise _damaged(self.path)
        return None

    def _byte(self) -> int:
        if self.place >= len(self.content):
            raise _damaged(self.path)
        self.place += 1
        return self.content[self.place - 1]

    def _varint(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number
            if shift > 63:
                raise _damaged(self.path)

    def _number(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)  # zigzag


def _damaged(path: Path) -> CorpusError:
    return CorpusError(
        f"{path} is damaged: the headers of its pages cannot be read. Save or download it again."
    )
