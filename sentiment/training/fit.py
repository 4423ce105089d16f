"""Training loop: an iterator of typed events."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from sentiment.dataset.batches import Batch, LengthBuckets, ReviewDataset
from sentiment.networks.confusion import macro_f1
from sentiment.networks.interfaces import Network, device_of
from sentiment.training.config import Schedule, TrainConfig
from sentiment.training.distributed import SINGLE_PROCESS, ProcessGroup
from sentiment.training.events import EndEvent, EpochEvent, Event, StepEvent
from sentiment.training.state import FitState, StepTotals
from sentiment.training.step import training_step
from sentiment.training.training_set import class_weights
from sentiment.wording import counted

WARM_UP = 0.1  # share of the steps in which the learning rate rises
LOG_SECONDS = 0.5  # between two StepEvents, at least; the end of an epoch also makes one


def learning_rate_share(step: int, planned: int, schedule: Schedule) -> float:
    """Learning rate at `step` (from 0) of `planned` steps, as a share of the highest rate.

    "one-cycle" rises linearly for a tenth of the steps, then falls along half a cosine.
    """
    if schedule == "constant":
        return 1.0
    rise = max(planned * WARM_UP, 1)
    if step < rise:
        return (step + 1) / (rise + 1)
    return 0.5 + 0.5 * math.cos(math.pi * (step - rise) / max(planned - rise, 1))


def fit(
    state: FitState,
    train: DataLoader[Batch],
    valid: DataLoader[Batch],
    config: TrainConfig,
    group: ProcessGroup = SINGLE_PROCESS,
) -> Iterator[Event]:
    """Train `state.network` in place and yield events; the last one is an EndEvent.

    Validates and keeps the moving average of the weights (`ema_decay`). Closing the iterator ends
    training early. At the end the network is in evaluation mode with the weights of its best
    epoch, if an epoch has ended. To resume later, save `state` at an event. The caller seeds torch
    before building the network. Raises RunError if the loss is not finite.

    group: the processes that train together. All have the same `state`, their shards of the
    batches in `train` and `valid`, and the same events at the same steps.
    """
    network, planned = state.network, len(train) * config.epochs
    wrapped = group.data_parallel(network)
    weights = None
    if config.balanced_classes:
        weights = class_weights(cast(ReviewDataset, train.dataset), network.output.classes)
        weights = weights.to(device_of(cast(Network, network)))
    began = time.perf_counter() - state.seconds
    try:
        while state.epoch <= config.epochs and not state.out_of_patience(config):
            wrapped.train()
            order = cast(LengthBuckets, train.batch_sampler)
            order.epoch, order.skipped = state.epoch, state.batches_done
            batches = iter(train)
            if state.rng_state is not None and state.batches_done:
                # `iter` has drawn a number from the generator, as at the start of the epoch.
                torch.set_rng_state(state.rng_state)
            state.rng_state = None
            logged, logged_since = StepTotals(), time.perf_counter()
            for batch in batches:
                share = learning_rate_share(state.step, planned, config.schedule)
                done = training_step(
                    state, batch, config, config.learning_rate * share, wrapped, group, weights
                )
                state.step += 1
                state.batches_done += 1
                for sums in (logged, state.epoch_totals):
                    sums.add(done)
                now = time.perf_counter()
                due = group.broadcast_flag(now - logged_since >= LOG_SECONDS)
                if due or state.batches_done == len(train):
                    yield StepEvent(
                        step=state.step,
                        epoch=state.epoch,
                        progress=state.step / planned,
                        loss=logged.loss,
                        accuracy=logged.accuracy,
                        gradient_norm=logged.gradient_norm,
                        learning_rate=config.learning_rate * share,
                        words_per_second=logged.words / (now - logged_since),
                        seconds=now - began,
                    )
                    logged, logged_since = StepTotals(), time.perf_counter()
            yield _end_epoch(state, valid, began, group, weights)
    finally:  # also when the caller closes the iterator early
        if state.best_weights:
            network.load_state_dict(state.best_weights)
        network.eval()
    reason = f"{counted(config.epochs, 'epoch')} done"
    if state.out_of_patience(config):
        reason = f"validation loss has not fallen for {counted(config.patience, 'epoch')}"
    seconds = time.perf_counter() - began
    yield EndEvent(state.step, state.best_epoch, state.best_loss, reason, seconds)


def _end_epoch(
    state: FitState,
    valid: DataLoader[Batch],
    began: float,
    group: ProcessGroup,
    weights: Tensor | None,
) -> EpochEvent:
    """Validate, keep the weights if they are the best so far, and start the next epoch."""
    found = validate(cast(Network, state.averaged.module), valid, group, weights)
    improved = found.loss < state.best_loss
    if improved:
        best = state.averaged.module.state_dict()
        state.best_epoch, state.best_loss = state.epoch, found.loss
        state.best_weights = {name: value.clone() for name, value in best.items()}
    event = EpochEvent(
        step=state.step,
        epoch=state.epoch,
        train_loss=state.epoch_totals.loss,
        train_accuracy=state.epoch_totals.accuracy,
        valid_loss=found.loss,
        valid_accuracy=found.accuracy,
        valid_macro_f1=found.macro_f1,
        improved=improved,
        seconds=time.perf_counter() - began,
    )
    state.epoch, state.batches_done, state.epoch_totals = state.epoch + 1, 0, StepTotals()
    return event


@dataclass(frozen=True)
class Validation:
    """Metrics of one pass over reviews."""

    loss: float  # mean
    accuracy: float
    macro_f1: float


@torch.inference_mode()
def validate(
    network: Network,
    batches: DataLoader[Batch],
    group: ProcessGroup = SINGLE_PROCESS,
    weights: Tensor | None = None,
) -> Validation:
    """Metrics of the reviews in `batches` of all ranks; weights: of the classes in the loss."""
    network.eval()
    device, classes = device_of(network), network.output.classes
    loss_sum = torch.zeros(1, dtype=torch.float64)
    confusion = torch.zeros(classes**2, dtype=torch.float64)
    for batch in batches:
        there = batch.to(device)
        outputs = network(there.ids, there.lengths)
        loss_sum += network.output.loss(outputs, there.labels, weights).cpu()
        codes = there.labels if there.labels.ndim == 1 else there.labels.argmax(dim=1)
        cells = codes * classes + network.output.predicted(outputs)
        confusion += torch.bincount(cells, minlength=classes**2).cpu()
    loss, *cells_of_all = group.all_reduce(torch.cat([loss_sum, confusion])).tolist()
    matrix = np.array(cells_of_all).reshape(classes, classes)
    reviews = matrix.sum()
    return Validation(float(loss / reviews), float(np.trace(matrix) / reviews), macro_f1(matrix))
