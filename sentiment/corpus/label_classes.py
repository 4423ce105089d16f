"""Classes of the labels of a table: those in its settings, or a proposal that is certain."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from sentiment.corpus.class_setting import parse_classes
from sentiment.corpus.classes import Classes
from sentiment.corpus.label_counter import IDENTIFIES, identifies_rows
from sentiment.corpus.label_mapping import LabelMapping
from sentiment.corpus.label_proposals import proposals, propose_mapping
from sentiment.corpus.label_values import (
    counted,
    label_key,
    present,
    rating_of,
    shown,
    word_level,
)
from sentiment.corpus.table_config import YES, TableConfig, named
from sentiment.errors import CorpusError


def classes_of(
    path: Path, counts: Mapping[str, int], table: TableConfig, column: str = ""
) -> LabelMapping:
    """The classes in the settings, or a proposal that is certain.

    counts: rows per label. column: name of the label column. Raises CorpusError.
    """
    mapping = mapping_of(path, counts, table, column)
    if mapping.sure:
        return mapping
    if identifies_rows(counts):
        raise CorpusError(f"In {path}, {IDENTIFIES} Change {named('label')}.")
    examples = " or ".join(f"'{one.setting}'" for one in proposals(counts, column))
    raise CorpusError(
        f"{path} has the labels {counted(counts)}. {mapping.doubt} Give the labels of each class "
        f"with {named('classes')}, such as {examples or repr('Negative=1,2; Positive=4,5')}; rows "
        f"with others are dropped. Or change {named('label')}."
    )


def mapping_of(
    path: Path, counts: Mapping[str, int], table: TableConfig, column: str = ""
) -> LabelMapping:
    """The classes in the settings, or a proposal if they are empty. Raises CorpusError."""
    if table.classes:
        return _given(path, counts, table)
    found = present(counts)
    if len(found) < 2:
        same = f"Every row of {path} has the same label, {counted(found)}; expected two. Add rows "
        raise CorpusError(
            (same if found else f"No row of {path} has a label. Add rows ")
            + f"with another label, or change {named('label')}."
        )
    proposed = propose_mapping(counts, column)
    if table.ordered and proposed.classes:
        classes = replace(proposed.classes, ordered=table.ordered == YES)
        return replace(proposed, classes=classes)
    return proposed


def _given(path: Path, counts: Mapping[str, int], table: TableConfig) -> LabelMapping:
    known = {label_key(label): label for label in counts}
    labels_of: dict[str, list[str]] = {}
    class_with: dict[str, str] = {}
    for name, values in parse_classes(table.classes).items():
        labels_of[name] = []
        for value in values:
            label = known.get(label_key(value))
            if label is None:
                raise CorpusError(
                    f"{shown(value)} is not a label of {path}. Change {named('classes')} to labels "
                    f"of {counted(counts)}."
                )
            if class_with.setdefault(label, name) != name:
                raise CorpusError(
                    f"The label {shown(label)} of {path} is given for {class_with[label]} and for "
                    f"{name}. Change {named('classes')}."
                )
            labels_of[name].append(label)
    levels = _rising_levels(labels_of)
    if table.ordered == "" and levels and levels[0] > levels[-1]:
        labels_of = dict(reversed(labels_of.items()))
    ordered = bool(levels) if table.ordered == "" else table.ordered == YES
    codes = {label: code for code, labels in enumerate(labels_of.values()) for label in labels}
    return LabelMapping(Classes(tuple(labels_of), ordered), codes)


def _rising_levels(labels_of: Mapping[str, list[str]]) -> list[float]:
    """A level for each class if the levels strictly rise or fall, else empty.

    The levels are those of the names of the classes, or means over their labels.
    """
    by_name = [word_level(label_key(name)) for name in labels_of]
    by_word = [_mean(map(word_level, map(label_key, labels))) for labels in labels_of.values()]
    by_rating = [_mean(map(_rating, labels)) for labels in labels_of.values()]
    for found in (by_name, by_word, by_rating):
        levels = [level for level in found if level is not None]
        steps = [right - left for left, right in pairwise(levels)]
        if len(levels) == len(found) and (min(steps) > 0 or max(steps) < 0):
            return levels
    return []


def _rating(label: str) -> float | None:
    rating = rating_of(label_key(label))
    return rating.value if rating else None


def _mean(levels: Iterable[float | None]) -> float | None:
    """The mean, None if there are no levels or one is missing."""
    found = list(levels)
    known = [level for level in found if level is not None]
    return sum(known) / len(known) if known and len(known) == len(found) else None
