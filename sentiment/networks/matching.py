"""Sizes that make architectures comparable: about as many parameters in every encoder."""

from dataclasses import replace

import torch

from sentiment.networks.build import new_encoder
from sentiment.networks.config import NetworkConfig
from sentiment.networks.registry import ARCHITECTURES

LARGEST = 4_096  # units


def encoder_parameters(config: NetworkConfig) -> int:
    """How many numbers the encoder alone has; embedding, pooling and head not counted."""
    with torch.device("meta"):  # counted without being made
        return sum(parameter.numel() for parameter in new_encoder(config).parameters())


def match_parameters(config: NetworkConfig, parameters: int) -> NetworkConfig:
    """`config` with the hidden_size whose encoder is nearest to `parameters` in size.

    A bag of words has no encoder and comes back as it is.
    """
    if ARCHITECTURES[config.architecture].encoder is None:
        return config
    low, high = 1, LARGEST
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
    """`config` with an encoder of about as many parameters as an LSTM of its layers and units."""
    return match_parameters(config, encoder_parameters(replace(config, architecture="lstm")))
