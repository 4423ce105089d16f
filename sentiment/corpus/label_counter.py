"""Counts of the values of a label column, row by row, in constant memory."""

from collections.abc import Mapping
from pathlib import Path

from sentiment.corpus.label_values import label_key, present
from sentiment.corpus.table_config import named
from sentiment.errors import CorpusError

MOST_LABELS = 50  # different values of a label column
_SPELLINGS = 10_000  # whose keys are cached
# A column may have more values than MOST_LABELS, because of broken rows, if each has so many rows
# on average.
ROWS_PER_LABEL = 100
_MOST_OF_A_SCALE = 11  # 0 to 10; more different labels, one per row, identify the rows
IDENTIFIES = "every row has a different label, so it identifies the rows and is not a class."


def identifies_rows(counts: Mapping[str, int]) -> bool:
    """Whether every row has a different label, as in a column of row numbers or texts."""
    counts = present(counts)
    return len(counts) > _MOST_OF_A_SCALE and all(count == 1 for count in counts.values())


class LabelCounter:
    """Rows per label. Equal labels count under their first spelling, see `label_key`."""

    def __init__(self) -> None:
        self.names: list[str] = []  # by number
        self._numbers: dict[str, int] = {}  # of spellings
        self._of_keys: dict[str, int] = {}
        self._counts: list[int] = []
        self.rows = 0

    def add(self, name: str) -> int:
        """Count a label, a result of `label_name`. Returns its number."""
        number = self._numbers.get(name)
        if number is None:
            number = self._of_keys.setdefault(label_key(name), len(self.names))
            if len(self._numbers) < _SPELLINGS:
                self._numbers[name] = number
            if number == len(self.names):
                self.names.append(name)
                self._counts.append(0)
        self._counts[number] += 1
        self.rows += 1
        return number

    @property
    def too_many(self) -> bool:
        """Whether there are too many values for a label column, so that counting can stop."""
        return len(self.names) > max(MOST_LABELS, self.rows / ROWS_PER_LABEL)

    def counts(self) -> dict[str, int]:
        """Label -> rows, in the order of the first rows."""
        return dict(zip(self.names, self._counts, strict=True))


def too_many_labels(path: Path, column: str, counts: Mapping[str, int]) -> CorpusError:
    """The error for a column that does not hold labels. counts: of the rows read so far."""
    if identifies_rows(counts):
        return CorpusError(
            f"In the column {column!r} of {path}, {IDENTIFIES} Change {named('label')}."
        )
    return CorpusError(
        f"The column {column!r} of {path} has more than {MOST_LABELS} different values, too many "
        f"for labels. Change {named('label')} to the column with the sentiment of a review."
    )
