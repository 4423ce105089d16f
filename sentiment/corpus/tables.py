"""Reviews from a table (.csv, .tsv, .jsonl, .parquet) or from a pair of text files.

Whatever the file, it becomes rows of (where, text, label, split). Rows that cannot be used are
named in `Corpus.rejected` with the reason; a file that cannot be understood is a CorpusError.
"""

import codecs
import contextlib
import csv
import gzip
import hashlib
import io
import itertools
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from sentiment.corpus.review import NEGATIVE, POSITIVE, Corpus, Split
from sentiment.errors import CorpusError

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
TEXT_NAMES = ("text", "review", "review_text", "comment", "sentence", "content", "tweet", "body")
LABEL_NAMES = ("label", "labels", "sentiment", "class", "target", "polarity", "category", "y")
SPLIT_VALUES = {
    **dict.fromkeys(("train", "training"), Split.TRAIN),
    **dict.fromkeys(("valid", "validation", "val", "dev"), Split.VALID),
    **dict.fromkeys(("test", "testing"), Split.TEST),
}
# (positive, negative); "4" and "0" are Sentiment140's.
LABEL_PAIRS = (
    ("positive", "negative"),
    ("pos", "neg"),
    ("1", "0"),
    ("1", "-1"),
    ("+1", "-1"),
    ("+", "-"),
    ("4", "0"),
    ("true", "false"),
    ("yes", "no"),
    ("good", "bad"),
    ("fresh", "rotten"),
)
MISSING_LABELS = frozenset(("", "nan", "null", "none", "na", "n/a"))

MAX_FILE_BYTES = 2_000_000_000  # unpacked, where the file is compressed
MAX_TEXT_CHARACTERS = 1_000_000
MAX_REJECTED_LINES = 1_000
MAX_VALUES_SHOWN = 10
_BLOCK_BYTES = 1 << 24  # a row of a table must fit into one block
_INTEGRAL = re.compile(r"(?<=\d)\.0+$")  # pandas writes labels as 1.0 where some are missing
_KEYS_FROM_LINES = 100  # how many lines of JSON are asked for their keys


class _Row(NamedTuple):
    number: int  # as a spreadsheet or an editor counts it, see `read_table`
    text: object
    label: object
    split: object = None  # None where the table has no such column


class _Columns(NamedTuple):
    text: str
    label: str
    split: str | None


_Choose = Callable[[list[str]], _Columns]  # from the names a file has


def read_table(
    path: Path,
    *,
    text: str | None = None,
    label: str | None = None,
    positive: str | None = None,
    encoding: str = "utf-8",
) -> Corpus:
    """Read a .csv, .tsv, .jsonl, .ndjson (each also .gz) or .parquet file of two classes.

    text and label: column names, guessed if not given; positive: the label value that means
    positive, needed where the two values are none of LABEL_PAIRS. A column `split` with
    train/valid/test is kept, and makes the corpus official if it has test rows.

    Rows are counted from 1. In .csv and .tsv the header is row 1, as in a spreadsheet, and empty
    lines are not counted.
    Raises CorpusError if the file is damaged, has no such columns, or not exactly two classes.
    """
    choose = partial(_choose_columns, path, text, label)
    suffix = table_suffix(path)
    rejected = _Rejected("line" if suffix in (".jsonl", ".ndjson") else "row")
    encoding = _known_encoding(encoding)
    with _reading(path, encoding):
        _check_size(path)
        rows: Iterable[_Row]
        if suffix == ".csv":
            # Spreadsheets in countries with a decimal comma write semicolons instead.
            rows = _csv_rows(path, choose, encoding, rejected, ",;")
        elif suffix == ".tsv":
            rows = _csv_rows(path, choose, encoding, rejected, "\t")
        elif suffix in (".jsonl", ".ndjson"):
            rows = _json_rows(path, choose, encoding, rejected)
        elif suffix == ".parquet":
            rows = _parquet_rows(path, choose)
        else:
            raise CorpusError(f"{path} is none of the tables that are read: {', '.join(SUFFIXES)}.")
        return _corpus(path, fingerprint_of_files(path), rows, rejected, positive)


def read_text_pair(reviews: Path, labels: Path, *, positive: str | None = None) -> Corpus:
    """Read two text files with one review, one label a line.

    Raises CorpusError if they differ in the number of lines, or hold not exactly two classes.
    """
    rejected = _Rejected("line")
    lines = [_lines(path) for path in (reviews, labels)]
    if len(lines[0]) != len(lines[1]):
        raise CorpusError(
            f"{reviews} has {len(lines[0]):,} lines but {labels} has {len(lines[1]):,}. "
            "Line n of one must belong to line n of the other."
        )
    rows = (_Row(n, *pair) for n, pair in enumerate(zip(*lines, strict=True), 1))
    return _corpus(reviews, fingerprint_of_files(reviews, labels), rows, rejected, positive)


def table_suffix(path: Path) -> str:
    """In lower case, and without .gz where the table in it can be read: .csv for reviews.CSV.gz."""
    name = path.name.lower()
    plain = Path(name.removesuffix(".gz")).suffix
    # Parquet compresses its own columns; one inside a .gz cannot be read piece by piece.
    return plain if plain in SUFFIXES and plain != ".parquet" else Path(name).suffix


def fingerprint_of_files(*paths: Path) -> str:
    """sha256 of a file, hex; of several, sha256 over theirs."""
    digests = []
    for path in paths:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


# --- Rows of each kind of file


def _csv_rows(
    path: Path, choose: _Choose, encoding: str, rejected: "_Rejected", delimiters: str
) -> Iterator[_Row]:
    headers = {delimiter: _header(path, encoding, delimiter) for delimiter in delimiters}
    delimiter = max(headers, key=lambda delimiter: len(headers[delimiter]))
    columns = choose(headers[delimiter])
    names = [name for name in columns if name is not None]
    skipped: set[int] = set()

    def skip(row: Any) -> str:
        skipped.add(row.number)
        rejected.add(row.number, f"{row.actual_columns} columns, expected {row.expected_columns}")
        return "skip"

    with _opened(path) as stream:
        table = pa.csv.read_csv(
            stream,
            # One thread, or rows would have no numbers.
            pa.csv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES, encoding=encoding),
            pa.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip
            ),
            pa.csv.ConvertOptions(
                include_columns=names, column_types=dict.fromkeys(names, pa.string())
            ),
        )
    if encoding == "utf8" and _quote_count(path) % 2:
        rejected.add(
            table.num_rows + len(skipped) + 1,
            "the file ends here with an odd number of quotes; if one was never closed, the rows "
            "after it have become part of its value",
        )
    numbers = (number for number in itertools.count(2) if number not in skipped)
    return _table_rows(table, columns, numbers)


def _json_rows(path: Path, choose: _Choose, encoding: str, rejected: "_Rejected") -> Iterator[_Row]:
    # The standard parser, not pyarrow's: one bad line costs that line and not the file, and a
    # label may be 1 here and "1" there.
    with _decoded(path, encoding) as stream:
        records = _json_records(stream, rejected)
        first = list(itertools.islice(records, _KEYS_FROM_LINES))
        if not first:
            raise CorpusError(
                f"{path} has no line that is a JSON object.{rejected.first_lines()} "
                'Each line must be like {"text": "…", "label": 1}.'
            )
        keys = dict.fromkeys(key for _, record in first for key in record)
        columns = choose(list(keys))
        for number, record in itertools.chain(first, records):
            values = [None if name is None else record.get(name) for name in columns]
            yield _row(columns, number, *values)


def _json_records(
    stream: IO[str], rejected: "_Rejected"
) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            rejected.add(number, f"is not JSON ({error})")
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            rejected.add(number, "is JSON, but no object with named values")


def _parquet_rows(path: Path, choose: _Choose) -> Iterator[_Row]:
    with pa.parquet.ParquetFile(path) as file:
        columns = choose(file.schema_arrow.names)
        table = file.read([name for name in columns if name is not None])
    return _table_rows(table, columns, itertools.count(1))


def _table_rows(table: pa.Table, columns: _Columns, numbers: Iterable[int]) -> Iterator[_Row]:
    values = [
        itertools.repeat(None) if name is None else _values(table.column(name)) for name in columns
    ]
    # The numbers never end; the text column does.
    return (
        _row(columns, number, *of_row) for *of_row, number in zip(*values, numbers, strict=False)
    )


def _row(columns: _Columns, number: int, text: object, label: object, split: object) -> _Row:
    missing = columns.split is not None and split is None
    return _Row(number, text, label, "" if missing else split)


def _values(column: pa.ChunkedArray) -> Iterator[object]:
    return itertools.chain.from_iterable(chunk.to_pylist() for chunk in column.chunks)


# --- From rows to a corpus


def _corpus(
    path: Path,
    fingerprint: str,
    rows: Iterable[_Row],
    rejected: "_Rejected",
    positive: str | None,
) -> Corpus:
    numbers, texts, names, splits = [], [], [], []
    for row in rows:
        reason = _reason_to_reject(row)
        if reason:
            rejected.add(row.number, reason)
            continue
        numbers.append(row.number)
        texts.append(str(row.text))
        names.append(_label_name(row.label))
        splits.append(Split.TRAIN if row.split is None else SPLIT_VALUES[_plain(row.split)])
    if not texts:
        raise CorpusError(f"{path} has no rows with a text and a label.{rejected.first_lines()}")
    codes = _label_codes(path, names, positive)
    return Corpus(
        name=path.name,
        fingerprint=fingerprint,
        texts=texts,
        labels=np.array([codes[_plain(name)] for name in names], np.int8),
        splits=np.array(splits, np.int8),
        official=Split.TEST in splits,
        names=[f"{rejected.unit} {number}" for number in numbers],
        rejected=rejected.lines(),
    )


def _reason_to_reject(row: _Row) -> str | None:
    if row.text is not None and not isinstance(row.text, str):
        return f"the text is not a string but {_shown(row.text)}"
    if not row.text or not row.text.strip():
        return "the text is empty"
    if len(row.text) > MAX_TEXT_CHARACTERS:
        return (
            f"the text has {len(row.text):,} characters, more than {MAX_TEXT_CHARACTERS:,}; "
            "is a quote never closed?"
        )
    try:
        row.text.encode()
    except UnicodeEncodeError as error:
        return f"character {error.start + 1:,} of the text is half of one ({error.reason})"
    if _plain(_label_name(row.label)) in MISSING_LABELS:
        return "the label is missing"
    if row.split is not None and _plain(row.split) not in SPLIT_VALUES:
        return f"the split is {_shown(row.split)}, expected train, valid or test"
    return None


def _label_name(value: object) -> str:
    """A label as text: 1 for 1, 1.0 and "1"; empty where there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return _INTEGRAL.sub("", str(value).strip())


def _label_codes(path: Path, names: Sequence[str], positive: str | None) -> dict[str, int]:
    """Casefolded label value -> POSITIVE or NEGATIVE. Raises CorpusError."""
    counts = Counter(map(_plain, names))
    shown = ", ".join(f"{_shown(name)} ({n:,})" for name, n in counts.most_common(MAX_VALUES_SHOWN))
    more = len(counts) - MAX_VALUES_SHOWN
    shown += f" and {more:,} more" if more > 0 else ""
    if len(counts) != 2:
        raise CorpusError(
            f"The labels of {path} have {len(counts):,} different values, expected two: {shown}. "
            "Keep the rows of one positive and one negative class, or name the right column with "
            "label= (--label)."
        )
    if positive is not None:
        if _plain(positive) not in counts:
            raise CorpusError(
                f"positive={positive!r} is no label of {path}: {shown}. Give one of the two."
            )
        return {name: POSITIVE if name == _plain(positive) else NEGATIVE for name in counts}
    for pair in LABEL_PAIRS:
        if set(pair) == set(counts):
            return dict(zip(pair, (POSITIVE, NEGATIVE), strict=True))
    raise CorpusError(
        f"Which label of {path} is positive is not clear: {shown}. "
        "Say which with positive= (--positive)."
    )


def _choose_columns(path: Path, text: str | None, label: str | None, names: list[str]) -> _Columns:
    return _Columns(
        text=_column(path, names, text, "text", TEXT_NAMES),
        label=_column(path, names, label, "label", LABEL_NAMES),
        split=next((name for name in names if _plain(name) == "split"), None),
    )


def _column(
    path: Path, names: Sequence[str], asked: str | None, role: str, guesses: Sequence[str]
) -> str:
    candidates = guesses if asked is None else (asked,)
    # The very name before one that differs in case, and an earlier guess before a later one.
    matches = [[name for name in names if name == guess] for guess in candidates]
    matches += [[name for name in names if _plain(name) == _plain(guess)] for guess in candidates]
    found = next(filter(None, matches), [])
    if not found:
        looked_for = "one of " + ", ".join(guesses) if asked is None else _shown(asked)
        raise CorpusError(
            f"{path} has no {role} column: looked for {looked_for}; it has "
            f"{', '.join(map(_shown, names))}. Name the column with {role}= (--{role})."
        )
    if len(found) > 1:
        raise CorpusError(f"{path} has the column {_shown(found[0])} twice. Rename one of them.")
    return found[0]


def _plain(value: object) -> str:
    return str(value).strip().casefold()


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"


class _Rejected:
    """Rows that were not read, by number; at most MAX_REJECTED_LINES are kept as lines."""

    def __init__(self, unit: str) -> None:
        self.unit = unit  # "row" or "line"
        self.count = 0
        self.kept: list[tuple[int, str]] = []

    def add(self, number: int, reason: str) -> None:
        self.count += 1
        if len(self.kept) < MAX_REJECTED_LINES:
            self.kept.append((number, f"{self.unit} {number}: {reason}"))

    def lines(self) -> tuple[str, ...]:
        more = self.count - len(self.kept)
        closing = (f"... and {more:,} more",) if more else ()
        return (*(line for _, line in sorted(self.kept)), *closing)

    def first_lines(self) -> str:
        """The first few as the middle of a message, with a leading space."""
        return "".join(f" {line}." for line in self.lines()[:3])


# --- Opening files


class _Capped(io.RawIOBase):
    """A stream that ends in an error rather than unpack more than MAX_FILE_BYTES."""

    def __init__(self, raw: Any, path: Path) -> None:
        self.raw, self.path, self.left = raw, path, MAX_FILE_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self.raw.readinto(buffer)
        self.left -= count
        if self.left < 0:
            raise _too_large(self.path)
        return count


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw, contextlib.ExitStack() as stack:
        compressed = path.suffix.lower() == ".gz"
        content = stack.enter_context(gzip.open(raw)) if compressed else raw
        yield io.BufferedReader(_Capped(content, path), 1 << 18)


@contextlib.contextmanager
def _decoded(path: Path, encoding: str) -> Iterator[IO[str]]:
    with _opened(path) as stream:
        # newline="\n": reviews contain U+0085 and the like, which must not end a line.
        yield io.TextIOWrapper(
            cast(io.BufferedReader, stream),
            "utf-8-sig" if encoding == "utf8" else encoding,
            newline="\n",
        )


def _header(path: Path, encoding: str, delimiter: str) -> list[str]:
    with _decoded(path, encoding) as stream:
        header = next((row for row in csv.reader(stream, delimiter=delimiter) if row), None)
    if header is None:
        raise CorpusError(f"{path} is empty: there is not even a header row.")
    return header


def _quote_count(path: Path) -> int:
    with _opened(path) as stream:
        return sum(chunk.count(b'"') for chunk in iter(partial(stream.read, 1 << 20), b""))


def _lines(path: Path) -> list[str]:
    with _reading(path, "utf8"):
        _check_size(path)
        with _decoded(path, "utf8") as stream:
            return [line.rstrip("\r\n") for line in stream]


def _known_encoding(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise CorpusError(f"There is no encoding named {encoding!r}; try utf-8.") from error
    return "utf8" if name in ("utf-8", "utf-8-sig") else name  # pyarrow's name for it


def _check_size(path: Path) -> None:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise _too_large(path)


def _too_large(path: Path) -> CorpusError:
    return CorpusError(
        f"{path} holds more than {MAX_FILE_BYTES:,} bytes, the most that is read. "
        "Give a part of it."
    )


@contextlib.contextmanager
def _reading(path: Path, encoding: str) -> Iterator[None]:
    """Turns what readers raise into a CorpusError that says what to do."""
    try:
        yield
    except UnicodeError as error:
        raise _encoding_error(path, encoding) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise CorpusError(f"{path} is a damaged .gz file ({error}). Get it again.") from error
    except (pa.ArrowException, csv.Error) as error:
        if "invalid UTF8" in str(error):
            raise _encoding_error(path, encoding) from error
        quote = " Is a quote opened and never closed?" if "straddl" in str(error) else ""
        raise CorpusError(f"{path} is damaged or no such table: {error}.{quote}") from error
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error


def _encoding_error(path: Path, encoding: str) -> CorpusError:
    name = "UTF-8" if encoding == "utf8" else encoding
    return CorpusError(
        f"{path} is not {name}{_first_bad_byte(path, encoding)}. Save it as UTF-8 (spreadsheets "
        "call it “CSV UTF-8”), or read it with encoding=, for instance encoding='latin-1'."
    )


def _first_bad_byte(path: Path, encoding: str) -> str:
    if encoding != "utf8":
        return ""  # lines of other encodings may not end at byte 10
    start = 0
    with _opened(path) as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                return f": line {number:,}, byte {start + error.start + 1:,} of the file"
            start += len(line)
    return ""
