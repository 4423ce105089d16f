"""The class of each label value: proposed from all values of a column, or given by settings.

A proposal that is not sure is a question to a person; only a sure one is used without being asked.
"""

import csv
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from sentiment.corpus.label_values import (
    FALSE,
    NEGATIVE_WORDS,
    POSITIVE_WORDS,
    TRUE,
    Rating,
    counted,
    in_order,
    label_key,
    listed,
    rating_of,
    shown,
    word_class,
)
from sentiment.corpus.review import LABEL_NAMES, NEGATIVE, POSITIVE
from sentiment.corpus.table_config import TableConfig, named
from sentiment.errors import CorpusError

_SHARE_OF_RATINGS = 0.9  # of the rows, if a column of ratings also has a few other values
# Columns whose numbers are opinions, and columns whose 1 is the worse one.
_OPINION = re.compile(r"star|rating|score|sentiment|polarity|overall|grade|vote")
_AGAINST = re.compile(
    r"neg|bad|toxic|hate|offens|insult|complain|dislike|fail|spam|fake|dissatis|unhappy|rotten"
)
# The end of a scale -> the highest negative and the lowest positive rating.
_LIMITS = {4: (1.0, 3.0), 5: (2.0, 4.0), 10: (4.0, 7.0)}
_LOWEST = {4: (0.0,), 5: (0.5, 1.0), 10: (0.5, 1.0)}
UNKNOWN = "It is not clear which of these labels are positive, and which are negative."


@dataclass(frozen=True)
class LabelMapping:
    """Label values and their classes; rows with other values are dropped."""

    classes: Mapping[str, int]  # label value -> POSITIVE or NEGATIVE; empty if it is not known
    doubt: str = ""  # why a person must confirm it
    unit: str = ""  # "stars"

    @property
    def sure(self) -> bool:
        return not self.doubt

    def class_of(self, label: str) -> int | None:
        """The class of a label in any spelling, None if its rows are dropped."""
        by_key = {label_key(known): code for known, code in self.classes.items()}
        return by_key.get(label_key(label))

    def of_class(self, code: int) -> tuple[str, ...]:
        """The label values of a class."""
        return tuple(label for label, other in self.classes.items() if other == code)

    def sentence(self, counts: Mapping[str, int]) -> str:
        """For a person to check: "4 and 5 stars = Positive: 35,000 reviews."."""
        parts = []
        for code in (POSITIVE, NEGATIVE):
            labels = in_order(self.of_class(code), counts)
            total = sum(counts[label] for label in labels)
            if labels:
                parts.append(f"{self._named(labels)} = {LABEL_NAMES[code]}: {total:,} reviews.")
        dropped = [label for label in in_order(counts, counts) if label not in self.classes]
        if parts and dropped:
            total = sum(counts[label] for label in dropped)
            parts.append(f"{self._named(dropped)} = dropped: {total:,} reviews.")
        return " ".join(parts)

    def _named(self, labels: Collection[str]) -> str:
        return f"{listed(labels)} {self.unit}".rstrip()


def propose_mapping(counts: Mapping[str, int], column: str = "") -> LabelMapping:
    """The likely class of each label of a column.

    counts: rows per label, over the whole column. column: its name, which can say more.
    """
    keys = {label: label_key(label) for label in counts}
    proposed = _of_words(keys) or _of_numbers(keys, counts, column.casefold())
    if proposed is None:
        return LabelMapping({}, UNKNOWN)
    ordered = in_order(proposed.classes, counts)
    return LabelMapping(
        {label: proposed.classes[label] for label in ordered},
        proposed.doubt,
        "stars" if "star" in column.casefold() and all(map(str.isdecimal, ordered)) else "",
    )


def _of_words(keys: Mapping[str, str]) -> LabelMapping | None:
    groups = {label: word_class(key) for label, key in keys.items()}
    codes = {POSITIVE_WORDS: POSITIVE, NEGATIVE_WORDS: NEGATIVE}
    classes = {label: codes[group] for label, group in groups.items() if group in codes}
    unknown = [label for label, group in groups.items() if group is None]
    if len(set(classes.values())) < 2 or len(unknown) > len(groups) / 2:
        return None
    return LabelMapping(classes, _not_known(unknown))


def _of_numbers(
    keys: Mapping[str, str], counts: Mapping[str, int], column: str
) -> LabelMapping | None:
    flags = _of_flags(keys, column)
    if flags:
        return flags
    groups = {label: rating_of(key) for label, key in keys.items()}
    ratings = {label: rating for label, rating in groups.items() if rating}
    others = [label for label in keys if label not in ratings and word_class(keys[label]) is None]
    rows = sum(counts.values())
    if sum(counts[label] for label in ratings) < _SHARE_OF_RATINGS * rows or not ratings:
        return None
    found = _scale_of(list(ratings.values()), column)
    if found is None:
        return None
    low, high, doubt = found
    doubt = _not_known(others) or doubt
    classes = {
        label: POSITIVE if rating.value >= high else NEGATIVE
        for label, rating in ratings.items()
        if not low < rating.value < high
    }
    return LabelMapping(classes, doubt) if len(set(classes.values())) == 2 else None


def _not_known(labels: Collection[str]) -> str:
    return f"The meaning of {listed(labels)} is not known." if labels else ""


def _of_flags(keys: Mapping[str, str], column: str) -> LabelMapping | None:
    values = set(keys.values())
    if not values <= TRUE | FALSE or not values & TRUE or not values & FALSE:
        return None
    if _AGAINST.search(column):
        doubt = f"The column {column!r} may mark the negative reviews."
        return LabelMapping({}, doubt)
    return LabelMapping(
        {label: POSITIVE if key in TRUE else NEGATIVE for label, key in keys.items()}
    )


def _scale_of(ratings: Collection[Rating], column: str) -> tuple[float, float, str] | None:
    """The highest negative and the lowest positive rating, and the doubt; None if unknown."""
    values = {rating.value for rating in ratings}
    lowest, highest = min(values), max(values)
    if values in ({0, 4}, {0, 2, 4}):  # Sentiment140
        return 1, 3, ""
    if lowest < 0:
        whole = all(value.is_integer() for value in values)
        return (-0.1, 0.1, "" if whole else UNKNOWN) if lowest == -highest else None
    if values == {1, 2}:
        return 1, 2, "With the labels 1 and 2, 2 is mostly Positive, but the opposite occurs."
    if values == {0, 1, 2}:
        return 0, 2, "The labels 0, 1 and 2 are mostly in this order, but others occur."
    ends = {rating.high for rating in ratings}
    end = ends.pop() if len(ends) == 1 else None
    if end is None and (highest in (5, 10) or (highest == 4 and lowest == 0)):
        end = int(highest)
    if end is None or highest > end:
        return None
    low, high = _LIMITS.get(end, (0.4 * end, 0.7 * end))
    opinions = bool(_OPINION.search(column)) or all(rating.stars for rating in ratings)
    step = 1 if end == 4 else 2
    if not all((value * step).is_integer() for value in values):
        doubt = "Some of these ratings are between the usual steps."
    elif highest < end or lowest not in _LOWEST.get(end, ()):
        doubt = f"The scale of these ratings seems to end at {end}; its lowest end is not clear."
    elif not opinions:
        doubt = f"These numbers may be ratings up to {end}, or something else."
    else:
        doubt = ""
    return low, high, doubt


def classes_of(
    path: Path, counts: Mapping[str, int], table: TableConfig, column: str = ""
) -> dict[str, int]:
    """Label value -> POSITIVE or NEGATIVE, by the settings or a sure proposal.

    counts: rows per label. column: name of the label column. Raises CorpusError.
    """
    mapping = mapping_of(path, counts, table, column)
    if mapping.sure:
        return dict(mapping.classes)
    positive, negative = (
        f" (such as {','.join(labels)})" if (labels := mapping.of_class(code)) else ""
        for code in (POSITIVE, NEGATIVE)
    )
    raise CorpusError(
        f"{path} has the labels {counted(counts)}. {mapping.doubt} Give the positive ones with "
        f"{named('positive')}{positive} and the negative ones with {named('negative')}{negative}; "
        f"rows with others are dropped. Or change {named('label')}."
    )


def mapping_of(
    path: Path, counts: Mapping[str, int], table: TableConfig, column: str = ""
) -> LabelMapping:
    """The classes in the settings, or a proposal if they are empty. Raises CorpusError."""
    if len(counts) == 1 and not (table.positive and table.negative):
        raise CorpusError(
            f"Every row of {path} has the same label, {counted(counts)}; expected two. Add rows "
            f"with another label, or change {named('label')}."
        )
    given = {
        code: _values(path, role, values, counts)
        for code, role, values in (
            (POSITIVE, "positive", table.positive),
            (NEGATIVE, "negative", table.negative),
        )
        if values
    }
    if not given:
        return propose_mapping(counts, column)
    if len(given) == 1:
        return LabelMapping(_with_the_other(path, counts, given))
    if both := sorted(given[POSITIVE] & given[NEGATIVE]):
        raise CorpusError(
            f"The label {listed(both)} of {path} is given as positive and as negative. Change "
            f"{named('positive')} or {named('negative')}."
        )
    return LabelMapping({label: code for code, labels in given.items() for label in labels})


def _with_the_other(
    path: Path, counts: Mapping[str, int], given: Mapping[int, set[str]]
) -> dict[str, int]:
    """The classes of two labels, of which one is given."""
    ((code, labels),) = given.items()
    role, other = ("positive", "negative") if code == POSITIVE else ("negative", "positive")
    if len(counts) != 2:
        raise CorpusError(
            f"{path} has the labels {counted(counts)}. With more than two, give the {other} ones "
            f"too, with {named(other)}; rows with others are dropped."
        )
    if len(labels) == 2:
        raise CorpusError(
            f"Both labels of {path}, {counted(counts)}, are given as {role}. Change {named(role)} "
            "to one of them."
        )
    return {label: code if label in labels else 1 - code for label in counts}


def _values(path: Path, role: str, given: Collection[str], counts: Mapping[str, int]) -> set[str]:
    """The labels in a setting. Each entry is a label, or several separated by commas.

    Raises CorpusError.
    """
    known = {label_key(label): label for label in counts}
    found = set()
    for entry in given:
        entries = [entry]
        if label_key(entry) not in known:
            entries = next(csv.reader([entry], skipinitialspace=True), [])
        for value in entries:
            if label_key(value) not in known:
                raise CorpusError(
                    f"{shown(value)} is not a label of {path}. Change {named(role)} to one or "
                    f"several of {counted(counts)}, separated by commas."
                )
            found.add(known[label_key(value)])
    return found
