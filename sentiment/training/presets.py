"""Presets: named recipes with the expected time and result."""

from dataclasses import dataclass, replace

from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.networks.config import NetworkConfig
from sentiment.training.config import Recipe, TrainConfig


@dataclass(frozen=True)
class Preset:
    """A named recipe."""

    title: str
    description: str
    recipe: Recipe


# A review of the sample corpus.
PINNED_SAMPLE = "The ending ruins everything. People say it is fantastic. It isn't."
# Under models/, see docs/imdb-lstm.md. The network has its sizes, so that the encoder can be
# transferred.
LANGUAGE_MODEL = "imdb-language-model"
PRETRAINED_LSTM = NetworkConfig(
    architecture="lstm",
    embedding_dim=160,
    hidden_size=320,
    embedding_dropout=0.4,
    word_dropout=0.1,
)


DEFAULT_PRESET = "sample"
PRESETS = {
    "sample": Preset(
        "Sample corpus, under a minute",
        "A small LSTM on 6,000 generated reviews. No download.",
        Recipe(
            source="sample",
            pinned=(PINNED_SAMPLE,),
            sequence=SequenceConfig(sequence_length=200),
            network=NetworkConfig(embedding_dim=32, hidden_size=48, embedding_dropout=0.2),
            training=TrainConfig(epochs=8, learning_rate=5e-3),
        ),
    ),
    "sample3": Preset(
        "Sample corpus of three classes, under a minute",
        "A small LSTM on generated reviews that are Negative, Neutral or Positive. No download.",
        Recipe(
            source="sample3",
            pinned=(PINNED_SAMPLE,),
            sequence=SequenceConfig(sequence_length=200),
            network=NetworkConfig(embedding_dim=32, hidden_size=48, embedding_dropout=0.2),
            training=TrainConfig(epochs=6, learning_rate=5e-3),
        ),
    ),
    "quick": Preset(
        "IMDB, several minutes",
        "An LSTM that starts from the included language model; one epoch on the labelled reviews.",
        Recipe(
            source="imdb",
            sequence=SequenceConfig(sequence_length=400),
            network=replace(PRETRAINED_LSTM, embedding_dropout=0.2),
            training=TrainConfig(
                epochs=1,
                learning_rate=3e-3,
                ema_decay=0.99,
                initialization=LANGUAGE_MODEL,
                random_crops=0.3,
            ),
        ),
    ),
    "vectors": Preset(
        "IMDB without pretraining, under ten minutes",
        "Computes word vectors from the training and unlabelled reviews in half a minute, then "
        "trains a bidirectional LSTM with adversarial training.",
        Recipe(
            source="imdb",
            prepare=PrepareConfig(unlabelled=True),
            sequence=SequenceConfig(sequence_length=400),
            network=NetworkConfig(architecture="bilstm"),
            training=TrainConfig(
                epochs=2, learning_rate=2e-3, initialization="vectors", adversarial=0.02
            ),
        ),
    ),
    "best": Preset(
        "IMDB, highest accuracy, over an hour",
        "An LSTM of one direction that starts from the included language model and trains on all "
        "71,000 reviews: the labelled ones, and the unlabelled ones with pseudo-labels of two "
        "included models. The time is for two cores.",
        Recipe(
            source="imdb",
            prepare=PrepareConfig(unlabelled=True),
            sequence=SequenceConfig(sequence_length=400),
            network=PRETRAINED_LSTM,
            training=TrainConfig(
                epochs=2,
                learning_rate=1e-3,
                initialization=LANGUAGE_MODEL,
                teachers="imdb-lstm, imdb-bilstm",
                synthetic_reviews=40_000,
                random_crops=0.3,
                adversarial=0.02,
            ),
        ),
    ),
    "article": Preset(
        "IMDB, the article's recipe",
        "Two layers of 256 units, the last output only, 250 words, four epochs. Slow; shows the "
        "benefit of pooling and regularization.",
        Recipe(
            source="imdb",
            prepare=PrepareConfig(max_words=100_000, min_count=1, split="8:1:1"),
            sequence=SequenceConfig(sequence_length=250, padding="before", truncation="head"),
            network=NetworkConfig(
                embedding_dim=400,
                hidden_size=256,
                num_layers=2,
                pooling="last",
                dropout=0.5,
                embedding_dropout=0.0,
                word_dropout=0.0,
            ),
            training=TrainConfig(
                epochs=4,
                batch_size=50,
                learning_rate=1e-3,
                schedule="constant",
                gradient_clip=5.0,
                ema_decay=0.0,
                patience=4,
            ),
        ),
    ),
}
