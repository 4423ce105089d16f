"""Tables of measurements under sentiment/shipped: memory task, speed, comparison, classes.

Free of torch, so that pages can show them at once.
"""

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sentiment import atomic
from sentiment.errors import SentimentError
from sentiment.places import SHIPPED
from sentiment.stored import read_json

SOLVED = 0.9  # accuracy in the memory task
MEMORY_TABLE = SHIPPED / "memory.json"
SPEED_TABLE = SHIPPED / "speed.json"
COMPARISON_TABLE = SHIPPED / "comparison.json"
CLASSES_TABLE = SHIPPED / "classes.json"


@dataclass(frozen=True)
class MemoryResult:
    """Memory task: one network at one distance."""

    contender: str  # an architecture, or one with open gates
    distractors: int
    seed: int
    accuracy: float  # on new sequences; 0.5 is chance
    steps: int  # trained; fewer than allowed if it had learned the task before
    seconds: float


@dataclass(frozen=True)
class SkipConnections:
    """Share of the gradient that passes an untrained ResNet with and without skip connections."""

    blocks: int
    gradient_with: float
    gradient_without: float


@dataclass(frozen=True)
class MemoryTable:
    """Results of the memory task, complete or so far."""

    distances: list[int]  # numbers of distractors
    seeds: list[int]
    units: int  # of the LSTM; the others have as many parameters
    steps: int  # at most
    experiments: int  # in the complete table
    skip_connections: SkipConnections | None = None
    results: list[MemoryResult] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return len(self.results) == self.experiments

    @property
    def finding(self) -> str:
        """The networks that solve the task at the longest distance, in one sentence."""
        longest = max(result.distractors for result in self.results)
        solved = {
            result.contender
            for result in self.results
            if result.distractors == longest and result.accuracy > SOLVED
        }
        names = ", ".join(sorted(solved)) or "none"
        return f"Accuracy above {SOLVED:.0%} at {longest} distractors: {names}."

    @classmethod
    def read(cls, path: Path = MEMORY_TABLE) -> "MemoryTable":
        """Read the table in `path`. Raises SentimentError if it is missing or damaged."""
        return _read(path, cls)

    def write(self, path: Path) -> None:
        atomic.write_json(path, asdict(self), indent=1)


@dataclass(frozen=True)
class SpeedResult:
    """Encoder speed at one length: words/s, and as a multiple of the LSTM's."""

    architecture: str
    layers: int
    steps: int
    batch_size: int
    precision: str
    forward: float  # words/s
    training: float  # words/s, forward and backward pass
    forward_ratio: float  # median over measured pairs of LSTM seconds / own seconds
    training_ratio: float


@dataclass(frozen=True)
class SpeedTable:
    """Encoder speed of every architecture at several lengths."""

    width: int  # units of a layer, and embedding dimension
    threads: int
    results: list[SpeedResult]

    @classmethod
    def read(cls, path: Path = SPEED_TABLE) -> "SpeedTable":
        """Read the table in `path`. Raises SentimentError if it is missing or damaged."""
        return _read(path, cls)


def read_comparison() -> dict[str, Any]:
    """The comparison's table: "architectures" (every seed of each) and "timings" (of each); empty
    without the file. Raises SentimentError if it is damaged."""
    return asdict(_read(COMPARISON_TABLE, _Comparison)) if os.path.lexists(COMPARISON_TABLE) else {}


@dataclass(frozen=True)
class ClassResult:
    """A model with three or more classes on the test split of generated reviews."""

    data: str
    model: str
    classes: list[str]
    reviews: int
    accuracy: float
    macro_f1: float
    recall: list[float]  # by class
    mean_absolute_error: float | None


def read_class_results() -> list[ClassResult]:
    """The results in the shipped table. Raises SentimentError if it is missing or damaged."""
    return _read(CLASSES_TABLE, list[ClassResult])


@dataclass(frozen=True)
class _Comparison:
    """The content of the comparison's table."""

    architectures: dict[str, list[dict[str, float | str | None]]]
    timings: dict[str, dict[str, float | None]]


def _read(path: Path, kind: Any) -> Any:
    remedy = (
        "Restore it (git restore sentiment/shipped), or delete it and run the measurement again."
    )
    return read_json(path, kind, SentimentError, remedy)
