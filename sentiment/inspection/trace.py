"""Trace of one text: the values of every gate and state, and the probability after each word."""

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sentiment import atomic
from sentiment.encoding.encode_text import EncodedText
from sentiment.inspection.prediction import Prediction, prediction_of
from sentiment.networks.trace import LayerTrace, Quantity

BEFORE_ANY_WORD = "(before any word)"


@dataclass(frozen=True)
class Trace:
    """All values of one forward pass for one text."""

    encoded: EncodedText
    prediction: Prediction
    explained: int  # code of the class that the values below explain
    outputs: np.ndarray  # (kept words, outputs) of the network, if the review ended after each word
    probability_before: float  # of the class, before any word: not one half in general
    probabilities: np.ndarray  # (kept words,) of the class, if the review ended after each word
    # Ascending positions (from 0) of the words after which the probability was computed: all words,
    # except in a long review that a backward direction reads.
    verdict_positions: np.ndarray
    contributions: np.ndarray  # (output_size,) what each output of the last layer adds to the score
    layers: list[LayerTrace]
    quantities: tuple[Quantity, ...]  # of the values of the layers

    def with_encoding(self, encoded: EncodedText) -> "Trace":
        """The same trace for another row with the same words."""
        prediction = prediction_of(encoded, self.prediction.probability)
        return replace(self, encoded=encoded, prediction=prediction)

    @property
    def moves(self) -> np.ndarray:
        """Change of the probability at each word, (kept words,); the first from
        `probability_before`, so that all add up to the final probability minus that.

        Between `verdict_positions` the change of several words is assigned to the last of them.
        """
        moves = np.zeros(len(self.probabilities))
        moves[self.verdict_positions] = np.diff(
            self.probabilities[self.verdict_positions], prepend=self.probability_before
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
            return f"No word changes the probability of {self.probability_before:.1%}."
        return (
            f"Before any word the probability is {self.probability_before:.1%}. The largest "
            f"changes: {', '.join(largest)}."
        )

    @property
    def top_layer(self) -> LayerTrace:
        """The topmost layer; of a bidirectional one, the forward direction."""
        return [layer for layer in self.layers if layer.direction != "backward"][-1]

    def strongest_units(self, layer: LayerTrace, count: int) -> np.ndarray:
        """Units of `layer` with the largest contributions, from Positive to Negative, (count,).

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
            "probability_before": self.probability_before,
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
            "probability_before": np.array(self.probability_before),
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

        The first row holds only the probability before any word.
        """
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        values = layer.values[symbol]
        units = [f"unit {unit}" for unit in range(values.shape[1])]
        writer.writerow(["word", "id", "probability of Positive", *units])
        writer.writerow([BEFORE_ANY_WORD, "", self.probability_before, *[""] * len(units)])
        for word, index, probability, row in zip(
            self.encoded.kept_tokens, self.encoded.kept_ids, self.probabilities, values, strict=True
        ):
            writer.writerow([word, index, float(probability), *row.tolist()])
        return buffer.getvalue()
