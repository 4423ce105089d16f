"""Network and corpus of a recipe, and weight initialization: random, word vectors, or another
model."""

import numpy as np
import torch

from sentiment.corpus.review import Split
from sentiment.dataset.prepare import prepare
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.networks.build import new_network, output_for
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.progress import StageProgress
from sentiment.training.config import Recipe, TrainConfig
from sentiment.training.pretrained import Pretrained
from sentiment.training.starting_model import RANDOM, VECTORS, require_same_split, require_start
from sentiment.training.word_vectors import word_vectors


def prepare_reviews(recipe: Recipe, progress: StageProgress | None = None) -> PreparedCorpus:
    """The corpus of a recipe. Raises CorpusError or StorageError, and ModelError if the model
    that it starts from is missing, has word vectors of another size, or was trained on reviews of
    the validation split."""
    initialization = recipe.training.initialization
    require_start(initialization, recipe.network)
    corpus = prepare(recipe.source, recipe.prepare, recipe.table, progress=progress)
    require_same_split(initialization, corpus.fingerprint, recipe.prepare)
    return corpus


def random_network(recipe: Recipe, corpus: PreparedCorpus) -> Network:
    """A new network for the classes of `corpus`, initialized from the seed of the recipe."""
    torch.manual_seed(recipe.training.seed)
    output = output_for(recipe.network, corpus.classes)
    return new_network(recipe.network, len(corpus.vocabulary), output)


def initialize_network(
    network: SentimentClassifier,
    corpus: PreparedCorpus,
    config: TrainConfig,
    progress: StageProgress,
) -> str:
    """Initialize a new network as `config.initialization` names; returns a description of that.

    Does not use validation and test reviews. Raises ModelError for a model that is missing or does
    not fit.
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
    transferred = pretrained.transfer_to(network, corpus.vocabulary, config.seed, corpus.classes)
    return f"{transferred} of {pretrained.folder.name}"


def corpus_word_vectors(corpus: PreparedCorpus, dimensions: int, seed: int = 0) -> np.ndarray:
    """`word_vectors` of the training and unlabelled reviews."""
    rows = np.concatenate([corpus.rows(Split.TRAIN), corpus.rows(Split.UNLABELLED)])
    ids, offsets = corpus.concatenated_ids(rows)
    return word_vectors(ids, offsets, len(corpus.vocabulary), dimensions, seed)
