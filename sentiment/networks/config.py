"""The settings of a network. Free of torch, so that pages can show them without loading it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from sentiment.networks.registry import ARCHITECTURES
from sentiment.settings import require, require_choice, require_whole, setting

Pooling = Literal["last", "mean", "max", "max+mean"]
Precision = Literal["auto", "float32", "bfloat16"]  # see `precision`


def require_share(name: str, value: float) -> None:
    require(0 <= value < 1, f"{name} is {value!r}; a share to drop lies from 0 up to below 1.")


@dataclass(frozen=True)
class NetworkConfig:
    """embedding -> encoder layers -> pooling over time -> dropout -> linear -> one logit."""

    architecture: str = setting(
        "lstm",
        "Architecture",
        "What reads the words in order.",
        choices=tuple(ARCHITECTURES),
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
        known = ", ".join(map(repr, ARCHITECTURES))
        require(
            self.architecture in ARCHITECTURES,
            f"architecture is {self.architecture!r}; choose one of {known}.",
        )
        require_whole("embedding_dim", self.embedding_dim, 1, 4096)
        require_whole("hidden_size", self.hidden_size, 1, 4096)
        require_whole("num_layers", self.num_layers, 1, 8)
        require_choice("pooling", self.pooling, Pooling)
        require_share("dropout", self.dropout)
        require_share("embedding_dropout", self.embedding_dropout)
        require_share("word_dropout", self.word_dropout)
        require_whole("chrono_time_scale", self.chrono_time_scale, 0, 100_000)
        require(
            not 0 < self.chrono_time_scale < 3,
            f"initial_memory is {self.chrono_time_scale}; give 0 (torch's own start) or 3 up.",
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
