"""Split column of a table: the column with the split of each row, and whether it is used.

A column with values other than train, valid and test (folds, blanks) is used only if the user
chooses it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sentiment.corpus.guess import Guess
from sentiment.corpus.review import Split

FIELD, NONE = "split_column", "none"
COLUMN_NAMES = ("split", "partition", "set", "subset", "part", "fold", "type")
SPLIT_VALUES = {
    **dict.fromkeys(("train", "training"), Split.TRAIN),
    **dict.fromkeys(("valid", "validation", "val", "dev", "development"), Split.VALID),
    **dict.fromkeys(("test", "testing"), Split.TEST),
}
ONLY_TEST = "All rows are of the test split: a model can be evaluated on them, not trained."
MAX_VALUES = 100  # a column with more does not tell splits
_OTHERS = "\0"  # stands for all values after MAX_VALUES
_MAX_SHOWN = 8
_VALUE_CHARACTERS = 100


@dataclass(frozen=True)
class SplitUse:
    """The splits that the values of a column tell, and whether they are applied."""

    splits: Mapping[str, Split]  # by value; rows with other values are left out
    applied: bool


def likely_split_column(names: Sequence[str], others: Iterable[str] = ()) -> str | None:
    """The first of `names` that may tell splits. others: the columns of texts and labels."""
    free = {folded(name): name for name in reversed(names) if name not in set(others)}
    return next((free[name] for name in COLUMN_NAMES if name in free), None)


def folded(value: object) -> str:
    """The form in which values are compared, without blanks around them and without case."""
    return "" if value is None else str(value).strip().casefold()[:_VALUE_CHARACTERS]


class SplitValues:
    """The values of a split column, as one number per row, and their counts."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.counts = Counter[str]()

    def add(self, value: object) -> int:
        """Count a value; returns its number."""
        name = folded(value)
        if name not in self.numbers and len(self.numbers) >= MAX_VALUES:
            name = _OTHERS
        self.counts[name] += 1
        return self.numbers.setdefault(name, len(self.numbers))


def use_of(counts: Counter[str], chosen: bool) -> SplitUse:
    """The splits that a column tells. counts: rows per value.

    chosen: the user named the column; otherwise it is applied only if all its values are known.
    """
    known = {value: SPLIT_VALUES[value] for value in counts if value in SPLIT_VALUES}
    others = counts.keys() - known.keys()
    found = set(known.values())
    if known and not others:
        return SplitUse(known, chosen or Split.TRAIN in found or found == {Split.TEST})
    if known:
        rest_is_train = Split.TRAIN not in found and others == {""}
        return SplitUse(known | {"": Split.TRAIN} if rest_is_train else known, chosen)
    if len(others) > 1 and all(value.isdecimal() for value in others):
        last = max(others, key=int)
        return SplitUse(
            {value: Split.TEST if value == last else Split.TRAIN for value in others}, chosen
        )
    return SplitUse({}, False)


def split_guess(column: str, counts: Counter[str], given: str) -> Guess | None:
    """The guess whether a column tells splits, None if that is unlikely.

    counts: rows per value. given: the setting `split_column`.
    """
    use = use_of(counts, given not in ("", NONE))
    if not use.splits and not given and folded(column) != COLUMN_NAMES[0]:
        return None
    applied = use.applied and given != NONE
    values = ", ".join(
        f"{value or 'no value'} ({count:,})" for value, count in _shown(counts).items()
    )
    sentence = f"The column {column!r} has the values {values}. "
    if not applied:
        sentence += "It is not used as splits."
    elif set(use.splits.values()) == {Split.TEST}:
        sentence += ONLY_TEST
    else:
        sentence += "It tells the splits."
    options = {NONE: "Ignore the column"}
    if use.splits:
        options[column] = f"Use it: {_description(use, counts)}"
    return Guess(FIELD, column if applied else NONE, sentence, options)


def unusable(column: str, counts: Counter[str]) -> str:
    """Why a chosen column does not tell splits, as the beginning of a sentence."""
    values = ", ".join(f"{value!r} ({count:,})" for value, count in _shown(counts).items())
    return (
        f"the column {column!r} has the values {values}, expected train, valid or test, or numbers "
        "of folds"
    )


def _shown(counts: Counter[str]) -> dict[str, int]:
    common = counts.most_common()
    shown = {value: count for value, count in common[:_MAX_SHOWN] if value != _OTHERS}
    more = sum(counts.values()) - sum(shown.values())
    return shown | ({"others": more} if more else {})


def _description(use: SplitUse, counts: Counter[str]) -> str:
    by_split = Counter[Split]()
    for value, split in use.splits.items():
        by_split[split] += counts[value]
    parts = [f"{split.title} {by_split[split]:,}" for split in Split if split in by_split]
    left_out = sum(counts.values()) - by_split.total()
    return ", ".join([*parts, *([f"left out {left_out:,}"] if left_out else [])])
