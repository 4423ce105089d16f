"""Whether a training fits into this machine's memory, found out before it starts."""

from pathlib import Path

import psutil

from sentiment.errors import ConfigError
from sentiment.networks.config import NetworkConfig
from sentiment.training.config import Recipe

# Of each parameter: the weight, its gradient, two moments of Adam, the moving average, and the
# best epoch's copy.
COPIES = 6
# Of each output of a layer, kept for the backward pass: itself, its gates and its gradients. An
# estimate from below, so that nothing is refused that could have worked.
KEPT_PER_OUTPUT = 8
BYTES = 4  # of a float32
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def required_bytes(recipe: Recipe, vocabulary_size: int) -> int:
    """The least that training `recipe` takes, in bytes, the reviews themselves not counted."""
    from sentiment.networks.matching import encoder_parameters
    from sentiment.networks.registry import ARCHITECTURES

    network = recipe.network
    if ARCHITECTURES[network.architecture].encoder is None:
        return 0
    parameters = vocabulary_size * network.embedding_dim + encoder_parameters(network)
    cells = recipe.training.batch_size * recipe.sequence.sequence_length
    return BYTES * COPIES * parameters + activation_bytes(network, cells)


def activation_bytes(network: NetworkConfig, cells: int) -> int:
    """The least that a batch of so many cells takes for its backward pass, in bytes."""
    outputs = network.embedding_dim + KEPT_PER_OUTPUT * network.num_layers * network.hidden_size
    return BYTES * cells * outputs


def total_memory_bytes() -> int:
    """The memory of this machine, or of the container it is."""
    total: int = psutil.virtual_memory().total
    try:
        return min(total, int(CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        return total


def require_memory(recipe: Recipe, vocabulary_size: int = 2) -> None:
    """Raise ConfigError if `recipe` needs more memory than the machine has.

    vocabulary_size: as far as it is known; before the reviews are read, the least possible.
    """
    needed, there = required_bytes(recipe, vocabulary_size), total_memory_bytes()
    if needed > there:
        network, training = recipe.network, recipe.training
        raise ConfigError(
            f"This training needs at least {needed / 2**30:,.1f} GiB of memory and this machine "
            f"has {there / 2**30:,.1f} GiB. Lower hidden_size ({network.hidden_size}), num_layers "
            f"({network.num_layers}), embedding_dim ({network.embedding_dim}), batch_size "
            f"({training.batch_size}), sequence_length ({recipe.sequence.sequence_length}) or "
            f"max_words ({recipe.prepare.max_words})."
        )
