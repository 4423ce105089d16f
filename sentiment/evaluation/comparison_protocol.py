"""The protocol of the comparison: every architecture gets the same chance.

The same reviews, vocabulary, embedding, pooling, head, schedule and number of epochs for all; as
many parameters in every encoder as the LSTM's; whatever is chosen is chosen on the valid part.
"""

from dataclasses import replace

from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.networks.config import NetworkConfig
from sentiment.networks.matching import encoder_parameters, match_parameters
from sentiment.networks.registry import ARCHITECTURES
from sentiment.training.config import Recipe, TrainConfig

YARDSTICK = NetworkConfig(architecture="lstm", embedding_dropout=0.6, word_dropout=0.2)
SEEDS = (0, 1)  # the model of the first one ships


def comparison_recipe(architecture: str, seed: int) -> Recipe:
    """How `architecture` is trained for the comparison."""
    entry = ARCHITECTURES[architecture]
    network = replace(YARDSTICK, architecture=architecture, num_layers=entry.comparison_layers)
    return Recipe(
        source="imdb",
        prepare=PrepareConfig(max_words=10_000),
        sequence=SequenceConfig(sequence_length=400),
        network=match_parameters(network, encoder_parameters(YARDSTICK)),
        training=TrainConfig(
            epochs=3,
            learning_rate=entry.comparison_learning_rate,
            seed=seed,
            patience=3,
        ),
    )
