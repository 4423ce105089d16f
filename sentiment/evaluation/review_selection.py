"""Reviews that match a filter and a search, optionally only the mistakes of a model."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.search import parse_query, passage
from sentiment.encoding.outliers import DropReason
from sentiment.evaluation.predictions import TestPredictions


@dataclass(frozen=True)
class ReviewSelection:
    """Rows of a prepared corpus in the order to list them."""

    corpus: PreparedCorpus
    rows: np.ndarray  # (n,)
    predicted: np.ndarray | None = None  # codes (n,); None without a model
    probabilities: np.ndarray | None = None  # (n,) of the predicted label; None without a model

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(
        cls,
        corpus: PreparedCorpus,
        matching: np.ndarray,
        found: np.ndarray | None = None,
        predictions: TestPredictions | None = None,
    ) -> "ReviewSelection":
        """Rows that are in `matching`, and in `found` if a search was made.

        predictions: keep only the mistakes of this model, the most confident first.
        """
        rows = matching
        if found is not None:
            rows = np.intersect1d(rows, found, assume_unique=True)
        if predictions is None:
            return cls(corpus, rows)
        mistakes = predictions.most_confident_mistakes(len(predictions))
        chosen = np.isin(mistakes.rows, rows)
        confidence = mistakes.probabilities.max(axis=1)
        return cls(corpus, mistakes.rows[chosen], mistakes.predicted[chosen], confidence[chosen])

    def page(self, number: int, size: int) -> "ReviewSelection":
        """Page `number`, counted from 1, with `size` reviews a page."""
        chosen = slice((number - 1) * size, number * size)
        arrays = (self.predicted, self.probabilities)
        parts = (None if array is None else array[chosen] for array in arrays)
        return ReviewSelection(self.corpus, self.rows[chosen], *parts)

    def drop_reason(self, place: int) -> DropReason:
        return DropReason(int(self.corpus.drop_reasons[self.rows[place]]))

    def table(self, query: str) -> list[dict[str, Any]]:
        """One entry per review, with the passage around the first match of `query`."""
        has_ratings = bool(self.corpus.ratings.any())
        table = []
        for place, row in enumerate(self.rows.tolist()):
            review = self.corpus.review(row)
            entry: dict[str, Any] = {
                "review": review.name,
                "label": self.corpus.classes.name(review.label),
            }
            if has_ratings:
                entry["stars"] = review.rating or None
            entry["words"] = int(self.corpus.lengths[row])
            entry["match" if parse_query(query) else "beginning"] = passage(review.text, query)
            table.append(entry | self._prediction(place))
        return table

    def _prediction(self, place: int) -> dict[str, Any]:
        """Label and probability by the model; empty without one."""
        if self.predicted is None or self.probabilities is None:
            return {}
        return {
            "predicted": self.corpus.classes.name(int(self.predicted[place])),
            "probability": float(self.probabilities[place]),
        }

    def csv_rows(self, most: int) -> Iterator[dict[str, object]]:
        """The first `most` reviews with their whole texts, for `csv_of`."""
        for place, row in enumerate(self.rows[:most].tolist()):
            review = self.corpus.review(row)
            yield {
                "review": review.name,
                "split": review.split.title,
                "label": self.corpus.classes.name(review.label),
                "drop_reason": self.drop_reason(place).title,
                "stars": review.rating or "",
                "text": review.text,
                **self._prediction(place),
            }
