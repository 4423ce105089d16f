"""Protocol of the comparison: every architecture is trained under the same conditions.

Same reviews, vocabulary, embedding, pooling, head, schedule and number of epochs; every encoder
has as many parameters as the LSTM's; all choices are made on the validation split.
"""

from dataclasses import replace

from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.networks.config import NetworkConfig
from sentiment.networks.matching import encoder_parameters, match_parameters
from sentiment.networks.registry import ARCHITECTURES
from sentiment.training.config import Recipe, TrainConfig

REFERENCE = NetworkConfig(architecture="lstm", embedding_dropout=0.6, word_dropout=0.2)
SEEDS = (0, 1, 2)  # the models of the first one are included


def comparison_recipe(architecture: str, seed: int) -> Recipe:
    """The recipe of `architecture` in the comparison."""
    entry = ARCHITECTURES[architecture]
    network = replace(REFERENCE, architecture=architecture, num_layers=entry.comparison_layers)
    return Recipe(
        source="imdb",
        prepare=PrepareConfig(max_words=10_000),
        sequence=SequenceConfig(sequence_length=400),
        network=match_parameters(network, encoder_parameters(REFERENCE)),
        training=TrainConfig(
            epochs=3,
            learning_rate=entry.comparison_learning_rate,
            seed=seed,
            patience=3,
        ),
    )
