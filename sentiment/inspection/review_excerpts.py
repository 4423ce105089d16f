"""Spans of the reviews of a study, with the words around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sentiment.corpus.classes import predicted_labels
from sentiment.inspection.units import UnitStudy

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Predictor


@dataclass(frozen=True)
class ReviewExcerpt:
    """A span of a review with the words around it."""

    label: str
    verdict: str  # predicted label
    before: str
    here: str
    after: str

    @property
    def text(self) -> str:
        """In one line, the span between « and »."""
        here = f"«{self.here}»" if self.here else ""
        return " ".join(filter(None, (self.before, here, self.after)))

    @property
    def misclassified(self) -> bool:
        return self.label != self.verdict


def review_excerpts(
    study: UnitStudy,
    texts: Sequence[str],
    predictor: "Predictor",
    reviews: np.ndarray,
    starts: np.ndarray,
    length: int = 1,
    around: int = 10,
) -> list[ReviewExcerpt]:
    """Spans of `length` words with `around` words on either side.

    texts: of the reviews; reviews: their numbers in the study; starts: positions of the first words
    after truncation. All (spans,).
    """
    found = []
    for text, review, start in zip(texts, reviews.tolist(), starts.tolist(), strict=True):
        words = predictor.encode(text).kept_tokens
        low, end = max(0, start - around), start + length
        found.append(
            ReviewExcerpt(
                label=study.classes.name(study.labels[review]),
                verdict=study.classes.name(int(predicted_labels(study.probabilities[review]))),
                before=("… " if low else "") + " ".join(words[low:start]),
                here=" ".join(words[start:end]),
                after=" ".join(words[end : end + around])
                + (" …" if end + around < len(words) else ""),
            )
        )
    return found
