"""The training record: how a model was trained, enough to repeat the training and to judge it."""

import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class LeakingWord:
    """A word that is frequent in the training split and nearly always has the same label."""

    word: str
    share: float  # of the training reviews that contain it
    purity: float  # share of these that have `label`
    label: str


@dataclass(frozen=True)
class DiagnosticData:
    """Measurements of data and gates for `runs.diagnostics`."""

    unknown_share: dict[str, float]  # split -> share of <unk> among its tokens
    shared_ids: bool  # whether a review contains the id of <pad>
    leaking_words: list[LeakingWord]
    test_overlap: float  # share of test reviews whose token ids are those of a training review
    saturated_gates: dict[str, float]  # gate -> share of values near 0 or 1


@dataclass(frozen=True)
class SubsetAccuracy:
    """Accuracy on the test reviews that are no duplicates of training reviews."""

    duplicates: int  # left out
    reviews: int  # the others
    accuracy: float
    accuracy_low: float  # 95% Wilson interval
    accuracy_high: float


@dataclass(frozen=True)
class TrainingRecord:
    """The content of training.json."""

    recipe: dict[str, Any]  # JSON of `training.config.Recipe`
    command: str  # of a shell; empty for a training launched from the app
    corpus: str
    data_fingerprint: str
    split_rule: str
    splits: dict[str, dict[str, int]]  # split -> label -> reviews
    dropped: dict[str, int]  # reason -> reviews
    vocabulary_size: int  # <pad> and <unk> included
    parameters: int
    encoder_parameters: int | None  # None for a bag of words
    initialization: str  # "random", or what the weights were initialized with
    epochs: int
    best_epoch: int  # 0 if none was completed
    stop_reason: str
    seconds: float
    words_per_second: float | None  # median over the logged steps; None without steps
    seed: int
    hardware: str
    precision: str  # of the matrix products
    torch: str  # version
    date: str
    temperature: float = 1.0  # of the calibration, as `shift`
    shift: float = 0.0
    milliseconds_per_review: float | None = None  # one review at a time
    storage_accuracy_change: float | None = None  # on valid, by storing weights in 16 bits
    test_without_duplicates: SubsetAccuracy | None = None  # None if there are no duplicates
    diagnostics: DiagnosticData | None = None

    @property
    def calibrated(self) -> bool:
        return (self.temperature, self.shift) != (1.0, 0.0)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "TrainingRecord":
        """Raises TypeError that names the key that is missing, unknown or of another type."""
        return _build(cls, value)


Record = TypeVar("Record")


def _build(kind: type[Record], value: Mapping[str, Any]) -> Record:
    """A record dataclass from JSON, nested ones included, with every type checked."""
    hints = get_type_hints(kind)
    if unknown := sorted(set(value) - set(hints)):
        raise TypeError(f"unknown key {', '.join(unknown)}")
    required = {field.name for field in fields(kind) if field.default is field.default_factory}  # type: ignore[arg-type]
    if missing := sorted(required - set(value)):
        raise TypeError(f"key {', '.join(missing)} is missing")
    return kind(**{key: _convert(hints[key], part, key) for key, part in value.items()})


def _convert(hint: Any, value: Any, key: str) -> Any:
    options = get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if value is None and types.NoneType in options:
        return None
    hint = options[0]
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if is_dataclass(kind) and isinstance(value, dict):
        return _build(kind, value)  # type: ignore[arg-type]
    number = kind is float and isinstance(value, int) and not isinstance(value, bool)
    if not number and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        raise TypeError(f"{key} is {value!r}, expected {getattr(hint, '__name__', hint)}")
    if kind is list:
        return [_convert(parts[0], part, key) for part in value]
    if kind is dict and parts[1] is not Any:
        return {name: _convert(parts[1], part, f"{key}.{name}") for name, part in value.items()}
    return value
