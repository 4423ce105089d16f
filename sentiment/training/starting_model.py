"""The model that a training starts from, and what it gives a network. Free of torch."""

from pathlib import Path

from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import ModelError
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import CONFIG, ModelInfo, model_folder, read_language_model
from sentiment.networks.registry import ARCHITECTURES

RANDOM, VECTORS = "random", "vectors"  # other values of `initialization` name a model
# Settings that decide which reviews are in the validation split.
_OF_SPLIT = ("split", "seed", "min_length", "max_length", "exclude", "corrections")


def starting_network(name: str | Path) -> NetworkConfig:
    """The network settings of the language model or classifier `name`.

    Raises ModelError if it is missing or damaged. Reads no weights.
    """
    folder = model_folder(name)
    if (folder / CONFIG).is_file():
        return ModelInfo.read(folder).network
    return read_language_model(name).network


def require_start(initialization: str, network: NetworkConfig) -> None:
    """Raise ModelError if the model that `initialization` names is missing, or if its word
    vectors have another size than those of `network`."""
    if initialization not in (RANDOM, VECTORS):
        name = model_folder(initialization).name
        require_same_dimensions(name, starting_network(initialization), network)


def require_same_split(initialization: str, fingerprint: str, prepare: PrepareConfig) -> None:
    """Raise ModelError if `initialization` names a classifier that was trained on the same reviews
    with another split.

    Reviews of the validation split would have been in its training, and the figures on it, the
    choice of the best epoch and the calibration would be wrong. fingerprint: of the corpus, before
    it was split. Language models learn no labels.
    """
    if initialization in (RANDOM, VECTORS):
        return
    folder = model_folder(initialization)
    if not (folder / CONFIG).is_file():
        return
    start = ModelInfo.read(folder)
    own, given = split_settings(start.training.prepare), split_settings(prepare)
    if start.training.data_fingerprint != fingerprint or own == given:
        return
    differing = {name: value for name, value in own.items() if value != given[name]}
    found = ", ".join(f"{name} is {given[name]!r}" for name in differing)
    expected = ", ".join(f"{name} to {value!r}" for name, value in differing.items())
    raise ModelError(
        f"{start.name} was trained on the same reviews with another split, so it has seen reviews "
        f"of this validation split: {found}. Set {expected}, or start from a language model."
    )


def split_settings(prepare: PrepareConfig) -> dict[str, object]:
    """The settings that decide which reviews are in the validation split, by name."""
    return {name: getattr(prepare, name) for name in _OF_SPLIT}


def require_same_dimensions(name: str, source: NetworkConfig, network: NetworkConfig) -> None:
    own, expected = source.embedding_dim, network.embedding_dim
    if own != expected:
        raise ModelError(
            f"embedding_dim is {expected}, but the word vectors of {name} have {own} dimensions. "
            f"Set embedding_dim to {own}."
        )


def encoder_differences(initialization: str, network: NetworkConfig) -> dict[str, object]:
    """The settings, with the values of the model that `initialization` names, that keep `network`
    from taking its encoder; empty if it takes it, for `random` and `vectors`, and for a network
    without an encoder.

    Raises ModelError like `starting_network`.
    """
    if initialization in (RANDOM, VECTORS) or not ARCHITECTURES[network.architecture].encoder:
        return {}
    source = starting_network(initialization)
    names = ["hidden_size", "num_layers"]
    # A network of one direction takes the forward direction of one of both.
    if source.architecture not in (network.architecture, f"bi{network.architecture}"):
        names.insert(0, "architecture")
    own = {name: getattr(source, name) for name in names}
    return {name: value for name, value in own.items() if value != getattr(network, name)}
