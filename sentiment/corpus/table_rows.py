"""A corpus from the rows of any table: its columns, its labels, and the rejected rows.

Every row that cannot be used is listed in `Corpus.rejected` with the reason.
"""

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sentiment.corpus.review import NEGATIVE, POSITIVE, UNLABELLED, Corpus, Split
from sentiment.corpus.split_column import (
    FIELD,
    NONE,
    SplitValues,
    likely_split_column,
    unusable,
    use_of,
)
from sentiment.corpus.stored_texts import RowNames, StoredTexts
from sentiment.corpus.table_config import TableConfig, named
from sentiment.errors import CorpusError

TEXT_NAMES = ("text", "review", "review_text", "comment", "sentence", "content", "tweet", "body")
LABEL_NAMES = ("label", "labels", "sentiment", "class", "target", "polarity", "category", "y")
# (positive, negative); "4" and "0" are from Sentiment140.
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

MAX_TEXT_CHARACTERS = 1_000_000
MAX_REJECTED_LINES, MAX_OF_A_REASON = 1_000, 200
MAX_VALUES_SHOWN = 10
_NO_SPLIT = -1  # of a row whose split is not used
_LETTER = re.compile(r"[^\W\d_]")
_INTEGRAL = re.compile(r"(?<=\d)\.0+$")  # pandas writes labels as 1.0 where some are missing


class Row(NamedTuple):
    number: int  # as in a spreadsheet or an editor, see `read_table`
    text: object
    label: object
    split: object = None  # a Split, or the value of a split column; None without such a column


class Columns(NamedTuple):
    text: str
    label: str
    split: str | None


def corpus_of(
    path: Path,
    fingerprint: str,
    rows: Iterable[Row],
    rejected: "RejectedRows",
    table: TableConfig,
) -> Corpus:
    """The corpus of `rows`; the rows that cannot be used are added to `rejected`.

    table: positive and negative are one label value or several, separated by commas.
    Raises CorpusError.
    """
    texts, letters = StoredTexts(), False
    numbers, splits = array("q"), array("b")
    split_values = SplitValues()
    labels, known = array("l"), dict[str, int]()  # label values as numbers, by first appearance
    for row in rows:
        if isinstance(row.split, Split) or row.split is None:
            split = int(Split.TRAIN if row.split is None else row.split)
        else:
            split = len(Split) + split_values.add(row.split)
        reason = _reason_to_reject(row)
        if reason:
            rejected.add(row.number, reason)
            continue
        text = str(row.text)
        letters = letters or bool(_LETTER.search(text))
        texts.append(text)
        numbers.append(row.number)
        labels.append(known.setdefault(label_name(row.label), len(known)))
        splits.append(split)
    if not len(texts):
        raise CorpusError(f"{path} has no rows with a text and a label.{rejected.first_lines()}")
    if not letters:
        raise CorpusError(
            f"The texts of {path} have no letters, for example {_shown(texts[0])}. Change "
            f"{named('text')} to the column of texts."
        )
    of_row, names = np.array(labels), list(known)
    counts = Counter[str]()
    for name, count in zip(names, np.bincount(of_row).tolist(), strict=True):
        counts[_folded(name)] += count
    codes = _label_codes(path, counts, table.positive or None, table.negative or None)
    coded = np.array([codes.get(_folded(name), UNLABELLED) for name in names], np.int8)[of_row]
    for place in np.flatnonzero(coded == UNLABELLED).tolist():
        name = names[of_row[place]]
        reason = f"the label {_shown(name)} is neither positive nor negative"
        rejected.add(numbers[place], reason)
    parts = _splits_of(path, np.array(splits), split_values, table)
    split_names = list(split_values.numbers)
    for place in np.flatnonzero((parts == _NO_SPLIT) & (coded != UNLABELLED)).tolist():
        name = split_names[splits[place] - len(Split)]
        rejected.add(numbers[place], f"the split is {_shown(name)}, expected train, valid or test")
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
        names=RowNames(rejected.unit, np.array(numbers)[used]),
        rejected=rejected.lines(),
    )


def _reason_to_reject(row: Row) -> str | None:
    if row.text is not None and not isinstance(row.text, str):
        return f"the text is {_shown(row.text)}, expected a string"
    if not row.text or not row.text.strip():
        return "the text is empty"
    if len(row.text) > MAX_TEXT_CHARACTERS:
        return (
            f"the text has {len(row.text):,} characters, more than {MAX_TEXT_CHARACTERS:,}; "
            "check for an unclosed quote"
        )
    if "\0" in row.text:
        return f"character {row.text.index(chr(0)) + 1:,} of the text is a NUL"
    try:
        row.text.encode()
    except UnicodeEncodeError as error:
        return f"character {error.start + 1:,} of the text is not valid Unicode ({error.reason})"
    if is_missing(label_name(row.label)):
        return "the label is missing"
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


def label_name(value: object) -> str:
    """A label as text: "1" for 1, 1.0 and "1"; empty if missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return _INTEGRAL.sub("", str(value).strip())


def is_missing(label: str) -> bool:
    """Whether a label is a missing value."""
    return _folded(label) in MISSING_LABELS


def _label_codes(
    path: Path, counts: Counter[str], positive: str | None, negative: str | None
) -> dict[str, int]:
    """Casefolded label value -> POSITIVE or NEGATIVE, without values that are neither.

    counts: rows per casefolded value. Raises CorpusError.
    """
    shown = ", ".join(f"{_shown(name)} ({n:,})" for name, n in counts.most_common(MAX_VALUES_SHOWN))
    more = len(counts) - MAX_VALUES_SHOWN
    shown += f" and {more:,} more" if more > 0 else ""
    if positive is not None and negative is not None:
        sides = [
            dict.fromkeys(_values(path, role, given, counts, shown), code)
            for role, given, code in (
                ("positive", positive, POSITIVE),
                ("negative", negative, NEGATIVE),
            )
        ]
        if both := sorted(sides[0].keys() & sides[1].keys()):
            raise CorpusError(
                f"The label {', '.join(map(_shown, both))} of {path} is given as positive and as "
                "negative. Give it once."
            )
        return sides[0] | sides[1]
    if len(counts) == 1:
        raise CorpusError(
            f"Every row of {path} has the same label, {shown}; expected two. Add rows with another "
            f"label, or change {named('label')}."
        )
    if len(counts) != 2:
        raise CorpusError(
            f"The labels of {path} have {len(counts):,} different values, expected two: {shown}. "
            f"For ratings, set {named('positive')} to the positive ones (7,8,9,10) and "
            f"{named('negative')} to the negative ones (1,2,3,4); rows with others are dropped. Or "
            f"change {named('label')}."
        )
    for given, role, code in ((positive, "positive", POSITIVE), (negative, "negative", NEGATIVE)):
        if given is not None:
            values = _values(path, role, given, counts, shown)
            if len(values) == len(counts):
                raise CorpusError(
                    f"{given!r} contains both labels of {path}. Give one as {named(role)}."
                )
            return {name: code if name in values else 1 - code for name in counts}
    for pair in LABEL_PAIRS:
        if set(pair) == set(counts):
            return dict(zip(pair, (POSITIVE, NEGATIVE), strict=True))
    raise CorpusError(
        f"Unknown labels in {path}: {shown}. Set {named('positive')} to the positive one."
    )


def _values(path: Path, role: str, given: str, counts: Counter[str], shown: str) -> set[str]:
    """The label values in a setting, casefolded. Raises CorpusError."""
    whole = _folded(given)
    values = [whole] if whole in counts else [_folded(value) for value in given.split(",")]
    if unknown := [value for value in values if value not in counts]:
        raise CorpusError(
            f"{_shown(unknown[0])} is not a label of {path}. Change {named(role)} to one or "
            f"several of {shown}, separated by commas."
        )
    return set(values)


def sides_of_ratings(labels: Sequence[str]) -> tuple[list[str], list[str]]:
    """The high and the low ones of ratings: 7 to 10 and 1 to 4 of ten, as in IMDB; 4 to 5 and 1 to
    2 of five. Empty lists if a label is not a number."""
    try:
        values = [float(label) for label in labels]
    except ValueError:
        return [], []
    low, span = min(values), (max(values) - min(values)) or 1.0
    shares = [(value - low) / span for value in values]
    return (
        [label for label, share in zip(labels, shares, strict=True) if share > 0.6],
        [label for label, share in zip(labels, shares, strict=True) if share < 0.4],
    )


def choose_columns(
    path: Path, text: str | None, label: str | None, split: str, names: list[str]
) -> Columns:
    """The columns to read. text, label: None if not given. split: the setting `split_column`."""
    text = _column(path, names, text, "text", TEXT_NAMES)
    label = _column(path, names, label, "label", LABEL_NAMES)
    if split == NONE:
        return Columns(text, label, None)
    if split:
        return Columns(text, label, _column(path, names, split, FIELD, ()))
    return Columns(text, label, likely_split_column(names, (text, label)))


def _column(
    path: Path, names: Sequence[str], given: str | None, role: str, guesses: Sequence[str]
) -> str:
    candidates = guesses if given is None else (given,)
    # An exact match wins over one that differs in case, an earlier guess over a later one.
    matches = [[name for name in names if name == guess] for guess in candidates]
    matches += [[name for name in names if _folded(name) == _folded(guess)] for guess in candidates]
    found = next(filter(None, matches), [])
    if not found:
        expected = "one of " + ", ".join(guesses) if given is None else _shown(given)
        raise CorpusError(
            f"{path} has no {role.removesuffix('_column')} column: expected {expected}, found "
            f"{', '.join(map(_shown, names))}. Change {named(role)}."
        )
    if len(found) > 1:
        raise CorpusError(f"{path} has the column {_shown(found[0])} twice. Rename one of them.")
    return found[0]


def _folded(value: object) -> str:
    return str(value).strip().casefold()


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"


class RejectedRows:
    """Rows that were not read: a line each for at most MAX_REJECTED_LINES, the rest counted.

    At most MAX_OF_A_REASON lines have the same reason, so that rare reasons are listed too.
    """

    def __init__(self, unit: str) -> None:
        self.unit = unit  # "row" or "line"
        self._lines: list[tuple[int, str]] = []
        self._reasons: Counter[str] = Counter()  # lines per reason
        self._more: Counter[str] = Counter()  # other rows per reason; "" if it has no line

    def add(self, number: int, reason: str) -> None:
        if self._reasons[reason] < MAX_OF_A_REASON and len(self._lines) < MAX_REJECTED_LINES:
            self._reasons[reason] += 1
            self._lines.append((number, f"{self.unit} {number}: {reason}"))
        else:
            self._more[reason if self._reasons[reason] else ""] += 1

    def lines(self) -> tuple[str, ...]:
        """Sorted by row number, then the number of further rows per reason."""
        more = sorted(self._more.items(), key=lambda item: (not item[0], -item[1]))
        closing = (
            f"... and {count:,} more: {reason or 'for other reasons'}" for reason, count in more
        )
        return (*(line for _, line in sorted(self._lines)), *closing)

    def first_lines(self) -> str:
        """The first three, each as a sentence with a leading space."""
        return "".join(f" {line}." for line in self.lines()[:3])
