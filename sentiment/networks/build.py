"""Construction of the network that a NetworkConfig describes."""

import importlib
from typing import TYPE_CHECKING

from sentiment.networks.registry import ARCHITECTURES

if TYPE_CHECKING:
    from torch import Tensor

    from sentiment.networks.class_output import ClassOutput
    from sentiment.networks.classifier import SentimentClassifier
    from sentiment.networks.config import NetworkConfig
    from sentiment.networks.interfaces import Encoder, Network


def new_encoder(config: "NetworkConfig") -> "Encoder":
    """A newly initialized encoder of `config.architecture`."""
    entry = ARCHITECTURES[config.architecture]
    assert entry.encoder, f"{config.architecture} has no encoder"
    module, _, name = entry.encoder.rpartition(".")
    encoder: Encoder = getattr(importlib.import_module(module), name)(config, **entry.options)
    return encoder


def new_classifier(
    config: "NetworkConfig", vocabulary_size: int, output: "ClassOutput | None" = None
) -> "SentimentClassifier":
    """A newly initialized classifier with the encoder of `config.architecture`.

    output: by default that of two classes.
    """
    from sentiment.networks.class_output import BINARY
    from sentiment.networks.classifier import SentimentClassifier, new_embedding

    embedding = new_embedding(vocabulary_size, config.embedding_dim)
    return SentimentClassifier(config, embedding, new_encoder(config), output or BINARY)


def new_network(config: "NetworkConfig", vocabulary_size: int) -> "Network":
    """A new network of `config.architecture`, initialized from torch's random generator."""
    from sentiment.networks.bag_of_words import BagOfWords

    if ARCHITECTURES[config.architecture].encoder is None:
        return BagOfWords(config, vocabulary_size)
    return new_classifier(config, vocabulary_size)


def require_shapes(
    config: "NetworkConfig", vocabulary_size: int, weights: "dict[str, Tensor]"
) -> None:
    """Raises ValueError if `weights` are not those of this network; takes no memory for it.

    A wrong size in a damaged configuration could ask for more memory than the machine has.
    """
    import torch

    with torch.device("meta"):
        expected = new_network(config, vocabulary_size).state_dict()
    if different := sorted(set(expected) ^ set(weights)):
        raise ValueError(f"the weights {', '.join(different)} are missing or unknown")
    for name, value in expected.items():
        found = weights[name].shape
        if value.numel() and value.shape != found:  # an empty one takes any length
            raise ValueError(
                f"the weights {name} have the shape {tuple(found)}, expected {tuple(value.shape)}"
            )
