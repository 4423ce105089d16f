"""The settings of a language model's training. Free of torch."""

from dataclasses import asdict, dataclass
from typing import Any

from sentiment.settings import require, require_whole, setting


@dataclass(frozen=True)
class PretrainConfig:
    """How a language model is trained."""

    epochs: int = setting(3, "Epochs", "Passes over the training and unlabelled reviews.", low=1)
    batch_size: int = setting(16, "Batch size", "Reviews behind one step.", low=1)
    learning_rate: float = setting(3e-3, "Learning rate", "The largest of the schedule.", low=1e-6)
    negative_samples: int = setting(
        512, "Wrong words", "How many words drawn at random each right one is told from.", low=1
    )
    seed: int = setting(0, "Seed", "The same seed gives the same training.", low=0)

    def __post_init__(self) -> None:
        require_whole("epochs", self.epochs, 1, 1_000)
        require_whole("batch_size", self.batch_size, 1, 4_096)
        require_whole("negative_samples", self.negative_samples, 1, 1_000_000)
        require(
            0 < self.learning_rate <= 1,
            f"learning_rate is {self.learning_rate!r}; it must be above 0 and at most 1.",
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
