"""A model ready to read typed text."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sentiment import atomic
from sentiment.encoding.encode_text import Reading, read
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.networks.interfaces import Network
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.networks.trace import LayerTrace, Quantity

UNCERTAIN_BELOW = 0.6  # a label given less probability than this is called uncertain
TEXTS_AT_ONCE = 128


@dataclass(frozen=True)
class Prediction:
    """The verdict on one text."""

    probability: float  # of Positive
    words: int  # read by the network
    unknown: int  # of these, not in the vocabulary
    truncated: int  # words of the text that were not read

    @property
    def label(self) -> str:
        return "Positive" if self.probability >= 0.5 else "Negative"

    @property
    def confidence(self) -> float:
        """Probability of the label that was given."""
        return max(self.probability, 1 - self.probability)

    @property
    def uncertain(self) -> bool:
        return self.confidence < UNCERTAIN_BELOW or self.unknown == self.words

    @property
    def notes(self) -> list[str]:
        """What a reader should know before trusting the verdict."""
        notes = []
        if self.unknown == self.words:
            notes.append("None of the words is in the vocabulary, so the verdict means nothing.")
        elif self.unknown:
            notes.append(f"{self.unknown} of {self.words} words are not in the vocabulary.")
        if self.truncated:
            notes.append(f"{self.truncated:,} words were cut off: the text is longer than the row.")
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


@dataclass(frozen=True)
class Trace:
    """Everything the network computed while it read one text."""

    reading: Reading
    prediction: Prediction
    probabilities: np.ndarray  # (kept words,) of Positive, had the review ended after each word
    moments: np.ndarray  # words (from 0) after which it was asked, rising: all, unless it is long
    pushes: np.ndarray  # (output_size,) what each output of the last layer adds to the logit
    layers: list[LayerTrace]
    quantities: tuple[Quantity, ...]  # what the values of the layers are

    def laid_out(self, reading: Reading) -> "Trace":
        """The same for another row in which the same words are read."""
        prediction = _prediction(reading, self.prediction.probability)
        return replace(self, reading=reading, prediction=prediction)

    @property
    def moves(self) -> np.ndarray:
        """How far each word moved the probability, (kept words,); the first from one half.

        Where it was asked only now and then, the move of some words stands at the last of them.
        """
        moves = np.zeros(len(self.probabilities))
        moves[self.moments] = np.diff(self.probabilities[self.moments], prepend=0.5)
        return moves

    @property
    def strongest_word(self) -> str:
        """The word that moved the probability most."""
        return self.reading.kept_tokens[int(np.abs(self.moves).argmax())]

    def turning_points(self, count: int) -> np.ndarray:
        """The words that moved the probability most, strongest first, (at most count,)."""
        strongest = np.argsort(-np.abs(self.moves), kind="stable")[:count]
        return strongest[self.moves[strongest] != 0]

    def strongest_units(self, layer: LayerTrace, count: int) -> np.ndarray:
        """Units of `layer` that push the verdict most, from Positive to Negative, (count,).

        For layers below the last, which push through the ones above, the units that vary most.
        """
        if layer.layer < self.layers[-1].layer:
            weight = layer.values["h"].std(axis=0)
            return np.argsort(-weight)[:count]
        size = layer.values["h"].shape[1]
        start = size if layer.direction == "backward" else 0
        pushes = self.pushes[start : start + size]
        strongest = np.argsort(-np.abs(pushes))[:count]
        return strongest[np.argsort(-pushes[strongest])]

    def to_json(self) -> dict[str, Any]:
        """Everything as nested lists, the way `trace --json` prints it."""
        return {
            "prediction": self.prediction.to_json(),
            "tokens": self.reading.kept_tokens,
            "ids": self.reading.kept_ids.tolist(),
            "row": self.reading.row.tolist(),
            "probabilities": self.probabilities.tolist(),
            "pushes": self.pushes.tolist(),
            "layers": [
                {
                    "layer": layer.layer,
                    "direction": layer.direction,
                    "values": {symbol: value.tolist() for symbol, value in layer.values.items()},
                }
                for layer in self.layers
            ],
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Every array by name: `layer0_forward_f` and so on, tokens, ids, row, probabilities."""
        named = {
            f"layer{layer.layer}_{layer.direction}_{symbol}": value
            for layer in self.layers
            for symbol, value in layer.values.items()
        }
        return named | {
            "tokens": np.array(self.reading.kept_tokens),
            "ids": self.reading.kept_ids,
            "row": self.reading.row,
            "probabilities": self.probabilities,
            "pushes": self.pushes,
        }

    def npz(self) -> bytes:
        """`arrays` as the contents of an .npz file."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **self.arrays())  # type: ignore[arg-type]
        return buffer.getvalue()

    def save(self, path: Path) -> None:
        """Write `npz` to `path`, whole or not at all."""
        atomic.write_bytes(path, self.npz())

    def csv(self, layer: LayerTrace, symbol: str) -> str:
        """One quantity of one layer as a table: a row a word, a column a unit."""
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        values = layer.values[symbol]
        units = [f"unit {unit}" for unit in range(values.shape[1])]
        writer.writerow(["word", "id", "probability of Positive", *units])
        for word, index, probability, row in zip(
            self.reading.kept_tokens, self.reading.kept_ids, self.probabilities, values, strict=True
        ):
            writer.writerow([word, index, float(probability), *row.tolist()])
        return buffer.getvalue()


class Predictor:
    """A network with the vocabulary and the sequence settings it was trained with."""

    def __init__(self, network: Network, vocabulary: Vocabulary, sequence: SequenceConfig):
        network.eval()
        self.network = network
        self.vocabulary = vocabulary
        self.sequence = sequence

    @classmethod
    def load(cls, model: str | Path) -> "Predictor":
        """From a folder or the name of one under models/. Raises ModelError."""
        info = ModelInfo.read(model_folder(model))
        network, vocabulary = info.load()
        return cls(network, vocabulary, info.sequence)

    def read(self, text: str, sequence: SequenceConfig | None = None) -> Reading:
        return read(text, self.vocabulary, sequence or self.sequence)

    def predict(
        self, texts: Sequence[str], sequence: SequenceConfig | None = None
    ) -> list[Prediction]:
        """A Prediction for each text, in order. Raises ReviewError for one without words."""
        readings = [self.read(text, sequence) for text in texts]
        predictions: list[Prediction] = []
        for start in range(0, len(readings), TEXTS_AT_ONCE):
            predictions += self._predict_readings(readings[start : start + TEXTS_AT_ONCE])
        return predictions

    @torch.inference_mode()
    def _predict_readings(self, readings: Sequence[Reading]) -> list[Prediction]:
        ids = torch.from_numpy(np.stack([reading.row for reading in readings])).long()
        lengths = torch.tensor([len(reading.kept) for reading in readings])
        probabilities = torch.sigmoid(self.network(ids, lengths).double()).tolist()
        return [
            _prediction(reading, probability)
            for reading, probability in zip(readings, probabilities, strict=True)
        ]

    def trace(self, text: str, sequence: SequenceConfig | None = None) -> Trace:
        """Gates, states and the probability after each word. Raises ReviewError."""
        reading = self.read(text, sequence)
        logits, pushes, layers = self.network.trace(torch.from_numpy(reading.kept_ids).long())
        probabilities = torch.sigmoid(logits.double()).numpy()
        return Trace(
            reading=reading,
            prediction=_prediction(reading, float(probabilities[-1])),
            probabilities=probabilities,
            moments=self.network.moments(len(probabilities)).numpy(),
            pushes=pushes.numpy(),
            layers=layers,
            quantities=self.network.quantities,
        )


def _prediction(reading: Reading, probability: float) -> Prediction:
    return Prediction(probability, len(reading.kept), reading.unknown, reading.truncated)
