"""Hidden sizes that give encoders of different architectures equally many parameters."""

from bisect import bisect_right
from dataclasses import replace

from sentiment.networks.build import new_encoder
from sentiment.networks.config import NetworkConfig
from sentiment.networks.registry import ARCHITECTURES
from sentiment.networks.shapes import shapes_only

MAX_UNITS = 4_096


def encoder_parameters(config: NetworkConfig) -> int:
    """Number of parameters of the encoder, without embedding and head."""
    with shapes_only():
        return sum(parameter.numel() for parameter in new_encoder(config).parameters())


def match_parameters(config: NetworkConfig, parameters: int) -> NetworkConfig:
    """`config` with the hidden_size whose encoder has the number of parameters closest to
    `parameters`.

    A bag of words has no encoder, so its config does not change.
    """
    if ARCHITECTURES[config.architecture].encoder is None:
        return config

    def count(size: int) -> int:
        return encoder_parameters(replace(config, hidden_size=size))

    # Binary search: the count rises with the size.
    low = max(1, bisect_right(range(1, MAX_UNITS), parameters, key=count))
    size = min((low, low + 1), key=lambda size: abs(count(size) - parameters))
    return replace(config, hidden_size=size)


def match_lstm(config: NetworkConfig) -> NetworkConfig:
    """`config` with as many encoder parameters as an LSTM with the same layers and units."""
    return match_parameters(config, encoder_parameters(replace(config, architecture="lstm")))
