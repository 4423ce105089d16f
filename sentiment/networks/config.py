"""Settings of a network. Free of torch, so that pages can show them without loading it."""

from dataclasses import dataclass
from typing import Literal

from sentiment.networks.registry import ARCHITECTURES
from sentiment.settings import Settings, require, setting

Pooling = Literal["last", "mean", "max", "max+mean"]
Precision = Literal["auto", "float32", "bfloat16"]  # see `precision`


@dataclass(frozen=True)
class NetworkConfig(Settings):
    """embedding -> encoder layers -> pooling over time -> dropout -> linear -> outputs."""

    architecture: str = setting(
        "lstm",
        "Architecture",
        "The encoder: how the network reads the words.",
        choices=ARCHITECTURES,
        common=True,
    )
    embedding_dim: int = setting(
        128,
        "Embedding dimensions",
        "Size of a word vector. Larger vectors distinguish more words and need more memory.",
        low=1,
        high=4096,
    )
    hidden_size: int = setting(
        128,
        "Units per layer",
        "Per direction. More units can store more of a review; time and memory grow.",
        low=1,
        high=4096,
        common=True,
    )
    num_layers: int = setting(
        1,
        "Layers",
        "Stacked layers, or blocks of a ResNet. More layers are slower and need more reviews.",
        low=1,
        high=8,
        common=True,
    )
    pooling: Pooling = setting(
        "max+mean",
        "Pooling",
        "How the outputs of all words become one vector: the last output, the mean, the maximum "
        "of each unit, or maximum and mean together.",
        common=True,
    )
    dropout: float = setting(
        0.5,
        "Dropout",
        "Share of outputs set to 0 before the linear layer and between layers. More dropout "
        "regularizes more.",
        low=0.0,
        high=0.99,
    )
    embedding_dropout: float = setting(
        0.5,
        "Embedding dropout",
        "Share of the numbers of each word vector set to 0. More dropout regularizes more.",
        low=0.0,
        high=0.99,
    )
    word_dropout: float = setting(
        0.1,
        "Word dropout",
        "Share of words replaced by <unk> in training. More dropout regularizes more.",
        low=0.0,
        high=0.99,
    )
    chrono_time_scale: int = setting(
        0,
        "Chrono initialization: longest time scale (words)",
        "Initial gates of an LSTM or GRU keep their memory for 2 to this many words. 0: torch's "
        "initialization, which halves the memory at every word. See the Memory page.",
        low=0,
        high=100_000,
    )
    ordinal: bool = setting(
        False,
        "Ordinal output",
        "For three or more ordered classes, such as stars: one output for each step from a class "
        "to the next (CORN), so that near misses cost less. Off: one output per class.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            not 0 < self.chrono_time_scale < 3,
            f"chrono_time_scale is {self.chrono_time_scale}; expected 0 (off) or at least 3.",
        )
