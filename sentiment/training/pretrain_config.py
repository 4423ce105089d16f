"""Settings of language model pretraining. Free of torch."""

from dataclasses import dataclass

from sentiment.settings import MAX_SEED, Settings, setting


@dataclass(frozen=True)
class PretrainConfig(Settings):
    """Settings of language model pretraining."""

    epochs: int = setting(
        3, "Epochs", "Passes over the training and unlabelled reviews.", low=1, high=1_000
    )
    batch_size: int = setting(32, "Batch size", "Reviews per step.", low=1, high=4_096)
    learning_rate: float = setting(
        3e-3, "Learning rate", "Highest rate of the schedule.", low=1e-9, high=1.0
    )
    negative_samples: int = setting(
        512,
        "Negative samples",
        "Random words that each right word is compared with, besides the thousand most frequent "
        "ones. More samples approximate the full softmax better and take longer.",
        low=1,
        high=1_000_000,
    )
    initialization: str = setting(
        "vectors",
        "Initialization",
        "`vectors`: word vectors from co-occurrence counts of the reviews; or the name of a "
        "language model under models/ to continue with, whose sizes the network must have.",
    )
    seed: int = setting(0, "Seed", "The same seed gives the same training.", low=0, high=MAX_SEED)
