"""A corpus from the rows of any table: its columns, its labels, and the rejected rows.

Every row that cannot be used is listed in `Corpus.rejected` with the reason.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sentiment.corpus import limits
from sentiment.corpus.label_classes import classes_of
from sentiment.corpus.label_counter import LabelCounter, too_many_labels
from sentiment.corpus.label_values import is_missing, label_name, shown
from sentiment.corpus.review import UNLABELLED, Corpus, Split
from sentiment.corpus.split_column import FIELD, NONE, SplitValues, unusable, use_of
from sentiment.corpus.stored_texts import RowNames, StoredTexts
from sentiment.corpus.table_config import TableConfig, named
from sentiment.errors import CorpusError

MAX_REJECTED_LINES, MAX_OF_A_REASON = 1_000, 200
MISSING = "the label is missing"
_NO_SPLIT = -1  # of a row whose split is not used
_LETTER = re.compile(r"[^\W\d_]")


class Row(NamedTuple):
    """A row of a table, as it is read."""

    number: int  # as in a spreadsheet or an editor, see `read_table`
    text: object
    label: object
    split: object = None  # a Split, or the value of a split column; None without such a column


def corpus_of(
    path: Path,
    fingerprint: str,
    rows: Iterable[Row],
    rejected: "RejectedRows",
    table: TableConfig,
) -> Corpus:
    """The corpus of `rows`; the rows that cannot be used are added to `rejected`.

    table: with the name of the label column, which may tell what the labels mean.
    Raises CorpusError.
    """
    texts, numbers, splits = StoredTexts(), array("q"), array("b")
    split_values = SplitValues()
    labels, counter = array("l"), LabelCounter()
    for row, label, split in usable_rows(path, rows, rejected, split_values):
        texts.append(str(row.text))
        numbers.append(row.number)
        labels.append(counter.add(label))
        if counter.too_many and not table.classes:
            raise too_many_labels(path, table.label, counter.counts())
        splits.append(split)
    of_row = np.array(labels)
    counts = counter.counts()
    mapping = classes_of(path, counts, table, table.label)
    assert mapping.classes
    codes = [mapping.codes.get(name, UNLABELLED) for name in counter.names]
    coded = np.array(codes, np.int8)[of_row]
    for place in np.flatnonzero(coded == UNLABELLED).tolist():
        name = counter.names[of_row[place]]
        rejected.add(
            numbers[place],
            MISSING if is_missing(name) else f"the label {shown(name)} is in no class",
        )
    parts = _splits_of(path, np.array(splits), split_values, table)
    split_names = list(split_values.numbers)
    for place in np.flatnonzero((parts == _NO_SPLIT) & (coded != UNLABELLED)).tolist():
        name = split_names[splits[place] - len(Split)]
        rejected.add(numbers[place], f"the split is {shown(name)}, expected train, valid or test")
    used = np.flatnonzero((coded != UNLABELLED) & (parts != _NO_SPLIT))
    texts.keep_only(used)
    parts = parts[used]
    return Corpus(
        name=path.name,
        fingerprint=fingerprint,
        texts=texts,
        labels=coded[used],
        splits=parts,
        official=bool(np.any(parts == Split.TEST)),
        names=RowNames(rejected.name, np.array(numbers)[used]),
        rejected=rejected.lines(),
        classes=mapping.classes,
        label_sentence=mapping.sentence(counts),
    )


def usable_rows(
    path: Path, rows: Iterable[Row], rejected: "RejectedRows", splits: SplitValues
) -> Iterator[tuple[Row, str, int]]:
    """The rows that can be used, each with its `label_name` and its split.

    A split is a code of Split, or len(Split) plus a number of `splits`, which counts the values of
    all rows. Other rows are added to `rejected`. Raises CorpusError after the last row if no row
    can be used or if no text has a letter.
    """
    first, letters = "", False
    for row in rows:
        if isinstance(row.split, Split) or row.split is None:
            split = int(Split.TRAIN if row.split is None else row.split)
        else:
            split = len(Split) + splits.add(row.split)
        label = label_name(row.label)
        if reason := reason_to_reject(row, label):
            rejected.add(row.number, reason)
            continue
        text = str(row.text)
        first, letters = first or text, letters or bool(_LETTER.search(text))
        yield row, label, split
    if not first:
        raise CorpusError(f"{path} has no rows with a text and a label.{rejected.first_lines()}")
    if not letters:
        raise CorpusError(
            f"The texts of {path} have no letters, for example {shown(first)}. Change "
            f"{named('text')} to the column of texts."
        )


def reason_to_reject(row: Row, label: str) -> str | None:
    """Why a row cannot be used, None if it can. label: its `label_name`."""
    if row.text is not None and not isinstance(row.text, str):
        return f"the text is {shown(row.text)}, expected a string"
    if not row.text or not row.text.strip():
        return "the text is empty"
    if len(row.text) > (most := limits.LIMITS.text_characters):
        return (
            f"the text has {len(row.text):,} characters, more than {most:,}; check for an unclosed "
            "quote"
        )
    if "\0" in row.text:
        return f"character {row.text.index(chr(0)) + 1:,} of the text is a NUL"
    try:
        row.text.encode()
    except UnicodeEncodeError as error:
        return f"character {error.start + 1:,} of the text is not valid Unicode ({error.reason})"
    if len(label) > (most := limits.LIMITS.label_characters):
        return f"the label has {len(label):,} characters, more than {most:,}"
    if not label:
        return MISSING
    return None


def _splits_of(
    path: Path, codes: np.ndarray, values: SplitValues, table: TableConfig
) -> np.ndarray:
    """The split of each row, (N,) int8; _NO_SPLIT for rows to leave out. Raises CorpusError.

    codes: (N,) codes of Split, and from len(Split) on the numbers of `values`.
    """
    use = use_of(values.counts, bool(table.split_column))
    if values.counts and table.split_column and not use.splits:
        raise CorpusError(
            f"In {path}, {unusable(table.split_column, values.counts)}. Change {named(FIELD)} to "
            f"another column, or to {NONE}."
        )
    default = _NO_SPLIT if use.applied else Split.TRAIN
    splits = use.splits if use.applied else {}
    of_code = [*Split, *(splits.get(value, default) for value in values.numbers)]
    return np.array(of_code, np.int8)[codes]


class RejectedRows:
    """Rows that were not read: a line each for at most MAX_REJECTED_LINES, the rest counted.

    At most MAX_OF_A_REASON lines have the same reason, so that rare reasons are listed too.
    """

    def __init__(self, unit: str) -> None:
        self.unit = unit  # "row" or "line"
        self._lines: list[tuple[int, str]] = []
        self._reasons: Counter[str] = Counter()  # lines per reason
        self._more: Counter[str] = Counter()  # other rows per reason; "" if it has no line

    def place(self, number: int) -> tuple[str, int]:
        """The file of a row, empty if there is one file, and the number of the row in it."""
        return "", number

    def name(self, number: int) -> str:
        """A row as it is shown: "row 2"."""
        file, row = self.place(number)
        return f"{file} {self.unit} {row}".lstrip()

    def add(self, number: int, reason: str) -> None:
        if (row := self.place(number)[1]) > limits.LIMITS.rows:
            raise CorpusError(
                f"{self.unit.capitalize()} {row:,} is beyond the limit of {limits.LIMITS.rows:,}. "
                "Use a part of the file, or split it into several."
            )
        if self._reasons[reason] < MAX_OF_A_REASON and len(self._lines) < MAX_REJECTED_LINES:
            self._reasons[reason] += 1
            self._lines.append((number, f"{self.name(number)}: {reason}"))
        else:
            self._more[reason if self._reasons[reason] else ""] += 1

    def exclude(self, line: str) -> None:
        """Add a line about a whole file."""
        self._lines.append((-1, line))

    def lines(self) -> tuple[str, ...]:
        """Sorted by row number, then the number of further rows per reason."""
        more = sorted(self._more.items(), key=lambda item: (not item[0], -item[1]))
        closing = (
            f"... and {count:,} more: {reason or 'for other reasons'}" for reason, count in more
        )
        return (*(line for _, line in sorted(self._lines)), *closing)

    def first_lines(self) -> str:
        """The first three lines, each as a sentence with a leading space."""
        return "".join(f" {line}." for line in self.lines()[:3])
