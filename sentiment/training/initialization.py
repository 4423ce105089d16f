"""Weight initialization: random, word vectors, or a pretrained language model."""

import numpy as np
import torch

from sentiment.corpus.review import Split
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.tokenize import TOKENIZER
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.model_folder import language_model_tokenizer
from sentiment.progress import StageProgress
from sentiment.training.config import TrainConfig
from sentiment.training.pretrained import Pretrained
from sentiment.training.word_vectors import word_vectors

RANDOM, VECTORS = "random", "vectors"


def tokenizer_for(config: TrainConfig) -> str:
    """The tokenizer to prepare the corpus by: that of the language model a network starts from.

    Raises ModelError if the language model is missing.
    """
    if config.initialization in (RANDOM, VECTORS):
        return TOKENIZER
    return language_model_tokenizer(config.initialization)


def initialize_network(
    network: SentimentClassifier,
    corpus: PreparedCorpus,
    config: TrainConfig,
    progress: StageProgress,
) -> str:
    """Initialize a new network as `config.initialization` names; returns a description of that.

    Does not use validation and test reviews. Raises ModelError for a language model that is missing
    or does not fit.
    """
    if config.initialization == RANDOM:
        return RANDOM
    if config.initialization == VECTORS:
        progress("Word vectors", 0, 1)
        vectors = corpus_word_vectors(corpus, network.config.embedding_dim, config.seed)
        with torch.no_grad():
            network.embedding.weight.copy_(torch.from_numpy(vectors))
        return "word vectors of the training and unlabelled reviews"
    pretrained = Pretrained.load(config.initialization)
    transferred = pretrained.transfer_to(network, corpus.vocabulary, config.seed)
    return f"{transferred} of {pretrained.folder.name}"


def corpus_word_vectors(corpus: PreparedCorpus, dimensions: int, seed: int = 0) -> np.ndarray:
    """`word_vectors` of the training and unlabelled reviews."""
    rows = np.concatenate([corpus.rows(Split.TRAIN), corpus.rows(Split.UNLABELLED)])
    ids, offsets = corpus.concatenated_ids(rows)
    return word_vectors(ids, offsets, len(corpus.vocabulary), dimensions, seed)
