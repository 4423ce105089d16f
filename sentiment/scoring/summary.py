"""Summary of the predictions for a file: counts, distributions, most uncertain rows."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from sentiment.corpus.classes import predicted_labels
from sentiment.progress import Progress
from sentiment.scoring.scored_file import ScoredFile

BINS = 20  # of a probability
SHOWN = 10  # most uncertain reviews
MOST_REASONS = 100  # counted separately; further ones together
OTHER_REASONS = "other reasons"
ROWS_OF_A_REASON = 5  # row numbers kept per reason


@dataclass(frozen=True)
class Reason:
    """Rows without a prediction for one reason."""

    rows: int
    first: tuple[int, ...]  # numbers of the first rows


@dataclass(frozen=True)
class Summary:
    """The predictions for a file with K classes."""

    rows: int
    labels: np.ndarray  # (K,) rows by predicted class
    uncertain: int  # rows
    bins: np.ndarray  # (K, BINS) rows by the probability of each class
    reasons: dict[str, Reason]
    closest: np.ndarray  # (n,) positions of the most uncertain rows, the most uncertain first
    closest_probabilities: np.ndarray  # (n, K)

    @property
    def predicted(self) -> int:
        """Rows with a prediction."""
        return int(self.labels.sum())

    @property
    def unreadable(self) -> int:
        """Rows without a prediction."""
        return self.rows - self.predicted

    @classmethod
    def of(cls, file: ScoredFile, progress: Progress | None = None) -> "Summary":
        """Read the file once, in constant memory. Raises StorageError.

        The most uncertain rows are those whose two most probable classes are closest.
        """
        count, rows, uncertain = len(file.classes), 0, 0
        labels, bins = np.zeros(count, np.int64), np.zeros((count, BINS), np.int64)
        reasons, first = Counter[str](), dict[str, list[int]]()
        closest, found = np.zeros(0, np.int64), np.zeros((0, count))
        added = file.added
        names = [*file.probability_columns, added["uncertain"], added["reason"], added["row"]]
        for batch in file.batches(names, progress):
            p = file.probabilities(batch)
            predicted = np.flatnonzero(~np.isnan(p).any(axis=1))
            labels += np.bincount(predicted_labels(p[predicted]), minlength=count)
            places = np.minimum((p[predicted] * BINS).astype(int), BINS - 1)
            for code in range(count):
                bins[code] += np.bincount(places[:, code], minlength=BINS)
            uncertain += batch[added["uncertain"]].true_count
            for place in np.flatnonzero(np.isnan(p).any(axis=1)).tolist():
                reason = str(batch[added["reason"]][place].as_py() or "")
                if reason not in reasons and len(reasons) >= MOST_REASONS:
                    reason = OTHER_REASONS
                reasons[reason] += 1
                if len(numbers := first.setdefault(reason, [])) < ROWS_OF_A_REASON:
                    numbers.append(batch[added["row"]][place].as_py())
            closest = np.concatenate([closest, rows + predicted])
            found = np.concatenate([found, p[predicted]])
            best = np.argsort(margins(found), kind="stable")[:SHOWN]
            closest, found = closest[best], found[best]
            rows += len(p)
        return cls(
            rows,
            labels,
            uncertain,
            bins,
            {reason: Reason(n, tuple(first[reason])) for reason, n in reasons.most_common()},
            closest,
            found,
        )


def margins(probabilities: np.ndarray) -> np.ndarray:
    """Difference of the two largest probabilities of each row: (N, K) -> (N,)."""
    ordered = np.sort(probabilities, axis=1)
    difference: np.ndarray = ordered[:, -1] - ordered[:, -2]
    return difference
