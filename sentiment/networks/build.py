"""Construction of the network that a NetworkConfig describes."""

import importlib
from typing import TYPE_CHECKING

from sentiment.networks.registry import ARCHITECTURES
from sentiment.settings import require

if TYPE_CHECKING:
    from torch import Tensor

    from sentiment.corpus.classes import Classes
    from sentiment.networks.class_output import ClassOutput
    from sentiment.networks.classifier import SentimentClassifier
    from sentiment.networks.config import NetworkConfig
    from sentiment.networks.interfaces import Encoder, Network


def new_encoder(config: "NetworkConfig") -> "Encoder":
    """A newly initialized encoder of `config.architecture`."""
    entry = ARCHITECTURES[config.architecture]
    assert entry.encoder, f"{config.architecture} has no encoder"
    module, _, name = entry.encoder.rpartition(".")
    return getattr(importlib.import_module(module), name)(config, **entry.options)


def new_classifier(
    config: "NetworkConfig", vocabulary_size: int, output: "ClassOutput | None" = None
) -> "SentimentClassifier":
    """A newly initialized classifier with the encoder of `config.architecture`.

    output: by default `class_output()`.
    """
    from sentiment.networks.class_output import class_output
    from sentiment.networks.classifier import SentimentClassifier, new_embedding

    embedding = new_embedding(vocabulary_size, config.embedding_dim)
    return SentimentClassifier(config, embedding, new_encoder(config), output or class_output())


def new_network(
    config: "NetworkConfig", vocabulary_size: int, output: "ClassOutput | None" = None
) -> "Network":
    """A new network of `config.architecture`, initialized from torch's random generator.

    output: by default `class_output()`.
    """
    from sentiment.networks.bag_of_words import BagOfWords
    from sentiment.networks.class_output import class_output

    if ARCHITECTURES[config.architecture].encoder is None:
        return BagOfWords(config, vocabulary_size, output or class_output())
    return new_classifier(config, vocabulary_size, output)


def output_for(config: "NetworkConfig", classes: "Classes") -> "ClassOutput":
    """The output of a network for these classes.

    Raises ConfigError if `config.ordinal` is set for classes without an order.
    """
    from sentiment.networks.class_output import class_output

    require(
        classes.ordered or not config.ordinal,
        f"ordinal is set, but the classes {', '.join(classes.names)} have no order. Switch it off, "
        "or say in which order the labels are.",
    )
    return class_output(len(classes), config.ordinal)


def require_shapes(
    config: "NetworkConfig",
    vocabulary_size: int,
    output: "ClassOutput",
    weights: "dict[str, Tensor]",
) -> None:
    """Raise ValueError unless `weights` have the names and shapes of this network.

    Allocates no memory for the network: a wrong size in a damaged configuration could require more
    than the machine has.
    """
    from sentiment.networks.shapes import shapes_only

    with shapes_only():
        expected = new_network(config, vocabulary_size, output).state_dict()
    if different := sorted(set(expected) ^ set(weights)):
        raise ValueError(f"the weights {', '.join(different)} are missing or unknown")
    for name, value in expected.items():
        found = weights[name].shape
        sizes = zip(value.shape, found, strict=False)
        fits = len(value.shape) == len(found) and all(size in (0, of) for size, of in sizes)
        if not fits:  # an empty one takes any length
            raise ValueError(
                f"the weights {name} have the shape {tuple(found)}, expected {tuple(value.shape)}"
            )
