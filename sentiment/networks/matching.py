"""Hidden sizes that give encoders of different architectures equally many parameters."""

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
    """`config` with the hidden_size for which the encoder is nearest to `parameters` in size.

    A bag of words has no encoder; its config does not change.
    """
    if ARCHITECTURES[config.architecture].encoder is None:
        return config
    low, high = 1, MAX_UNITS
    while high - low > 1:  # the count rises with the size
        middle = (low + high) // 2
        if encoder_parameters(replace(config, hidden_size=middle)) <= parameters:
            low = middle
        else:
            high = middle

    def distance(size: int) -> int:
        return abs(encoder_parameters(replace(config, hidden_size=size)) - parameters)

    return replace(config, hidden_size=min((low, high), key=distance))


def match_lstm(config: NetworkConfig) -> NetworkConfig:
    """`config` with as many encoder parameters as an LSTM with the same layers and units."""
    return match_parameters(config, encoder_parameters(replace(config, architecture="lstm")))
