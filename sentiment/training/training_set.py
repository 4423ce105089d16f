"""Training set: the training split and the reviews that a recipe adds to it.

Additions are unlabelled reviews with pseudo-labels and synthetic ones: reviews, which contain
negations, concessions and contrasts more often than those on IMDb, and remarks of a few words.
"""

import contextlib
from functools import partial
from pathlib import Path

import numpy as np
import torch
from scipy.special import softmax
from torch import Tensor

from sentiment import atomic
from sentiment.corpus.classes import Classes, span
from sentiment.corpus.remarks import synthetic_remarks
from sentiment.corpus.review import Split
from sentiment.corpus.review_writer import CLASSES as SYNTHETIC_CLASSES
from sentiment.corpus.sample import synthetic_reviews
from sentiment.dataset.batches import ReviewDataset, shares_of
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import RunError
from sentiment.networks.inference import probabilities
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.progress import StageProgress
from sentiment.settings import require
from sentiment.stored import read_array
from sentiment.training.config import Recipe
from sentiment.training.distributed import SINGLE_PROCESS, ProcessGroup


def build_training_set(
    corpus: PreparedCorpus,
    recipe: Recipe,
    progress: StageProgress,
    keep: Path | None = None,
    group: ProcessGroup = SINGLE_PROCESS,
) -> ReviewDataset:
    """The training split with the additions of `recipe`.

    keep: a folder in which the pseudo-labels are stored, so that a resumed run need not repeat
    them. The leader of `group` computes them for all its processes. Raises ConfigError for
    teachers without unlabelled reviews, ModelError for a teacher that cannot be loaded.
    """
    config, classes = recipe.training, corpus.classes
    train = ReviewDataset.of(corpus, Split.TRAIN, recipe.sequence)
    if config.teachers:
        rows = corpus.rows(Split.UNLABELLED)
        require(
            len(rows) > 0,
            f"teachers is {config.teachers!r}, but there are no unlabelled reviews to label. Set "
            "unlabelled with a source that has some (imdb), or leave teachers empty.",
        )
        labels = np.zeros((len(corpus), len(classes)), np.float32)
        labels[train.rows] = shares_of(train.labels, len(classes))
        found = b""
        if group.is_main:
            pseudo = _pseudo_labels(config.teachers, corpus, classes, rows, progress, keep)
            found = pseudo.tobytes()
        labels[rows] = np.frombuffer(group.broadcast(found), np.float32).reshape(len(rows), -1)
        rows = np.concatenate([train.rows, rows])
        train = ReviewDataset(corpus.ids, corpus.offsets, labels, rows, recipe.sequence)
    if config.synthetic_reviews:
        require(
            classes.names == SYNTHETIC_CLASSES.names,
            f"synthetic_reviews is {config.synthetic_reviews}, but these are "
            f"{span(SYNTHETIC_CLASSES)}, and the classes of {corpus.name} are "
            f"{', '.join(classes.names)}. Set it to 0.",
        )
        texts, labels = _synthetic_texts(config.synthetic_reviews, config.seed)
        if train.is_soft:
            labels = shares_of(labels, len(classes))
        train = train.concatenated_with(
            ReviewDataset.of_texts(texts, labels, corpus.vocabulary, recipe.sequence)
        )
    return train


def _synthetic_texts(count: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Reviews of several sentences and remarks of a few words, half of each: texts, labels."""
    remarks = count // 4 * 2  # an even number, since half of them are positive
    longer, short = synthetic_reviews(count - remarks, seed), synthetic_remarks(remarks, seed)
    return longer[0] + short[0], np.concatenate([longer[1], short[1]])


def class_weights(dataset: ReviewDataset, classes: int) -> Tensor:
    """Weights of the classes for `balanced_classes`, (classes,): inverse to their shares, and of
    mean 1 over the reviews."""
    shares = dataset.labels if dataset.is_soft else shares_of(dataset.labels, classes)
    reviews = shares.sum(axis=0, dtype=np.float64)
    return torch.from_numpy(reviews.sum() / (classes * reviews)).float()


def _pseudo_labels(
    teachers: str,
    corpus: PreparedCorpus,
    classes: Classes,
    rows: np.ndarray,
    progress: StageProgress,
    keep: Path | None,
) -> np.ndarray:
    """Probabilities of the classes from the mean log-probabilities of the teachers, (rows, K)."""
    file = keep / "teachers.npy" if keep else None
    if file and file.exists():
        with contextlib.suppress(RunError):  # damaged or of other reviews
            shape = (len(rows), len(classes))
            return np.array(read_array(file, RunError, "", shape=shape, low=0, high=1))
    texts = corpus.texts(rows)
    logs = np.zeros((len(rows), len(classes)))
    names = [name.strip() for name in teachers.split(",")]
    for name in names:
        info = ModelInfo.read(model_folder(name))
        require(
            info.classes.names == classes.names,
            f"The teacher {name} predicts {', '.join(info.classes.names)}, but the classes of "
            f"{corpus.name} are {', '.join(classes.names)}. Choose a teacher with these classes.",
        )
        network, vocabulary = info.load()
        dataset = ReviewDataset.of_texts(
            texts, np.zeros(len(texts), np.int64), vocabulary, info.sequence
        )
        stage = partial(progress, f"Pseudo-labels by {info.name}")
        p = probabilities(network, dataset, stage, "auto")
        logs += np.log(np.clip(p, 1e-6, 1 - 1e-6)) / len(names)
    labels: np.ndarray = softmax(logs, axis=1).astype(np.float32)
    if file:
        atomic.write_array(file, labels)
    return labels
