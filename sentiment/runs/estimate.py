"""Estimate of a training's time and memory on this machine, from a few of its steps."""

import re
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch

from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset, scoring_batches, training_batches
from sentiment.networks.classifier import SentimentClassifier
from sentiment.progress import StageProgress
from sentiment.training.config import Recipe
from sentiment.training.distributed import device_for
from sentiment.training.initialization import prepare_reviews, random_network
from sentiment.training.memory_requirement import require_memory
from sentiment.training.state import FitState
from sentiment.training.step import training_step

STEPS = 7  # batches, from the shortest reviews to the longest


@dataclass(frozen=True)
class Estimate:
    """Measured on a few steps, multiplied by their number."""

    parameters: int
    steps: int  # of all epochs
    seconds: float | None  # all epochs with validation; None for a bag of words
    memory: int  # bytes, peak of this process, reviews and torch included

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def estimate(recipe: Recipe, progress: StageProgress | None = None) -> Estimate:
    """Prepare the reviews if necessary, then measure a few steps on a network that is discarded.

    Call it in a separate process: the memory is that of the whole process. Raises CorpusError,
    ConfigError or StorageError.
    """
    corpus = prepare_reviews(recipe, progress)
    require_memory(recipe, len(corpus.vocabulary))
    device = device_for(recipe.training.device)
    network = random_network(recipe, corpus)
    train = ReviewDataset.of(corpus, Split.TRAIN, recipe.sequence)
    valid = ReviewDataset.of(corpus, Split.VALID, recipe.sequence)
    if not isinstance(network, SentimentClassifier):
        return Estimate(network.parameter_count(), 0, None, _peak_memory())
    network.to(device)
    state, config = FitState.new(network, recipe.training), recipe.training
    training = training_batches(train, config.batch_size, config.seed)
    scoring = scoring_batches(valid)

    network.train()
    step_seconds = []
    batches = [
        train.collate([train[item] for item in items]) for items in _sample_batches(training, train)
    ]
    for batch in [batches[-1], *batches]:  # the first one warms up
        started = time.perf_counter()
        training_step(state, batch, config, config.learning_rate)
        step_seconds.append(time.perf_counter() - started)
    network.eval()
    scoring_seconds = []
    with torch.inference_mode():
        for items in _sample_batches(scoring, valid):
            batch = valid.collate([valid[item] for item in items])
            started = time.perf_counter()
            moved = batch.to(device)
            network(moved.ids, moved.lengths).cpu()  # waits for the GPU
            scoring_seconds.append(time.perf_counter() - started)
    epoch = len(training) * np.mean(step_seconds[1:]) + len(scoring) * np.mean(scoring_seconds)
    return Estimate(
        parameters=network.parameter_count(),
        steps=config.epochs * len(training),
        seconds=float(config.epochs * epoch),
        memory=_peak_memory(),
    )


def _sample_batches(loader: Any, dataset: ReviewDataset) -> list[list[int]]:
    """Some batches of a loader, at even quantiles of their longest review."""
    batches = sorted(loader.batch_sampler, key=lambda items: int(dataset.lengths[items].max()))
    chosen = np.linspace(0, len(batches) - 1, min(STEPS, len(batches))).round().astype(int)
    return [batches[number] for number in chosen]


def _peak_memory() -> int:
    """Peak memory of this process, bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux, getrusage inherits the value of the parent process.
        (peak,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status.read_text(), re.MULTILINE)
        return int(peak) * 1024
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS
