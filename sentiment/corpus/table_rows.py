"""From the rows of any table to a corpus: which columns, which label is positive, what is wrong.

Rows that cannot be used are named in `Corpus.rejected` with the reason; nothing is silently lost.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sentiment.corpus.review import NEGATIVE, POSITIVE, Corpus, Split
from sentiment.errors import CorpusError

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

MAX_TEXT_CHARACTERS = 1_000_000
MAX_REJECTED_LINES = 1_000
MAX_VALUES_SHOWN = 10
_INTEGRAL = re.compile(r"(?<=\d)\.0+$")  # pandas writes labels as 1.0 where some are missing


class Row(NamedTuple):
    number: int  # as a spreadsheet or an editor counts it, see `read_table`
    text: object
    label: object
    split: object = None  # None where the table has no such column


class Columns(NamedTuple):
    text: str
    label: str
    split: str | None


def corpus_of(
    path: Path,
    fingerprint: str,
    rows: Iterable[Row],
    rejected: "Rejected",
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
        names.append(label_name(row.label))
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


def _reason_to_reject(row: Row) -> str | None:
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
    if _plain(label_name(row.label)) in MISSING_LABELS:
        return "the label is missing"
    if row.split is not None and _plain(row.split) not in SPLIT_VALUES:
        return f"the split is {_shown(row.split)}, expected train, valid or test"
    return None


def label_name(value: object) -> str:
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


def choose_columns(path: Path, text: str | None, label: str | None, names: list[str]) -> Columns:
    return Columns(
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


class Rejected:
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
