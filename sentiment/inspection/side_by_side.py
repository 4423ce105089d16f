"""One review through several models at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sentiment.corpus.classes import predicted_labels, require_same_classes
from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.prediction import Prediction
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.trace import Trace
from sentiment.inspection.variants import no_progress
from sentiment.progress import StageProgress


@dataclass(frozen=True)
class SideBySide:
    """Several models on the same words; all arrays are (models, words)."""

    names: list[str]
    words: list[str]
    predictions: list[Prediction]
    label: int  # code of the class whose probability is shown
    probabilities: np.ndarray  # of this class, after each word
    labels: np.ndarray  # codes of the predicted classes, after each word
    state_changes: np.ndarray  # norm of each change, relative to the largest of the model

    @property
    def disagreement(self) -> np.ndarray:
        """Whether the predictions differ after each word, (words,) bool."""
        return np.asarray((self.labels != self.labels[0]).any(axis=0))

    @property
    def label_name(self) -> str:
        return self.predictions[0].classes.name(self.label)

    @property
    def finding(self) -> str:
        """The predictions of all models in one sentence."""
        sides: dict[str, list[str]] = {
            name: [] for name in reversed(self.predictions[0].classes.names)
        }
        for name, prediction in zip(self.names, self.predictions, strict=True):
            sides[prediction.name].append(name)
        sides = {label: names for label, names in sides.items() if names}
        if len(self.names) == 1:
            return f"{self.names[0]} predicts {self.predictions[0].name}."
        if len(sides) == 1:
            return f"All {len(self.names)} models predict {self.predictions[0].name}."
        return "; ".join(f"{label}: {', '.join(names)}" for label, names in sides.items()) + "."


def side_by_side(
    predictors: Mapping[str, Predictor],
    text: str,
    sequence: SequenceConfig,
    label: int | None = None,
    progress: StageProgress = no_progress,
) -> SideBySide:
    """Trace `text` with every model and the same sequence settings.

    label: code of the class whose probability is shown; by default the one that the first model
    explains. Raises ReviewError, and ConfigError for models with different classes.
    """
    require_same_classes({name: one.classes for name, one in predictors.items()})
    traces: dict[str, Trace] = {}
    for name, predictor in predictors.items():
        progress("Models", len(traces), len(predictors))
        traces[name] = predictor.trace(text, sequence, label)
        label = traces[name].explained
    first = next(iter(traces.values()))
    return SideBySide(
        names=list(traces),
        words=first.encoded.kept_tokens,
        predictions=[trace.prediction for trace in traces.values()],
        label=first.explained,
        probabilities=np.stack([trace.curve for trace in traces.values()]),
        labels=np.stack([predicted_labels(trace.probabilities) for trace in traces.values()]),
        state_changes=np.stack([state_change(trace) for trace in traces.values()]),
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
