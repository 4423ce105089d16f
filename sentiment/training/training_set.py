"""What a network is trained on: the labelled reviews, and what may be added to them.

Added are unlabelled reviews with the opinion of teachers, and composed ones, which are short and
deny, concede and turn around more often than people who write to IMDb do.
"""

import io
from functools import partial
from pathlib import Path

import numpy as np

from sentiment import atomic
from sentiment.corpus.review import Split
from sentiment.corpus.sample import synthetic_reviews
from sentiment.dataset.batches import ReviewDataset
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.networks.inference import probabilities
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.progress import StageProgress
from sentiment.settings import require
from sentiment.training.config import Recipe


def build_training_set(
    corpus: PreparedCorpus, recipe: Recipe, progress: StageProgress, keep: Path | None = None
) -> ReviewDataset:
    """The training part, with the additions that `recipe` asks for.

    keep: a folder for what the teachers said, so that a resumed run need not ask again.
    Raises ConfigError for teachers without unlabelled reviews, ModelError for one that cannot be
    read.
    """
    config = recipe.training
    material = ReviewDataset.of(corpus, Split.TRAIN, recipe.sequence)
    if config.teachers:
        rows = corpus.rows(Split.UNLABELLED)
        require(
            len(rows) > 0,
            f"Teachers ({config.teachers}) label reviews that have no label, and none were read. "
            "Set unlabelled, with a source that has some (imdb), or name no teachers.",
        )
        labels = corpus.labels.astype(np.float32)
        labels[rows] = _asked(config.teachers, corpus, rows, progress, keep)
        rows = np.concatenate([material.rows, rows])
        material = ReviewDataset(corpus.ids, corpus.offsets, labels, rows, recipe.sequence)
    if config.synthetic_reviews:
        texts, labels = synthetic_reviews(config.synthetic_reviews, config.seed)
        tokenized = TokenizedCorpus.of(texts)
        ids = tokenized.renumbered(corpus.vocabulary.encode(tokenized.words))
        rows = np.arange(len(texts))
        added = ReviewDataset(ids, tokenized.offsets, labels, rows, recipe.sequence)
        material = material.concatenated_with(added)
    return material


def _asked(
    names: str,
    corpus: PreparedCorpus,
    rows: np.ndarray,
    progress: StageProgress,
    keep: Path | None,
) -> np.ndarray:
    """The probability of Positive of each review, by the mean logit of the teachers, (n,)."""
    file = keep / "teachers.npy" if keep else None
    if file and file.exists():
        kept: np.ndarray = np.load(file, allow_pickle=False)
        if len(kept) == len(rows):
            return kept
    texts = corpus.texts(rows)
    logits = np.zeros(len(rows))
    teachers = [name.strip() for name in names.split(",")]
    for name in teachers:
        info = ModelInfo.read(model_folder(name))
        network, vocabulary = info.load()
        dataset = ReviewDataset.of_texts(
            texts, np.zeros(len(texts), np.int8), vocabulary, info.sequence
        )
        p = probabilities(network, dataset, partial(progress, f"Asking {info.name}"), "auto")
        logits += np.log(np.clip(p, 1e-6, 1 - 1e-6) / np.clip(1 - p, 1e-6, 1)) / len(teachers)
    opinion = (1 / (1 + np.exp(-logits))).astype(np.float32)
    if file:
        content = io.BytesIO()
        np.save(content, opinion, allow_pickle=False)
        atomic.write_bytes(file, content.getvalue())  # or a kill could leave half of it
    return opinion
