"""Mapping of label values to classes, and its text as a setting."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from sentiment.corpus.class_setting import format_classes
from sentiment.corpus.classes import Classes
from sentiment.corpus.label_values import in_order, label_key, listed, shown
from sentiment.errors import CorpusError
from sentiment.wording import counted

DROPPED = "dropped"


class ClassRow(NamedTuple):
    """A label in a form: the name of its class, and the position of the class, from 1."""

    label: str
    name: str  # empty: dropped
    order: int | None = None  # None: after the others


@dataclass(frozen=True)
class LabelMapping:
    """Label values and their classes; rows with other values are dropped."""

    classes: Classes | None  # None if they are not known
    codes: Mapping[str, int]  # label value -> code of its class
    doubt: str = ""  # why the user must confirm it
    unit: str = ""  # "stars"
    title: str = ""  # of a proposal

    @classmethod
    def of_rows(cls, rows: Sequence[ClassRow], *, ordered: bool, unit: str = "") -> "LabelMapping":
        """The mapping in a form; without classes if it has fewer than two.

        Names that differ only in case are one class. Raises CorpusError if a class has two orders.
        """
        spelling: dict[str, str] = {}  # name without case -> as first written
        place: dict[str, float] = {}
        for row in rows:
            if row.name:
                name = spelling.setdefault(row.name.casefold(), row.name)
                order = inf if row.order is None else row.order
                place.setdefault(name, order)
                if order not in (place[name], inf) and place[name] != inf:
                    raise CorpusError(
                        f"The class {shown(name)} has the orders {place[name]:.0f} and "
                        f"{order:.0f}. Give all labels of a class the same order."
                    )
                place[name] = min(place[name], order)
        names = sorted(place, key=lambda name: place[name])
        classes = Classes(tuple(names), ordered) if len(names) > 1 else None
        codes = {row.label: names.index(spelling[row.name.casefold()]) for row in rows if row.name}
        return cls(classes, codes if classes else {}, unit=unit)

    @property
    def sure(self) -> bool:
        return not self.doubt

    @property
    def setting(self) -> str:
        """The text of `TableConfig.classes` for these classes."""
        return format_classes({name: self.of_class(code) for code, name in self.named_codes})

    @property
    def named_codes(self) -> list[tuple[int, str]]:
        return list(enumerate(self.classes.names if self.classes else ()))

    def class_of(self, label: str) -> int | None:
        """The code of the class of a label in any spelling, None if its rows are dropped."""
        by_key = {label_key(known): code for known, code in self.codes.items()}
        return by_key.get(label_key(label))

    def name_of(self, label: str) -> str:
        """The name of the class of a label, DROPPED without one, "?" while it is not known."""
        code = self.class_of(label)
        if code is None or self.classes is None:
            return DROPPED if self.classes and not self.doubt else "?"
        return self.classes.name(code)

    def of_class(self, code: int) -> tuple[str, ...]:
        """The label values of a class."""
        return tuple(label for label, other in self.codes.items() if other == code)

    def sentence(self, counts: Mapping[str, int]) -> str:
        """A summary to check: "1 and 2 stars = Negative: 14,000 reviews. …"."""
        parts = []
        for code, name in self.named_codes:
            labels = in_order(self.of_class(code), counts)
            total = sum(counts.get(label, 0) for label in labels)
            same = [label for label in labels if label != name]
            what = f"{self._with_unit(labels)} = {name}" if same else name
            parts.append(f"{what}: {counted(total, 'review')}.")
        dropped = [label for label in in_order(counts, counts) if label not in self.codes]
        if parts and dropped:
            total = sum(counts[label] for label in dropped)
            parts.append(f"{self._with_unit(dropped)} = {DROPPED}: {counted(total, 'review')}.")
        return " ".join(parts)

    def _with_unit(self, labels: Collection[str]) -> str:
        return f"{listed(labels)} {self.unit}".rstrip()
