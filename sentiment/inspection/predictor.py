"""Prediction and trace of a typed text."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sentiment import atomic
from sentiment.corpus.classes import Classes, predicted_labels
from sentiment.encoding.encode_text import EncodedText, encode_text
from sentiment.encoding.padding import stack_padded
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ModelError
from sentiment.networks.interfaces import Network
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.networks.trace import LayerTrace, Quantity
from sentiment.wording import counted

# A label is uncertain if its share of the probability of the two most probable classes is lower.
UNCERTAIN_BELOW = 0.6
UNKNOWN_SHARE = 0.3  # a prediction from more unknown words is uncertain; test reviews have 1 to 5 %
TEXTS_AT_ONCE = 128
BEFORE_ANY_WORD = "(before any word)"


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


@dataclass(frozen=True)
class Trace:
    """All values of one forward pass for one text."""

    encoded: EncodedText
    prediction: Prediction
    chosen: int | None  # code of the class that the caller chose to explain
    explained: int  # code of the class that `score`, `curve` and `contributions` explain
    score: float  # log p / (1 - p) of this class
    outputs: np.ndarray  # (kept words, outputs) of the network, if the review ended after each word
    probabilities_before: np.ndarray  # (classes,), before any word: not equal in general
    probabilities: np.ndarray  # (kept words, classes), if the review ended after each word
    # Ascending positions (from 0) of the words after which the probability was computed: all words,
    # except in a long review that a backward direction reads.
    verdict_positions: np.ndarray
    contributions: np.ndarray  # (output_size,) what each output of the last layer adds to the score
    layers: list[LayerTrace]
    quantities: tuple[Quantity, ...]  # of the values of the layers

    def with_encoding(self, encoded: EncodedText) -> "Trace":
        """The same trace for another row with the same words."""
        before = self.prediction
        prediction = prediction_of(encoded, before.probabilities, before.classes)
        return replace(self, encoded=encoded, prediction=prediction)

    @property
    def classes(self) -> Classes:
        return self.prediction.classes

    @property
    def name(self) -> str:
        """The name of the explained class."""
        return self.classes.name(self.explained)

    @property
    def rest(self) -> str:
        """What a review is if it is not of the explained class."""
        return self.classes.rest(self.explained)

    @property
    def probability(self) -> float:
        """Probability of the explained class."""
        return self.prediction.probabilities[self.explained]

    @property
    def target(self) -> int:
        """Code of the class that explanations argue for: the chosen one, else the verdict.

        It is the explained class, except where the score of one of two classes explains both.
        """
        return self.prediction.label if self.chosen is None else self.chosen

    @property
    def target_name(self) -> str:
        return self.classes.name(self.target)

    @property
    def explains_target(self) -> bool:
        """Whether the explained class is the target and not the other one of two classes."""
        return self.explained == self.target

    @property
    def curve(self) -> np.ndarray:
        """Probability of the explained class, (kept words,), if the review ended there."""
        curve: np.ndarray = self.probabilities[:, self.explained]
        return curve

    @property
    def curve_before(self) -> float:
        """Probability of the explained class before any word."""
        return float(self.probabilities_before[self.explained])

    @property
    def moves(self) -> np.ndarray:
        """Change of the curve at each word, (kept words,); the first from `curve_before`, so that
        all add up to the final probability minus that.

        Between `verdict_positions` the change of several words is assigned to the last of them.
        """
        curve, moves = self.curve, np.zeros(len(self.curve))
        moves[self.verdict_positions] = np.diff(
            curve[self.verdict_positions], prepend=self.curve_before
        )
        return moves

    @property
    def strongest_word(self) -> str:
        """The word with the largest change of the probability."""
        return self.encoded.kept_tokens[int(np.abs(self.moves).argmax())]

    def largest_moves(self, count: int) -> np.ndarray:
        """Positions of the largest changes, largest first, (at most count,)."""
        strongest = np.argsort(-np.abs(self.moves), kind="stable")[:count]
        return strongest[self.moves[strongest] != 0]

    @property
    def finding(self) -> str:
        """The words that change the probability most, in one sentence."""
        words = self.encoded.kept_tokens
        largest = [
            f"“{words[place]}” ({100 * self.moves[place]:+.1f} pp)"
            for place in self.largest_moves(3)
        ]
        if not largest:
            return f"No word changes the probability of {self.name}, {self.curve_before:.1%}."
        return (
            f"Before any word the probability of {self.name} is {self.curve_before:.1%}. The "
            f"largest changes: {', '.join(largest)}."
        )

    @property
    def top_layer(self) -> LayerTrace:
        """The topmost layer; of a bidirectional one, the forward direction."""
        return [layer for layer in self.layers if layer.direction != "backward"][-1]

    def strongest_units(self, layer: LayerTrace, count: int) -> np.ndarray:
        """Units of `layer` with the largest contributions, those toward the class first,
        (count,).

        For layers below the last, which have no direct contribution, the units that vary most.
        """
        if layer.layer < self.layers[-1].layer:
            weight = layer.values["h"].std(axis=0)
            return np.argsort(-weight)[:count]
        size = layer.values["h"].shape[1]
        start = size if layer.direction == "backward" else 0
        contributions = self.contributions[start : start + size]
        strongest = np.argsort(-np.abs(contributions))[:count]
        return strongest[np.argsort(-contributions[strongest])]

    def to_json(self) -> dict[str, Any]:
        """All values as nested lists, as `trace --json` prints them."""
        return {
            "prediction": self.prediction.to_json(),
            "tokens": self.encoded.kept_tokens,
            "ids": self.encoded.kept_ids.tolist(),
            "row": self.encoded.row.tolist(),
            "classes": list(self.classes.names),
            "explained": self.name,
            "score": self.score,
            "probabilities_before": self.probabilities_before.tolist(),
            "probabilities": self.probabilities.tolist(),
            "contributions": self.contributions.tolist(),
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
            "tokens": np.array(self.encoded.kept_tokens),
            "ids": self.encoded.kept_ids,
            "row": self.encoded.row,
            "classes": np.array(self.classes.names),
            "explained": np.array(self.explained),
            "score": np.array(self.score),
            "probabilities_before": self.probabilities_before,
            "probabilities": self.probabilities,
            "contributions": self.contributions,
        }

    def npz(self) -> bytes:
        """`arrays` as an .npz file."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **self.arrays())  # type: ignore[arg-type]
        return buffer.getvalue()

    def save(self, path: Path) -> None:
        """Write `npz` to `path` atomically."""
        atomic.write_bytes(path, self.npz())

    def csv(self, layer: LayerTrace, symbol: str) -> str:
        """One quantity of one layer as a table: one row per word, one column per unit.

        The first row holds only the probabilities before any word.
        """
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        values = layer.values[symbol]
        units = [f"unit {unit}" for unit in range(values.shape[1])]
        of = [f"probability of {name}" for name in self.classes.names]
        before = self.probabilities_before.tolist()
        writer.writerow(["word", "id", *of, *units])
        writer.writerow([BEFORE_ANY_WORD, "", *before, *[""] * len(units)])
        for word, index, probabilities, row in zip(
            self.encoded.kept_tokens, self.encoded.kept_ids, self.probabilities, values, strict=True
        ):
            writer.writerow([word, index, *probabilities.tolist(), *row.tolist()])
        return buffer.getvalue()


class Predictor:
    """A network with the vocabulary, sequence settings and classes of its training."""

    def __init__(
        self,
        network: Network,
        vocabulary: Vocabulary,
        sequence: SequenceConfig,
        classes: Classes,
    ):
        if len(classes) != network.output.classes:
            raise ValueError(
                f"the network has {network.output.classes} classes, expected {len(classes)}"
            )
        network.eval()
        self.network = network
        self.vocabulary = vocabulary
        self.sequence = sequence
        self.classes = classes

    @classmethod
    def load(cls, model: str | Path) -> "Predictor":
        """Load a folder, or a model of that name in models/. Raises ModelError."""
        info = ModelInfo.read(model_folder(model))
        network, vocabulary = info.load()
        return cls(network, vocabulary, info.sequence, info.classes)

    def encode(self, text: str, sequence: SequenceConfig | None = None) -> EncodedText:
        return encode_text(text, self.vocabulary, sequence or self.sequence)

    def predict(
        self, texts: Sequence[str], sequence: SequenceConfig | None = None
    ) -> list[Prediction]:
        """A Prediction for each text, in order. Raises ReviewError for a text without words."""
        return list(self.predict_encoded([self.encode(text, sequence) for text in texts]))

    def predict_encoded(self, texts_encoded: Sequence[EncodedText]) -> Iterator[Prediction]:
        """A Prediction for each text that is encoded already, in order.

        Texts of similar length are predicted together, without more padding than they need.
        """
        order = sorted(range(len(texts_encoded)), key=lambda n: len(texts_encoded[n].kept))
        found = dict[int, Prediction]()
        for start in range(0, len(order), TEXTS_AT_ONCE):
            batch = order[start : start + TEXTS_AT_ONCE]
            predictions = self._predict_batch([texts_encoded[number] for number in batch])
            found.update(zip(batch, predictions, strict=True))
        return (found[number] for number in range(len(order)))

    @torch.inference_mode()
    def _predict_batch(self, texts_encoded: Sequence[EncodedText]) -> list[Prediction]:
        rows = [encoded.kept_ids for encoded in texts_encoded]
        ids = torch.from_numpy(stack_padded(rows, max(map(len, rows)), "after")).long()
        lengths = torch.tensor([len(row) for row in rows])
        outputs = self.network(ids, lengths).double()
        probabilities = self.network.output.probabilities(outputs).tolist()
        return [
            prediction_of(encoded, row, self.classes)
            for encoded, row in zip(texts_encoded, probabilities, strict=True)
        ]

    def trace(
        self, text: str, sequence: SequenceConfig | None = None, label: int | None = None
    ) -> Trace:
        """Gates, states and the probability after each word. Raises ReviewError.

        label: the class whose score is explained; by default `ClassOutput.explained`.
        """
        return self.trace_encoded(self.encode(text, sequence), label)

    @torch.inference_mode()
    def trace_encoded(self, encoded: EncodedText, label: int | None = None) -> Trace:
        """The trace of a text that is encoded already."""
        network, output = self.network, self.network.output
        outputs, of_outputs, layers = network.trace(torch.from_numpy(encoded.kept_ids).long())
        explained = output.explained(outputs[-1].double()) if label is None else label
        coefficients, _ = output.linear_score(outputs[-1], explained)
        probabilities = output.probabilities(outputs.double()).numpy()
        return Trace(
            encoded=encoded,
            prediction=prediction_of(encoded, probabilities[-1].tolist(), self.classes),
            chosen=label,
            explained=explained,
            score=float(output.score(outputs[-1].double(), explained)),
            outputs=outputs.numpy(),
            probabilities_before=output.probabilities(network.empty_outputs().double()).numpy(),
            probabilities=probabilities,
            verdict_positions=network.verdict_positions(len(probabilities)).numpy(),
            contributions=(coefficients @ of_outputs).numpy(),
            layers=layers,
            quantities=network.quantities,
        )


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
