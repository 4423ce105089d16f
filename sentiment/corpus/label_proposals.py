"""Proposals for the classes of a label column: from its words, its ratings, or its values alone.

Only a proposal that is certain is used without confirmation by the user.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sentiment.corpus.classes import NEGATIVE_NEUTRAL_POSITIVE, Classes
from sentiment.corpus.label_counter import IDENTIFIES, identifies_rows
from sentiment.corpus.label_mapping import LabelMapping
from sentiment.corpus.label_values import (
    FALSE,
    TRUE,
    Rating,
    in_order,
    label_key,
    listed,
    present,
    rating_of,
    word_level,
)

TWO_SIDES, THREE_CLASSES, EACH_VALUE = "Two sides", "Three classes", "Each value"
MOST_VALUES = 20  # that become a class each
_SHARE_OF_RATINGS = 0.9  # of the rows, if a column of ratings also has a few other values
# Columns whose numbers are opinions, and columns whose 1 is the worse one.
_OPINION = re.compile(r"star|rating|score|sentiment|polarity|overall|grade|vote")
_AGAINST = re.compile(
    r"neg|bad|toxic|hate|offens|insult|complain|dislike|fail|spam|fake|dissatis|unhappy|rotten"
)
# The end of a scale -> the highest negative and the lowest positive rating.
_LIMITS = {4: (1.0, 3.0), 5: (2.0, 4.0), 10: (4.0, 7.0)}
_LOWEST = {4: (0.0,), 5: (0.5, 1.0), 10: (0.5, 1.0)}
UNKNOWN = "It is not clear which classes these labels mean."


class _Scale(NamedTuple):
    low: float  # the highest negative rating
    high: float  # the lowest positive rating
    doubt: str = ""
    neutral: bool = False  # the middle stands for neutral reviews by convention


def propose_mapping(counts: Mapping[str, int], column: str = "") -> LabelMapping:
    """The first of the `proposals`; one without classes if there are none."""
    doubt = IDENTIFIES.capitalize() if identifies_rows(counts) else UNKNOWN
    return next(iter(proposals(counts, column)), LabelMapping(None, {}, doubt))


def proposals(counts: Mapping[str, int], column: str = "") -> list[LabelMapping]:
    """Possible classes of the labels of a column, the likely ones first.

    counts: rows per label, over the whole column. column: its name, which may tell what the labels
    mean. Words for missing labels, such as "none", are in no class; the user can assign one.
    """
    if identifies_rows(counts):
        return []
    column = column.casefold()
    counts = present(counts)
    labels = in_order(counts, counts)
    keys = {label: label_key(label) for label in labels}
    return (
        _of_words(keys)
        or _of_flags(keys, column)
        or _of_ratings(keys, counts, column)
        or _of_values(keys, counts)
    )


def _mapping(
    title: str,
    groups: Mapping[str, Sequence[str]],
    *,
    ordered: bool = True,
    doubt: str = "",
    unit: str = "",
) -> list[LabelMapping]:
    """The proposal of these classes and their labels; empty with fewer than two classes."""
    filled = {name: labels for name, labels in groups.items() if labels}
    if len(filled) < 2:
        return []
    codes = {label: code for code, labels in enumerate(filled.values()) for label in labels}
    return [LabelMapping(Classes(tuple(filled), ordered), codes, doubt, unit, title)]


def _of_sides(
    levels: Mapping[str, float], low: float, high: float, *, neutral: bool, doubt: str, unit: str
) -> list[LabelMapping]:
    """Proposals: two sides, sides and middle, each value. neutral: that with the middle is first.

    levels: how positive each label is; up to `low` it is negative, from `high` on positive.
    """
    labels = sorted(levels, key=lambda label: levels[label])
    below = [label for label in labels if levels[label] <= low]
    middle = [label for label in labels if low < levels[label] < high]
    above = [label for label in labels if levels[label] >= high]
    if not below or not above:
        return []
    first, second, last = NEGATIVE_NEUTRAL_POSITIVE.names
    found = _mapping(TWO_SIDES, {first: below, last: above}, doubt=doubt, unit=unit)
    if middle:
        groups = {first: below, second: middle, last: above}
        three = _mapping(THREE_CLASSES, groups, doubt=doubt, unit=unit)
        found = three + found if neutral else found + three
    most = max(len(proposal.classes or ()) for proposal in found)
    if most < len(labels) <= MOST_VALUES and len(set(levels.values())) == len(labels):
        found += _mapping(EACH_VALUE, {label: [label] for label in labels}, doubt=doubt, unit=unit)
    return found


def _of_words(keys: Mapping[str, str]) -> list[LabelMapping]:
    levels = {label: level for label, key in keys.items() if (level := word_level(key)) is not None}
    unknown = [label for label in keys if label not in levels]
    if len(unknown) > len(keys) / 2:
        return []
    return _of_sides(levels, -0.1, 0.1, neutral=True, doubt=_not_known(unknown), unit="")


def _of_flags(keys: Mapping[str, str], column: str) -> list[LabelMapping]:
    values = set(keys.values())
    if not values <= TRUE | FALSE or not values & TRUE or not values & FALSE:
        return []
    true = [label for label, key in keys.items() if key in TRUE]
    false = [label for label in keys if label not in true]
    first, _, last = NEGATIVE_NEUTRAL_POSITIVE.names
    if _AGAINST.search(column):
        doubt = f"The column {column!r} may mark the negative reviews."
        return _mapping(TWO_SIDES, {first: true, last: false}, doubt=doubt)
    return _mapping(TWO_SIDES, {first: false, last: true})


def _of_ratings(
    keys: Mapping[str, str], counts: Mapping[str, int], column: str
) -> list[LabelMapping]:
    groups = {label: rating_of(key) for label, key in keys.items()}
    ratings = {label: rating for label, rating in groups.items() if rating}
    others = [label for label in keys if label not in ratings and word_level(keys[label]) is None]
    rows = sum(counts.values())
    if sum(counts[label] for label in ratings) < _SHARE_OF_RATINGS * rows or not ratings:
        return []
    levels = {label: rating.value for label, rating in ratings.items()}
    unit = "stars" if "star" in column and all(map(str.isdecimal, keys)) else ""
    scale = _scale_of(list(ratings.values()), column)
    doubt = _not_known(others) or (scale.doubt if scale else "")
    if scale:
        found = _of_sides(
            levels, scale.low, scale.high, neutral=scale.neutral, doubt=doubt, unit=unit
        )
        if found:
            return found
    if len(set(levels.values())) < len(levels) or len(levels) > MOST_VALUES:
        return []
    doubt = doubt or "It is not clear where these numbers change from negative to positive."
    return _mapping(EACH_VALUE, {label: [label] for label in levels}, doubt=doubt, unit=unit)


def _of_values(keys: Mapping[str, str], counts: Mapping[str, int]) -> list[LabelMapping]:
    """Each value as a class without an order, if there are few and most have several rows."""
    if len(keys) > MOST_VALUES or sum(counts.values()) < 2 * len(keys):
        return []
    doubt = "The meaning of these labels is not known; each becomes a class, without an order."
    return _mapping(EACH_VALUE, {label: [label] for label in keys}, ordered=False, doubt=doubt)


def _not_known(labels: Collection[str]) -> str:
    return f"The meaning of {listed(labels)} is not known." if labels else ""


def _scale_of(ratings: Collection[Rating], column: str) -> _Scale | None:
    """The limits of negative and positive ratings on this scale, None if unknown."""
    values = {rating.value for rating in ratings}
    lowest, highest = min(values), max(values)
    if values in ({0, 4}, {0, 2, 4}):  # Sentiment140
        return _Scale(1, 3, neutral=True)
    if lowest < 0:
        whole = all(value.is_integer() for value in values)
        doubt = "" if whole else UNKNOWN
        return _Scale(-0.1, 0.1, doubt, neutral=True) if lowest == -highest else None
    if values == {1, 2}:
        doubt = "With the labels 1 and 2, 2 is mostly Positive, but the opposite occurs."
        return _Scale(1, 2, doubt)
    if values == {0, 1, 2}:
        doubt = "The labels 0, 1 and 2 are mostly in this order, but others occur."
        return _Scale(0, 2, doubt, neutral=True)
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
    return _Scale(low, high, doubt)
