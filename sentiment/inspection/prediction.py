"""Prediction for one text, and reasons to doubt it."""

import math
from dataclasses import dataclass
from typing import Any

from sentiment.corpus.review import predicted_class
from sentiment.encoding.encode_text import EncodedText
from sentiment.errors import ModelError
from sentiment.wording import counted

UNCERTAIN_BELOW = 0.6  # a label with a lower probability is called uncertain
UNKNOWN_SHARE = 0.3  # a prediction from more unknown words is uncertain; test reviews have 1 to 5 %


@dataclass(frozen=True)
class Prediction:
    """The prediction for one text."""

    probability: float  # of Positive
    words: int  # after truncation
    unknown: int  # of these, not in the vocabulary
    truncated: int  # words of the text that were cut off

    @property
    def label(self) -> str:
        return predicted_class(self.probability)

    @property
    def confidence(self) -> float:
        """Probability of the predicted label."""
        return max(self.probability, 1 - self.probability)

    @property
    def uncertain(self) -> bool:
        return bool(self.doubts)

    @property
    def doubts(self) -> list[str]:
        """Reasons to call the prediction uncertain, each a sentence."""
        if self.unknown == self.words:
            return ["None of the words is in the vocabulary, so the prediction has no basis."]
        doubts = []
        if self.confidence < UNCERTAIN_BELOW:
            doubts.append("The probability is near one half.")
        if self.unknown > UNKNOWN_SHARE * self.words:
            doubts.append(
                f"{self.unknown} of {self.words} words are not in the vocabulary: the text differs "
                "from the training reviews."
            )
        if self.truncated > self.words:
            doubts.append(
                f"{counted(self.truncated, 'word')} of the text were not read, more than were read."
            )
        return doubts

    @property
    def notes(self) -> list[str]:
        """The doubts, and what else limits the prediction."""
        notes = self.doubts
        if 0 < self.unknown <= UNKNOWN_SHARE * self.words and self.unknown < self.words:
            notes.append(f"{self.unknown} of {self.words} words are not in the vocabulary.")
        if 0 < self.truncated <= self.words:
            cut = counted(self.truncated, "word")
            notes.append(f"Cut off to fit the sequence length: {cut}.")
        return notes

    def to_json(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "probability": self.probability,
            "uncertain": self.uncertain,
            "words": self.words,
            "unknown": self.unknown,
            "truncated": self.truncated,
        }


def prediction_of(encoded: EncodedText, probability: float) -> Prediction:
    if not math.isfinite(probability):
        raise ModelError(
            "The output of the model is not a number: its weights are too large. Choose another "
            "model, or train it again with a lower learning rate."
        )
    return Prediction(probability, len(encoded.kept), encoded.unknown, encoded.truncated)
