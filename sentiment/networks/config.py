"""The settings of a network. Free of torch, so that pages can show them without loading it."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sentiment.encoding.settings import require, require_choice, require_whole
from sentiment.networks.registry import ARCHITECTURES

Pooling = Literal["last", "mean", "max", "max+mean"]


def require_share(name: str, value: float) -> None:
    require(0 <= value < 1, f"{name} is {value!r}; a share to drop lies from 0 up to below 1.")


@dataclass(frozen=True)
class NetworkConfig:
    """embedding -> encoder layers -> pooling over time -> dropout -> linear -> one logit."""

    architecture: str = field(default="lstm", metadata={"choices": tuple(ARCHITECTURES)})
    embedding_dim: int = 128
    hidden_size: int = 128  # per direction
    num_layers: int = 1  # of a resnet: blocks
    pooling: Pooling = "max+mean"
    dropout: float = 0.5  # before the linear layer and between encoder layers
    embedding_dropout: float = 0.5  # of the numbers of each word vector
    word_dropout: float = 0.1  # of the words, read as <unk> while training
    # Words that the gates of a fresh lstm or gru let it remember, at most; 0: as torch starts them,
    # which is two or three words.
    initial_memory: int = 0

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
        require_whole("initial_memory", self.initial_memory, 0, 100_000)
        require(
            not 0 < self.initial_memory < 3,
            f"initial_memory is {self.initial_memory}; give 0 (torch's own start) or 3 up.",
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
