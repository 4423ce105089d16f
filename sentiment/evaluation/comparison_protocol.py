"""The protocol of the comparison: every architecture gets the same chance.

The same reviews, vocabulary, embedding, pooling, head, schedule and number of epochs for all; as
many parameters in every encoder as the LSTM's; whatever is chosen is chosen on the valid part.
"""

from dataclasses import replace

from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.networks.config import NetworkConfig
from sentiment.networks.matching import encoder_parameters, matched
from sentiment.training.config import Recipe, TrainConfig

YARDSTICK = NetworkConfig(architecture="lstm", embedding_dropout=0.6, word_dropout=0.2)
# An IndRNN's units meet only in the layer above, so it needs a second one; five blocks let an
# output of the ResNet see 125 words. The others have the one layer of the yardstick.
LAYERS = {"indrnn": 2, "resnet": 5}
# The better of 0.003 and 0.001 on the valid part; where both were tried (rnn, lstm, gru, indrnn,
# resnet) only the plain RNN did better with the lower one.
LEARNING_RATES = {"rnn": 1e-3}
SEEDS = (0, 1)  # the model of the first one ships


def comparison_recipe(architecture: str, seed: int) -> Recipe:
    """How `architecture` is trained for the comparison."""
    network = replace(YARDSTICK, architecture=architecture, num_layers=LAYERS.get(architecture, 1))
    return Recipe(
        source="imdb",
        prepare=PrepareConfig(max_words=10_000),
        sequence=SequenceConfig(sequence_length=400),
        network=matched(network, encoder_parameters(YARDSTICK)),
        training=TrainConfig(
            epochs=3,
            learning_rate=LEARNING_RATES.get(architecture, 3e-3),
            seed=seed,
            patience=3,
        ),
    )
