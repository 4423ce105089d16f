"""Training set: the training split and the reviews that a recipe adds to it.

Additions are unlabelled reviews with pseudo-labels and synthetic reviews, which contain negations,
concessions and contrasts more often than reviews on IMDb.
"""

import contextlib
from functools import partial
from pathlib import Path

import numpy as np

from sentiment import atomic
from sentiment.corpus.review import Split
from sentiment.corpus.sample import synthetic_reviews
from sentiment.dataset.batches import ReviewDataset
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import RunError
from sentiment.networks.inference import probabilities
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.progress import StageProgress
from sentiment.settings import require
from sentiment.stored import read_array
from sentiment.training.config import Recipe


def build_training_set(
    corpus: PreparedCorpus, recipe: Recipe, progress: StageProgress, keep: Path | None = None
) -> ReviewDataset:
    """The training split with the additions of `recipe`.

    keep: a folder in which the pseudo-labels are stored, so that a resumed run need not repeat
    them. Raises ConfigError for teachers without unlabelled reviews, ModelError for a teacher that
    cannot be loaded.
    """
    config = recipe.training
    train = ReviewDataset.of(corpus, Split.TRAIN, recipe.sequence)
    if config.teachers:
        rows = corpus.rows(Split.UNLABELLED)
        require(
            len(rows) > 0,
            f"teachers is {config.teachers!r}, but there are no unlabelled reviews to label. Set "
            "unlabelled with a source that has some (imdb), or leave teachers empty.",
        )
        labels = corpus.labels.astype(np.float32)
        labels[rows] = _pseudo_labels(config.teachers, corpus, rows, progress, keep)
        rows = np.concatenate([train.rows, rows])
        train = ReviewDataset(corpus.ids, corpus.offsets, labels, rows, recipe.sequence)
    if config.synthetic_reviews:
        texts, labels = synthetic_reviews(config.synthetic_reviews, config.seed)
        train = train.concatenated_with(
            ReviewDataset.of_texts(texts, labels, corpus.vocabulary, recipe.sequence)
        )
    return train


def _pseudo_labels(
    teachers: str,
    corpus: PreparedCorpus,
    rows: np.ndarray,
    progress: StageProgress,
    keep: Path | None,
) -> np.ndarray:
    """Probability of Positive for each review from the mean logit of the teachers, (rows,)."""
    file = keep / "teachers.npy" if keep else None
    if file and file.exists():
        with contextlib.suppress(RunError):  # damaged or of other reviews
            return np.array(read_array(file, RunError, "", shape=(len(rows),), low=0, high=1))
    texts = corpus.texts(rows)
    logits = np.zeros(len(rows))
    names = [name.strip() for name in teachers.split(",")]
    for name in names:
        info = ModelInfo.read(model_folder(name))
        network, vocabulary = info.load()
        dataset = ReviewDataset.of_texts(
            texts, np.zeros(len(texts), np.int8), vocabulary, info.sequence
        )
        stage = partial(progress, f"Pseudo-labels by {info.name}")
        p = probabilities(network, dataset, stage, "auto")
        logits += np.log(np.clip(p, 1e-6, 1 - 1e-6) / np.clip(1 - p, 1e-6, 1)) / len(names)
    labels = (1 / (1 + np.exp(-logits))).astype(np.float32)
    if file:
        atomic.write_array(file, labels)
    return labels
