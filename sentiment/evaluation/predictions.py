"""A model's predictions on the test split, saved with it so that models can be compared."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sentiment.corpus.review import THRESHOLD
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import ModelError
from sentiment.networks.model_folder import ModelInfo

FILE = "predictions.npz"


@dataclass(frozen=True)
class TestPredictions:
    """One entry per review of the test split, (N,) each."""

    __test__ = False  # for pytest: not a test class

    rows: np.ndarray  # int32, index of the review in its corpus
    labels: np.ndarray  # int8, 1 positive
    lengths: np.ndarray  # int16, words after truncation
    probabilities: np.ndarray  # float32, of Positive

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def correct(self) -> np.ndarray:
        """Whether the predicted label is correct, (N,) bool."""
        correct: np.ndarray = (self.probabilities >= THRESHOLD) == self.labels.astype(bool)
        return correct

    def most_confident_mistakes(self, count: int) -> "TestPredictions":
        """At most `count` wrong predictions, the most confident first."""
        confidence = np.where(self.correct, 0, np.abs(self.probabilities - 0.5))
        wrong = np.argsort(-confidence, kind="stable")[: min(count, int((~self.correct).sum()))]
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
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            rows=self.rows.astype(np.int32),
            labels=self.labels.astype(np.int8),
            lengths=self.lengths.astype(np.int16),
            probabilities=self.probabilities.astype(np.float32),
        )
        return buffer.getvalue()

    @classmethod
    def load(cls, folder: Path) -> "TestPredictions | None":
        """Read from a model folder; None if it has none. Raises ModelError if damaged."""
        if not (folder / FILE).is_file():
            return None
        try:
            contents = io.BytesIO((folder / FILE).read_bytes())
            with np.load(contents, allow_pickle=False) as arrays:
                return cls(
                    *(arrays[name] for name in ("rows", "labels", "lengths", "probabilities"))
                )
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
            raise ModelError(
                f"{folder / FILE} is damaged ({error}). Train the model again, or delete the file "
                "to exclude this model from comparisons."
            ) from error


def load_all(models: Mapping[str, ModelInfo]) -> dict[str, TestPredictions]:
    """The stored predictions of those models that have any, by name."""
    loaded = {name: TestPredictions.load(info.folder) for name, info in models.items()}
    return {name: predictions for name, predictions in loaded.items() if predictions}
