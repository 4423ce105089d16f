"""The training loop: an iterator of typed events. Who listens decides what to do with them."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.utils.data import DataLoader

from sentiment.encoding.batching import Batch, LengthBuckets
from sentiment.errors import RunError
from sentiment.training.config import Precision, Schedule, TrainConfig
from sentiment.training.state import FitState, Sums

WARM_UP = 0.1  # share of the steps in which the learning rate rises
LOG_SECONDS = 0.5  # a StepEvent sums up the steps of about this long, or to the epoch's end


@dataclass(frozen=True)
class StepEvent:
    """The steps since the last one: means, except where a moment is named."""

    step: int  # steps done so far, over all epochs
    epoch: int  # from 1
    progress: float  # share of the planned steps that is done
    loss: float
    accuracy: float
    gradient_norm: float  # before clipping
    learning_rate: float  # of the last step
    words_per_second: float
    seconds: float  # since training began


@dataclass(frozen=True)
class EpochEvent:
    """One pass over the training reviews, and the validation after it."""

    step: int
    epoch: int
    train_loss: float
    train_accuracy: float
    valid_loss: float
    valid_accuracy: float
    improved: bool  # lowest validation loss so far
    seconds: float


@dataclass(frozen=True)
class EndEvent:
    """Training is over; the network holds the weights of the best epoch."""

    step: int
    best_epoch: int
    best_valid_loss: float
    reason: str
    seconds: float


Event = StepEvent | EpochEvent | EndEvent


def bfloat16_supported() -> bool:
    """Whether this processor has instructions for bfloat16 matrix products."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def autocast(precision: Precision) -> torch.autocast:
    """The context in which the forward pass runs."""
    enabled = precision == "bfloat16" or (precision == "auto" and bfloat16_supported())
    return torch.autocast("cpu", torch.bfloat16, enabled=enabled)


def learning_rate_share(step: int, planned: int, schedule: Schedule) -> float:
    """The learning rate at `step` (from 0) of `planned` steps, as a share of the highest one.

    "one-cycle" rises in a line for a tenth of the steps, then falls along half a cosine.
    """
    if schedule == "constant":
        return 1.0
    rise = max(planned * WARM_UP, 1)
    if step < rise:
        return (step + 1) / (rise + 1)
    return 0.5 + 0.5 * math.cos(math.pi * (step - rise) / max(planned - rise, 1))


def fit(
    state: FitState, train: DataLoader[Batch], valid: DataLoader[Batch], config: TrainConfig
) -> Iterator[Event]:
    """Train `state.network` in place, yielding what happens; the last event is an EndEvent.

    What is validated and kept is the moving average of the weights (`average_decay`).
    Closing the iterator ends training early. Either way the network is left in evaluation mode
    with the weights of its best epoch, if one was completed; whoever wants to go on later saves
    `state` at an event, before that. Raises RunError if the loss is no longer a number. The
    caller seeds torch before building the network (`torch.manual_seed`).
    """
    network, planned = state.network, len(train) * config.epochs
    began = time.perf_counter() - state.seconds
    try:
        while state.epoch <= config.epochs and not state.out_of_patience(config):
            network.train()
            order = cast(LengthBuckets, train.batch_sampler)
            order.epoch, order.skipped = state.epoch, state.batches_done
            batches = iter(train)
            if state.random is not None and state.batches_done:
                # The loader has drawn a number of its own, as it had when this epoch began.
                torch.set_rng_state(state.random)
            state.random = None
            logged, logged_since = Sums(), time.perf_counter()
            for batch in batches:
                share = learning_rate_share(state.step, planned, config.schedule)
                logits, loss, norm = one_step(state, batch, config, config.learning_rate * share)
                state.step += 1
                state.batches_done += 1
                for sums in (logged, state.epoch_sums):
                    sums.add(batch, logits, loss, norm)
                now = time.perf_counter()
                if now - logged_since >= LOG_SECONDS or state.batches_done == len(train):
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
                    logged, logged_since = Sums(), time.perf_counter()
            yield _end_epoch(state, valid, began)
    finally:  # also when the caller closes the iterator early
        if state.best_weights:
            network.load_state_dict(state.best_weights)
        network.eval()
    reason = f"all {config.epochs} epochs done"
    if state.out_of_patience(config):
        reason = f"validation loss has not fallen for {config.patience} epochs"
    seconds = time.perf_counter() - began
    yield EndEvent(state.step, state.best_epoch, state.best_loss, reason, seconds)


def one_step(
    state: FitState, batch: Batch, config: TrainConfig, learning_rate: float
) -> tuple[Tensor, float, float]:
    """One batch forward and back, and a step of the optimizer and the moving average.

    Returns logits, loss and the norm of all gradients. Raises RunError if these are no numbers.
    """
    network, optimizer = state.network, state.optimizer
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
    with autocast(config.precision):
        logits = network(batch.ids, batch.lengths)
    loss = binary_cross_entropy_with_logits(logits.float(), batch.labels)
    optimizer.zero_grad()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(network.parameters(), config.gradient_clip).item()
    if not math.isfinite(loss.item()) or not math.isfinite(norm):
        raise RunError(
            f"The loss became {loss.item()} at step {state.step + 1} (gradient norm {norm:.3g}). "
            f"Lower learning_rate ({config.learning_rate}) or gradient_clip "
            f"({config.gradient_clip})."
        )
    optimizer.step()
    state.averaged.update_parameters(network)
    return logits.detach(), loss.item(), norm


def _end_epoch(state: FitState, valid: DataLoader[Batch], began: float) -> EpochEvent:
    """Validate, keep the weights if they are the best so far, and turn to the next epoch."""
    loss, accuracy = validate(state.averaged.module, valid)
    improved = loss < state.best_loss
    if improved:
        weights = state.averaged.module.state_dict()
        state.best_epoch, state.best_loss = state.epoch, loss
        state.best_weights = {name: value.clone() for name, value in weights.items()}
    event = EpochEvent(
        step=state.step,
        epoch=state.epoch,
        train_loss=state.epoch_sums.loss,
        train_accuracy=state.epoch_sums.accuracy,
        valid_loss=loss,
        valid_accuracy=accuracy,
        improved=improved,
        seconds=time.perf_counter() - began,
    )
    state.epoch, state.batches_done, state.epoch_sums = state.epoch + 1, 0, Sums()
    return event


@torch.inference_mode()
def validate(network: nn.Module, batches: DataLoader[Batch]) -> tuple[float, float]:
    """Mean loss and accuracy over all reviews of `batches`."""
    network.eval()
    loss = correct = reviews = 0.0
    for batch in batches:
        logits = network(batch.ids, batch.lengths)
        loss += binary_cross_entropy_with_logits(logits, batch.labels, reduction="sum").item()
        correct += ((logits >= 0) == (batch.labels > 0.5)).sum().item()
        reviews += len(batch)
    return loss / reviews, correct / reviews
