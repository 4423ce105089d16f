"""The metrics of a model on the reviews of one split, as metrics.json stores them."""

from dataclasses import dataclass

_SHARES = ("accuracy", "accuracy_low", "accuracy_high", "macro_f1", "auc", "calibration_error")
_SHARES_BY_CLASS = ("precision", "recall", "f1")


@dataclass(frozen=True)
class Figures:
    """Metrics on labelled reviews; lists have one entry per class."""

    reviews: int
    loss: float  # mean cross-entropy, nats
    accuracy: float
    accuracy_low: float  # 95% Wilson interval
    accuracy_high: float
    macro_f1: float  # mean F1 of the classes that are labels or predictions
    # Area under the ROC curve of a class against the others, mean over the classes; None if only
    # one class occurs.
    auc: float | None
    calibration_error: float  # expected calibration error, 15 equal bins of confidence
    # Of more than two ordered classes, else None: they add nothing for two.
    mean_absolute_error: float | None  # of the predicted class, in classes
    kappa: float | None  # Cohen's, quadratic weights; None without variation
    confusion: list[list[int]]  # reviews; a row per label, a column per prediction
    precision: list[float]  # 0 where a class is never predicted
    recall: list[float]  # 0 where a class is no label
    f1: list[float]

    def __post_init__(self) -> None:
        shares = {name: [getattr(self, name)] for name in _SHARES}
        shares |= {name: getattr(self, name) for name in _SHARES_BY_CLASS}
        for name, values in shares.items():
            for share in values:
                if share is not None and not 0 <= share <= 1:
                    raise ValueError(f"{name} is {share!r}, expected 0 to 1")
        sizes = {len(row) for row in self.confusion}
        sizes |= {len(getattr(self, name)) for name in _SHARES_BY_CLASS}
        if sizes != {len(self.confusion)}:
            raise ValueError(
                "confusion, precision, recall and f1 have different numbers of classes"
            )
