"""The metrics of a model on the reviews of one split, as metrics.json stores them."""

from dataclasses import dataclass

_SHARES = (
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "precision",
    "recall",
    "f1",
    "auc",
    "calibration_error",
)


@dataclass(frozen=True)
class Figures:
    """Metrics on labelled reviews; precision and recall are those of the positive class."""

    reviews: int
    loss: float  # mean binary cross-entropy, nats
    accuracy: float
    accuracy_low: float  # 95% Wilson interval
    accuracy_high: float
    precision: float
    recall: float
    f1: float
    auc: float | None  # area under the ROC curve; None if only one class occurs
    calibration_error: float  # expected calibration error, 15 equal bins of confidence
    true_positives: int
    false_positives: int
    true_negatives: int
    false_negatives: int

    def __post_init__(self) -> None:
        for name in _SHARES:
            share = getattr(self, name)
            if share is not None and not 0 <= share <= 1:
                raise ValueError(f"{name} is {share!r}, expected 0 to 1")
