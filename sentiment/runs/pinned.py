"""Pinned reviews: traces of short reviews at many steps of a training, to show gates learning.

    pinned/0-step-00001234.npz    review 0 after 1,234 steps

Traced with the moving average of the weights (those that are saved as the model) at every
checkpoint and about 40 times between the first and the last step. Values are stored in 16 bits,
which is enough for charts.
"""

import json
import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sentiment import atomic, stored
from sentiment.corpus.classes import Classes, predicted_labels
from sentiment.encoding.encode_text import encode_text
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import UNK, Vocabulary
from sentiment.errors import RunError
from sentiment.listing import entries
from sentiment.networks.trace import Direction, LayerTrace, Quantity
from sentiment.typed_data import convert

if TYPE_CHECKING:
    from sentiment.networks.classifier import SentimentClassifier

FOLDER = "pinned"
SNAPSHOTS = 40  # about, between the first and the last planned step
MAX_SNAPSHOTS = 120  # per review; beyond it, every second one is deleted
_SEPARATOR = ":"
_NAME = re.compile(r"(\d{1,9})-step-(\d{1,18})\.npz")
_REMEDY = "Delete this file; other snapshots are not affected."


@dataclass(frozen=True)
class Snapshot:
    """The trace of a review after some steps of training."""

    step: int
    words: list[str]
    known: np.ndarray  # (words,) bool, whether the word is in the vocabulary
    classes: list[str]
    probabilities_before: np.ndarray  # (classes,) before any word
    probabilities: np.ndarray  # (words, classes) float32, had the review ended there
    layers: list[LayerTrace]
    quantities: tuple[Quantity, ...]  # what the layers' values are

    @property
    def label(self) -> int:
        """Code of the predicted class."""
        return int(predicted_labels(self.probabilities[-1]))

    @property
    def unknown_words(self) -> list[str]:
        """The words outside the vocabulary, each once, in order."""
        pairs = zip(self.words, self.known, strict=True)
        return list(dict.fromkeys(word for word, known in pairs if not known))


class PinnedReviews:
    """Records the pinned reviews of one training."""

    def __init__(
        self,
        folder: Path,
        texts: tuple[str, ...],
        vocabulary: Vocabulary,
        classes: Classes,
        sequence: SequenceConfig,
        planned_steps: int,
    ):
        """folder: of the run; planned_steps: of the whole training."""
        self.folder = folder / FOLDER
        self.reviews = [encode_text(text, vocabulary, sequence) for text in texts]
        self.classes = classes
        self.every = max(1, math.ceil(planned_steps / SNAPSHOTS))
        self.next = 0

    def due(self, step: int) -> bool:
        return bool(self.reviews) and step >= self.next

    def record(self, network: "SentimentClassifier", step: int) -> None:
        """Trace all reviews with a network in evaluation mode. Raises StorageError."""
        import torch

        from sentiment.networks.interfaces import device_of

        device = device_of(network)
        for number, review in enumerate(self.reviews):
            ids = torch.from_numpy(review.kept_ids).long().to(device)
            outputs, _, layers = network.trace(ids)
            before = network.output.probabilities(network.empty_outputs().double())
            after = network.output.probabilities(outputs.double())
            arrays = {
                _SEPARATOR.join((str(layer.layer), layer.direction, symbol)): value.astype(np.half)
                for layer in layers
                for symbol, value in layer.values.items()
            }
            # Stored with the values, so that a page needs no torch to draw them.
            quantities = json.dumps([asdict(quantity) for quantity in network.quantities])
            content = {
                "words": np.array(review.kept_tokens),
                "known": review.kept_ids != UNK,
                "quantities": np.array(quantities),
                "classes": np.array(self.classes.names),
                "probabilities_before": before.cpu().numpy().astype(np.float32),
                "probabilities": after.cpu().numpy().astype(np.float32),
            }
            atomic.write_bytes(_file(self.folder, number, step), atomic.npz(content | arrays))
        self.next = step + self.every
        self._thin_out()

    def _thin_out(self) -> None:
        """Delete every second snapshot if there are too many, so that the disk does not fill up."""
        recorded = steps(self.folder.parent, 0)
        if len(recorded) > MAX_SNAPSHOTS:
            for step in recorded[1:-1:2]:
                for number in range(len(self.reviews)):
                    _file(self.folder, number, step).unlink(missing_ok=True)
            self.every *= 2


def steps(folder: Path, number: int) -> list[int]:
    """The steps at which review `number` of the run in `folder` was recorded, ascending."""
    names = (_NAME.fullmatch(path.name) for path in entries(folder / FOLDER))
    return sorted(int(name[2]) for name in names if name and int(name[1]) == number)


def delete_after(folder: Path, step: int) -> None:
    """Delete the snapshots after `step`, which a resumed training records again."""
    for path in entries(folder / FOLDER):
        name = _NAME.fullmatch(path.name)
        if name and int(name[2]) > step:
            path.unlink(missing_ok=True)


def snapshot(folder: Path, number: int, step: int) -> Snapshot:
    """Read one snapshot. Raises RunError if it is damaged."""
    path = _file(folder / FOLDER, number, step)
    arrays = stored.read_arrays(path, RunError, _REMEDY)
    with stored.reading(path, RunError, _REMEDY):
        words, layers = [str(word) for word in arrays["words"]], _layers_of(arrays)
        quantities = stored.parse_json(str(arrays["quantities"]).encode(), list[Quantity])
        if not words:
            raise ValueError("it has no words")
        classes = [str(name) for name in arrays["classes"]]
        for name, shape in {
            "known": (len(words),),
            "probabilities": (len(words), len(classes)),
            "probabilities_before": (len(classes),),
        }.items():
            stored.require_array(arrays[name], shape=shape, low=0, high=1)
        return Snapshot(
            step=step,
            words=words,
            known=arrays["known"],
            classes=classes,
            probabilities_before=arrays["probabilities_before"],
            probabilities=arrays["probabilities"],
            layers=[
                LayerTrace(layer, direction, values)
                for (layer, direction), values in sorted(layers.items())
            ],
            quantities=tuple(quantities),
        )


def _layers_of(arrays: dict[str, np.ndarray]) -> dict[tuple[int, Direction], dict[str, np.ndarray]]:
    layers: dict[tuple[int, Direction], dict[str, np.ndarray]] = {}
    for name, values in arrays.items():
        if _SEPARATOR in name:
            layer, direction, symbol = name.split(_SEPARATOR)
            stored.require_array(values, np.float16, (len(arrays["words"]), None))
            of_layer = layers.setdefault((int(layer), convert(Direction, direction)), {})
            of_layer[symbol] = values.astype(np.float32)
    if not all("h" in values for values in layers.values()):
        raise ValueError("a layer of it has no states")
    return layers


def probabilities_by_step(folder: Path, number: int) -> np.ndarray:
    """Probabilities of the classes in each snapshot of a review, (steps, classes)."""
    return np.stack(
        [snapshot(folder, number, step).probabilities[-1] for step in steps(folder, number)]
    )


def most_active_units(folder: Path, number: int, layer: int, count: int) -> np.ndarray:
    """The units whose hidden state varies most over the words at the last recorded step, (n,).

    They are the same for every step, so that a unit can be followed through training.
    """
    last = snapshot(folder, number, steps(folder, number)[-1])
    variation = last.layers[layer].values["h"].std(axis=0)
    return np.argsort(-variation)[:count]


def _file(folder: Path, number: int, step: int) -> Path:
    return folder / f"{number}-step-{step:08d}.npz"
