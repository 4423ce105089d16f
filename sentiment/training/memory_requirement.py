"""Memory requirement of a training, checked before it starts."""

from pathlib import Path

import psutil

from sentiment.errors import ConfigError
from sentiment.networks.config import NetworkConfig
from sentiment.training.config import Recipe

COPIES = 6  # of each parameter: weight, gradient, two Adam moments, moving average, best epoch
# Numbers per layer output that the backward pass needs: output, gates, gradients. A lower bound, so
# that no training that fits is refused.
NUMBERS_PER_OUTPUT = 8
BYTES = 4  # per float32
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def required_bytes(recipe: Recipe, vocabulary_size: int) -> int:
    """Lower bound of the memory to train `recipe`, in bytes, without the reviews."""
    from sentiment.networks.matching import encoder_parameters
    from sentiment.networks.registry import ARCHITECTURES

    network = recipe.network
    if ARCHITECTURES[network.architecture].encoder is None:
        return 0
    parameters = vocabulary_size * network.embedding_dim + encoder_parameters(network)
    cells = recipe.training.batch_size * recipe.sequence.sequence_length
    return BYTES * COPIES * parameters + activation_bytes(network, cells)


def activation_bytes(network: NetworkConfig, cells: int) -> int:
    """Lower bound of the memory for the backward pass of a batch of `cells` ids, in bytes."""
    outputs = network.embedding_dim + NUMBERS_PER_OUTPUT * network.num_layers * network.hidden_size
    return BYTES * cells * outputs


def total_memory_bytes() -> int:
    """Memory of this machine or container, in bytes."""
    total: int = psutil.virtual_memory().total
    try:
        return min(total, int(CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):  # not a container, or one without a limit ("max")
        return total


def require_memory(recipe: Recipe, vocabulary_size: int = 2) -> None:
    """Raise ConfigError if `recipe` needs more memory than the machine has.

    vocabulary_size: if known; the default is the smallest possible.
    """
    required, total = required_bytes(recipe, vocabulary_size), total_memory_bytes()
    if required > total:
        network, training = recipe.network, recipe.training
        raise ConfigError(
            f"This training needs at least {required / 2**30:,.1f} GiB of memory; this machine has "
            f"{total / 2**30:,.1f} GiB. Lower hidden_size ({network.hidden_size}), num_layers "
            f"({network.num_layers}), embedding_dim ({network.embedding_dim}), batch_size "
            f"({training.batch_size}), sequence_length ({recipe.sequence.sequence_length}) or "
            f"max_words ({recipe.prepare.max_words})."
        )
