"""A model's predictions on the test split, saved with it so that models can be compared."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sentiment import atomic
from sentiment.corpus.classes import MAX_CLASSES, predicted_labels
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import ModelError
from sentiment.listing import BadItem, list_items
from sentiment.networks.model_folder import ModelInfo
from sentiment.stored import read_arrays, reading, require_array

FILE = "predictions.npz"
PREDICTIONS = "file of predictions"  # kind of a bad item
_REMEDY = "Train the model again, or delete the file to exclude this model from comparisons."


@dataclass(frozen=True)
class TestPredictions:
    """One entry per review of the test split, (N,) each; K classes."""

    __test__ = False  # for pytest: not a test class

    rows: np.ndarray  # int32, index of the review in its corpus
    labels: np.ndarray  # int8, codes
    lengths: np.ndarray  # int16, words after truncation
    probabilities: np.ndarray  # float32, (N, K)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def predicted(self) -> np.ndarray:
        """Codes of the predicted labels, (N,)."""
        return predicted_labels(self.probabilities)

    @property
    def correct(self) -> np.ndarray:
        """Whether the predicted label is correct, (N,) bool."""
        return self.predicted == self.labels

    def most_confident_mistakes(self, count: int, label: int | None = None) -> "TestPredictions":
        """At most `count` wrong predictions, the most confident first.

        label: only of reviews with this label; None: of all.
        """
        mistakes = ~self.correct if label is None else ~self.correct & (self.labels == label)
        confidence = np.where(mistakes, self.probabilities.max(axis=1), 0)
        wrong = np.argsort(-confidence, kind="stable")[: min(count, int(mistakes.sum()))]
        return self._at(wrong)

    def of(self, rows: np.ndarray) -> "TestPredictions":
        """The predictions for `rows`, all of which must be present, in that order."""
        order = np.argsort(self.rows)
        return self._at(order[np.searchsorted(self.rows, rows, sorter=order)])

    def _at(self, index: np.ndarray) -> "TestPredictions":
        return TestPredictions(
            self.rows[index], self.labels[index], self.lengths[index], self.probabilities[index]
        )

    def belong_to(self, corpus: PreparedCorpus) -> bool:
        """Whether these are reviews of `corpus`, judged by labels and lengths."""
        if not len(self) or int(self.rows.max()) >= len(corpus):
            return False
        lengths = np.minimum(corpus.lengths[self.rows], self.lengths.max())  # as truncated
        return bool(
            np.array_equal(corpus.labels[self.rows], self.labels)
            and np.array_equal(lengths, self.lengths)
        )

    def to_bytes(self) -> bytes:
        """The content of predictions.npz."""
        return atomic.npz(
            {
                "rows": self.rows.astype(np.int32),
                "labels": self.labels.astype(np.int8),
                "lengths": self.lengths.astype(np.int16),
                "probabilities": self.probabilities.astype(np.float32),
            }
        )

    @classmethod
    def load(cls, folder: Path) -> "TestPredictions | None":
        """Read from a model folder; None if it has none. Raises ModelError if damaged."""
        path = folder / FILE
        if not os.path.lexists(path):
            return None
        arrays = read_arrays(path, ModelError, _REMEDY)
        with reading(path, ModelError, _REMEDY):
            size, classes = (len(arrays["rows"]),), arrays["probabilities"].shape[-1]
            if not 2 <= classes <= MAX_CLASSES:
                raise ValueError(f"it has {classes} classes, expected 2 to {MAX_CLASSES}")
            require_array(arrays["rows"], np.int32, size, low=0)
            require_array(arrays["labels"], np.int8, size, low=0, high=classes - 1)
            require_array(arrays["lengths"], np.int16, size, low=0)
            require_array(arrays["probabilities"], np.float32, (*size, classes), low=0, high=1)
            return cls(*(arrays[name] for name in ("rows", "labels", "lengths", "probabilities")))


def load_all(
    models: Mapping[str, ModelInfo],
) -> tuple[dict[str, TestPredictions], list[BadItem]]:
    """The stored predictions of those models that have any, by name, and the damaged files."""
    names = {info.folder / FILE: name for name, info in models.items()}

    def read(path: Path) -> tuple[str, TestPredictions] | None:
        predictions = TestPredictions.load(path.parent)
        return (names[path], predictions) if predictions else None

    listed = list_items(PREDICTIONS, names, read)
    return dict(listed.items), listed.bad
