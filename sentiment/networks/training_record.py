"""The training record: how a model was trained, enough to repeat the training and to judge it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sentiment.encoding.settings import PrepareConfig
from sentiment.typed_data import build


@dataclass(frozen=True)
class LeakingWord:
    """A word that is frequent in the training reviews of one class, and rare in the other's."""

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
    test_overlap: float  # share of test reviews whose text is that of a training review
    saturated_gates: dict[str, float]  # gate -> share of values near 0 or 1


@dataclass(frozen=True)
class SplitTexts:
    """Lengths, in words, and languages of the reviews of one split."""

    reviews: int
    short: int  # 5% of the reviews are at most as long
    median: int
    long: int  # 95% are at most as long
    truncated: int  # reviews longer than the sequence length
    language_checked: int  # reviews long enough for `analysis.text_checks.other_languages`
    other_languages: int  # of these, those probably not in English


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
    texts: dict[str, SplitTexts] = field(default_factory=dict)  # split -> its reviews
    averaged: list[str] = field(default_factory=list)  # the weights are their mean; may repeat
    corrected: int = 0  # reviews with a corrected label, see `PrepareConfig.corrections`
    temperature: float = 1.0  # of the calibration, as `shift`
    shift: list[float] = field(default_factory=list)  # of each output; none if not calibrated
    milliseconds_per_review: float | None = None  # one review at a time
    storage_accuracy_change: float | None = None  # on valid, by storing weights in 16 bits
    test_without_duplicates: SubsetAccuracy | None = None  # None if there are no duplicates
    diagnostics: DiagnosticData | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.recipe.get("source"), str):
            raise TypeError("recipe.source is missing, expected text")
        build(PrepareConfig, self.recipe.get("prepare", {}), "recipe.prepare.")

    @property
    def source(self) -> str:
        """The source of the reviews, as in a recipe."""
        return str(self.recipe["source"])

    @property
    def prepare(self) -> PrepareConfig:
        """How the reviews were prepared."""
        return PrepareConfig.from_json(self.recipe.get("prepare", {}))

    @property
    def calibrated(self) -> bool:
        return bool(self.shift)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "TrainingRecord":
        """Build from JSON. Raises TypeError that names a missing, unknown or mistyped key."""
        return build(cls, value)
