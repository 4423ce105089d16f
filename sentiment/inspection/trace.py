"""Trace of one text: all values of one forward pass, and their forms as files."""

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sentiment import atomic
from sentiment.corpus.classes import Classes
from sentiment.encoding.encode_text import EncodedText
from sentiment.inspection.prediction import Prediction, prediction_of
from sentiment.networks.trace import LayerTrace, Quantity
from sentiment.wording import percentage_points

BEFORE_ANY_WORD = "(before any word)"


@dataclass(frozen=True)
class Trace:
    """All values of one forward pass for one text."""

    encoded: EncodedText
    prediction: Prediction
    chosen: int | None  # code of the class that the caller chose to explain
    explained: int  # code of the class that `score`, `curve` and `contributions` explain
    score: float  # log p / (1 - p) of this class
    outputs: np.ndarray  # (kept words, outputs) of the network, if the review ended after each word
    probabilities_before: np.ndarray  # (classes,), before any word; in general not equal
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
        return self.probabilities[:, self.explained]

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
            f"“{words[place]}” ({percentage_points(self.moves[place])})"
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
        return atomic.npz(self.arrays())

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
