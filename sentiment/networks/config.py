"""The settings of a network. Free of torch, so that pages can show them without loading it."""

from dataclasses import dataclass
from typing import Literal

from sentiment.networks.registry import ARCHITECTURES
from sentiment.settings import Settings, require, setting

Pooling = Literal["last", "mean", "max", "max+mean"]
Precision = Literal["auto", "float32", "bfloat16"]  # see `precision`


@dataclass(frozen=True)
class NetworkConfig(Settings):
    """embedding -> encoder layers -> pooling over time -> dropout -> linear -> one logit."""

    architecture: str = setting(
        "lstm",
        "Architecture",
        "What reads the words in order.",
        choices=ARCHITECTURES,
        common=True,
    )
    embedding_dim: int = setting(
        128, "Word vectors", "How many numbers stand for a word.", low=1, high=4096
    )
    hidden_size: int = setting(
        128,
        "Units per layer",
        "In each direction. A unit of an LSTM has one memory cell and three gates.",
        low=1,
        high=4096,
        common=True,
    )
    num_layers: int = setting(
        1, "Layers", "One above the other; of a ResNet, its blocks.", low=1, high=8, common=True
    )
    pooling: Pooling = setting(
        "max+mean",
        "Pooling",
        "How the outputs at all words become one: the last one, their mean, the largest value of "
        "each unit, or the last two together.",
        common=True,
    )
    dropout: float = setting(
        0.5, "Dropout", "Before the linear layer and between layers.", low=0.0, high=0.99
    )
    embedding_dropout: float = setting(
        0.5, "Dropout of word vectors", "Of the numbers of each word vector.", low=0.0, high=0.99
    )
    word_dropout: float = setting(
        0.1, "Dropout of words", "Words read as unknown while training.", low=0.0, high=0.99
    )
    chrono_time_scale: int = setting(
        0,
        "Open gates (words)",
        "How many words the gates of a fresh LSTM or GRU let it remember, at most. 0 starts as "
        "torch does: half of the memory is gone after every word. See the Memory page.",
        low=0,
        high=100_000,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            not 0 < self.chrono_time_scale < 3,
            f"chrono_time_scale is {self.chrono_time_scale}; give 0 (torch's own start) or 3 up.",
        )
