"""The settings of a language model's training. Free of torch."""

from dataclasses import dataclass

from sentiment.settings import MAX_SEED, Settings, setting


@dataclass(frozen=True)
class PretrainConfig(Settings):
    """How a language model is trained."""

    epochs: int = setting(
        3, "Epochs", "Passes over the training and unlabelled reviews.", low=1, high=1_000
    )
    batch_size: int = setting(16, "Batch size", "Reviews behind one step.", low=1, high=4_096)
    learning_rate: float = setting(
        3e-3, "Learning rate", "The largest of the schedule.", low=1e-9, high=1.0
    )
    negative_samples: int = setting(
        512,
        "Wrong words",
        "How many words drawn at random each right one is told from.",
        low=1,
        high=1_000_000,
    )
    seed: int = setting(0, "Seed", "The same seed gives the same training.", low=0, high=MAX_SEED)
