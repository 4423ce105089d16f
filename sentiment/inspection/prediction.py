"""The prediction for one text, and the reasons to doubt it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sentiment.corpus.classes import Classes, predicted_labels
from sentiment.encoding.encode_text import EncodedText
from sentiment.errors import ModelError
from sentiment.wording import counted

# A label is uncertain if its share of the probability of the two most probable classes is lower.
UNCERTAIN_BELOW = 0.6
UNKNOWN_SHARE = 0.3  # a prediction from more unknown words is uncertain; test reviews have 1 to 5%


@dataclass(frozen=True)
class Prediction:
    """The prediction for one text."""

    label: int  # code of the most probable class
    probabilities: tuple[float, ...]  # of the classes
    classes: Classes
    words: int  # after truncation
    unknown: int  # of these, not in the vocabulary
    truncated: int  # words of the text that were cut off

    @property
    def name(self) -> str:
        """The name of the predicted class."""
        return self.classes.name(self.label)

    @property
    def probability(self) -> float:
        """Probability of the predicted class."""
        return self.probabilities[self.label]

    @property
    def uncertain(self) -> bool:
        return bool(self.doubts)

    @property
    def doubts(self) -> list[str]:
        """Reasons to call the prediction uncertain, each a sentence."""
        if self.unknown == self.words:
            return ["None of the words is in the vocabulary, so the prediction has no basis."]
        doubts = []
        second = max(p for code, p in enumerate(self.probabilities) if code != self.label)
        if self.probability < UNCERTAIN_BELOW * (self.probability + second):
            other = self.classes.name(self.probabilities.index(second))
            doubts.append(
                f"{self.name} ({self.probability:.0%}) and {other} ({second:.0%}) are almost "
                "equally probable."
            )
        if self.unknown > UNKNOWN_SHARE * self.words:
            doubts.append(f"{self._unknown}: the text differs from the training reviews.")
        if self.truncated > self.words:
            doubts.append(
                f"{counted(self.truncated, 'word')} of the text were not read, more than were read."
            )
        return doubts

    @property
    def _unknown(self) -> str:
        verb = "is" if self.unknown == 1 else "are"
        return f"{self.unknown} of {counted(self.words, 'word')} {verb} not in the vocabulary"

    @property
    def notes(self) -> list[str]:
        """The doubts, and what else limits the prediction."""
        notes = self.doubts
        if 0 < self.unknown <= UNKNOWN_SHARE * self.words and self.unknown < self.words:
            notes.append(f"{self._unknown}.")
        if 0 < self.truncated <= self.words:
            cut = counted(self.truncated, "word")
            notes.append(f"Cut off to fit the sequence length: {cut}.")
        return notes

    def to_json(self) -> dict[str, Any]:
        return {
            "label": self.name,
            "probability": self.probability,
            "probabilities": dict(zip(self.classes.names, self.probabilities, strict=True)),
            "uncertain": self.uncertain,
            "words": self.words,
            "unknown": self.unknown,
            "truncated": self.truncated,
        }


def prediction_of(
    encoded: EncodedText, probabilities: Sequence[float], classes: Classes
) -> Prediction:
    """The prediction from the probabilities of the classes. Raises ModelError if one is NaN."""
    if not all(map(math.isfinite, probabilities)):
        raise ModelError(
            "The output of the model is not a number: its weights are too large. Choose another "
            "model, or train it again with a lower learning rate."
        )
    return Prediction(
        int(predicted_labels(np.array(probabilities))),
        tuple(probabilities),
        classes,
        len(encoded.kept),
        encoded.unknown,
        encoded.truncated,
    )
