"""One review through several models at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.predictor import Prediction, Predictor, Trace


@dataclass(frozen=True)
class SideBySide:
    """What several models made of the same words; all arrays are (models, words)."""

    names: list[str]
    words: list[str]
    predictions: list[Prediction]
    probabilities: np.ndarray  # of Positive, after each word
    state_changes: (
        np.ndarray
    )  # how far each word moved the state, as a share of the model's largest

    @property
    def disagreement(self) -> np.ndarray:
        """Whether the models disagree had the review ended after each word, (words,) bool."""
        positive = np.count_nonzero(self.probabilities >= 0.5, axis=0)
        return np.asarray((positive > 0) & (positive < len(self.names)))

    @property
    def verdict(self) -> str:
        """Who says what, in a sentence."""
        sides = {
            label: [
                name
                for name, prediction in zip(self.names, self.predictions, strict=True)
                if prediction.label == label
            ]
            for label in ("Positive", "Negative")
        }
        if not all(sides.values()):
            return f"All {len(self.names)} say {self.predictions[0].label}."
        return "; ".join(f"{label}: {', '.join(names)}" for label, names in sides.items()) + "."


def side_by_side(
    predictors: Mapping[str, Predictor], text: str, sequence: SequenceConfig
) -> SideBySide:
    """Trace `text` with every model, cut in the same way for all. Raises ReviewError."""
    traces = {name: predictor.trace(text, sequence) for name, predictor in predictors.items()}
    first = next(iter(traces.values()))
    return SideBySide(
        names=list(traces),
        words=first.encoded.kept_tokens,
        predictions=[trace.prediction for trace in traces.values()],
        probabilities=np.stack([trace.probabilities for trace in traces.values()]),
        state_changes=np.stack([state_change(trace) for trace in traces.values()]),
    )


def state_change(trace: Trace) -> np.ndarray:
    """How far each word moved the state of the last layer, (words,), the largest being 1.

    The distance from the state before: of a backward direction, the one at the next word. A layer
    that sees all words at once has none before; there it is the distance from the mean.
    """
    squares = np.zeros(len(trace.probabilities))
    for layer in trace.layers:
        if layer.layer == trace.layers[-1].layer:
            states = layer.values["h"]
            before = np.zeros_like(states)
            if layer.direction == "forward":
                before[1:] = states[:-1]
            elif layer.direction == "backward":
                before[:-1] = states[1:]
            else:
                before[:] = states.mean(axis=0)
            squares += np.square(states - before).sum(axis=1)
    distances = np.sqrt(squares)
    return distances / (distances.max() or 1.0)
