"""What a training will cost on this machine, from a few of its own steps."""

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
from sentiment.dataset.prepare import prepare
from sentiment.networks.build import new_network
from sentiment.networks.classifier import SentimentClassifier
from sentiment.progress import StageProgress
from sentiment.training.config import Recipe
from sentiment.training.distributed import device_for
from sentiment.training.memory_requirement import require_memory
from sentiment.training.state import FitState
from sentiment.training.step import training_step

STEPS = 7  # from the batch with the shortest reviews to the one with the longest


@dataclass(frozen=True)
class Estimate:
    """Measured, then multiplied out."""

    parameters: int
    steps: int  # of all epochs
    seconds: float | None  # all epochs with their validation; None: it takes no steps
    memory: int  # bytes, the most this process took, the reviews and torch itself included

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def estimate(recipe: Recipe, progress: StageProgress | None = None) -> Estimate:
    """Prepare the reviews if need be, take a few steps and throw them away.

    Call it in a process of its own: the memory is that of the whole process. Raises CorpusError,
    ConfigError or StorageError.
    """
    corpus = prepare(recipe.source, recipe.prepare, recipe.table, progress=progress)
    require_memory(recipe, len(corpus.vocabulary))
    torch.manual_seed(recipe.training.seed)
    device = device_for(recipe.training.device)
    network = new_network(recipe.network, len(corpus.vocabulary))
    train = ReviewDataset.of(corpus, Split.TRAIN, recipe.sequence)
    valid = ReviewDataset.of(corpus, Split.VALID, recipe.sequence)
    if not isinstance(network, SentimentClassifier):
        return Estimate(network.parameter_count(), 0, None, _most_memory())
    network.to(device)
    state, config = FitState.new(network, recipe.training), recipe.training
    training, scoring = (
        training_batches(train, config.batch_size, config.seed),
        scoring_batches(valid),
    )

    network.train()
    taking = []
    batches = [train.collate([train[item] for item in items]) for items in _even(training, train)]
    for batch in [batches[-1], *batches]:  # the first one warms up
        began = time.perf_counter()
        training_step(state, batch, config, config.learning_rate)
        taking.append(time.perf_counter() - began)
    network.eval()
    reading = []
    with torch.inference_mode():
        for items in _even(scoring, valid):
            batch = valid.collate([valid[item] for item in items])
            began = time.perf_counter()
            there = batch.to(device)
            network(there.ids, there.lengths).cpu()  # fetching waits for a GPU
            reading.append(time.perf_counter() - began)
    epoch = len(training) * float(np.mean(taking[1:])) + len(scoring) * float(np.mean(reading))
    return Estimate(
        parameters=network.parameter_count(),
        steps=config.epochs * len(training),
        seconds=config.epochs * epoch,
        memory=_most_memory(),
    )


def _even(loader: Any, dataset: ReviewDataset) -> list[list[int]]:
    """Some of a loader's batches: even quantiles of their longest review, up to the longest."""
    batches = sorted(loader.batch_sampler, key=lambda items: int(dataset.lengths[items].max()))
    chosen = np.linspace(0, len(batches) - 1, min(STEPS, len(batches))).round().astype(int)
    return [batches[number] for number in chosen]


def _most_memory() -> int:
    """Bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage says there is inherited from the process that started this one.
        (most,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status.read_text(), re.MULTILINE)
        return int(most) * 1024
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS
