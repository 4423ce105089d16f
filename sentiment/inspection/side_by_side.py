"""One review through several models at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sentiment.corpus.review import CLASS_NAMES, THRESHOLD
from sentiment.encoding.encode_text import EncodedText
from sentiment.encoding.settings import SequenceConfig
from sentiment.errors import ReviewError
from sentiment.inspection.predictor import Prediction, Predictor, Trace
from sentiment.inspection.variants import no_progress
from sentiment.progress import StageProgress


@dataclass(frozen=True)
class SideBySide:
    """Several models on the same words; all arrays are (models, words)."""

    names: list[str]
    words: list[str]
    predictions: list[Prediction]
    probabilities: np.ndarray  # of Positive, after each word
    state_changes: (
        np.ndarray
    )  # norm of the change of the state at each word, relative to the model's largest

    @property
    def disagreement(self) -> np.ndarray:
        """Whether the predictions differ after each word, (words,) bool."""
        positive = np.count_nonzero(self.probabilities >= THRESHOLD, axis=0)
        return np.asarray((positive > 0) & (positive < len(self.names)))

    @property
    def finding(self) -> str:
        """The predictions of all models in one sentence."""
        sides = {
            label: [
                name
                for name, prediction in zip(self.names, self.predictions, strict=True)
                if prediction.name == label
            ]
            for label in reversed(CLASS_NAMES)
        }
        if not all(sides.values()):
            return f"All {len(self.names)} models predict {self.predictions[0].name}."
        return "; ".join(f"{label}: {', '.join(names)}" for label, names in sides.items()) + "."


def side_by_side(
    predictors: Mapping[str, Predictor],
    text: str,
    sequence: SequenceConfig,
    progress: StageProgress = no_progress,
) -> SideBySide:
    """Trace `text` with every model and the same sequence settings. Raises ReviewError."""
    traces: dict[str, Trace] = {}
    for name, predictor in predictors.items():
        progress("Models", len(traces), len(predictors))
        traces[name] = predictor.trace(text, sequence)
    require_same_words({name: trace.encoded for name, trace in traces.items()})
    first = next(iter(traces.values()))
    return SideBySide(
        names=list(traces),
        words=first.encoded.kept_tokens,
        predictions=[trace.prediction for trace in traces.values()],
        probabilities=np.stack([trace.probabilities for trace in traces.values()]),
        state_changes=np.stack([state_change(trace) for trace in traces.values()]),
    )


def require_same_words(encoded: Mapping[str, EncodedText]) -> None:
    """Raise ReviewError unless all models, by name, split a text into the same words."""
    (first, words), *others = ((name, one.kept_tokens) for name, one in encoded.items())
    for name, other in others:
        if other != words:
            raise ReviewError(
                f"{first} and {name} split this text into different words, because their "
                "tokenizers differ. Choose models with the same tokenizer, or another text."
            )


def state_change(trace: Trace) -> np.ndarray:
    """Norm of the change of the last layer's state at each word, (words,), the largest being 1.

    The change from the previous state; for a backward direction, the state at the next word. A
    layer without recurrence has no previous state: there it is the distance from the mean.
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
