"""The training loop: an iterator of typed events. Who listens decides what to do with them."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader

from sentiment.encoding.batching import Batch
from sentiment.errors import RunError
from sentiment.networks.classifier import SentimentClassifier
from sentiment.training.config import Precision, Schedule, TrainConfig

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


def moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """How averaged weights follow the trained ones: an exponential moving average.

    The noise of single steps averages out, which is worth about half a point of accuracy. Early
    on the decay is lower, or the average would still remember the random beginning.
    """

    def follow(average: Tensor, current: Tensor, updates: Tensor | int) -> Tensor:
        now = min(decay, float((1 + updates) / (10 + updates)))
        return torch.lerp(current, average, now)

    return follow


def fit(
    network: SentimentClassifier,
    train: DataLoader[Batch],
    valid: DataLoader[Batch],
    config: TrainConfig,
) -> Iterator[Event]:
    """Train `network` in place, yielding what happens; the last event is an EndEvent.

    What is validated and kept is the moving average of the weights (`average_decay`).
    Closing the iterator ends training early. Either way the network is left in evaluation mode
    with the weights of its best epoch, if one was completed. Raises RunError if the loss is no
    longer a number. The caller seeds torch before building the network (`torch.manual_seed`).
    """
    optimizer = torch.optim.Adam(network.parameters(), lr=config.learning_rate, fused=True)
    planned = len(train) * config.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: learning_rate_share(step, planned, config.schedule)
    )
    averaged = AveragedModel(network, avg_fn=moving_average(config.average_decay))
    started = time.perf_counter()
    step, best_epoch, best_loss = 0, 0, math.inf
    best_weights: dict[str, Tensor] = {}
    reason = f"all {config.epochs} epochs done"

    try:
        for epoch in range(1, config.epochs + 1):
            network.train()
            train.batch_sampler.epoch = epoch  # type: ignore[union-attr]
            since_log, whole_epoch = _Sums(), _Sums()
            for batch in train:
                with autocast(config.precision):
                    logits = network(batch.ids, batch.lengths)
                loss = binary_cross_entropy_with_logits(logits.float(), batch.labels)
                optimizer.zero_grad()
                loss.backward()
                norm = nn.utils.clip_grad_norm_(network.parameters(), config.gradient_clip)
                if not math.isfinite(loss.item()) or not math.isfinite(norm.item()):
                    raise RunError(
                        f"The loss became {loss.item()} at step {step + 1} (gradient norm "
                        f"{norm.item():.3g}). Lower learning_rate ({config.learning_rate}) or "
                        f"gradient_clip ({config.gradient_clip})."
                    )
                optimizer.step()
                learning_rate = optimizer.param_groups[0]["lr"]
                schedule.step()
                averaged.update_parameters(network)
                step += 1
                for sums in (since_log, whole_epoch):
                    sums.add(batch, logits.detach(), loss.item(), norm.item())
                if since_log.seconds >= LOG_SECONDS or step == epoch * len(train):
                    yield StepEvent(
                        step=step,
                        epoch=epoch,
                        progress=step / planned,
                        loss=since_log.loss,
                        accuracy=since_log.accuracy,
                        gradient_norm=since_log.gradient_norm,
                        learning_rate=learning_rate,
                        words_per_second=since_log.words / since_log.seconds,
                        seconds=time.perf_counter() - started,
                    )
                    since_log = _Sums()

            valid_loss, valid_accuracy = validate(averaged.module, valid)
            improved = valid_loss < best_loss
            if improved:
                best_epoch, best_loss = epoch, valid_loss
                best_weights = {
                    name: value.clone() for name, value in averaged.module.state_dict().items()
                }
            yield EpochEvent(
                step=step,
                epoch=epoch,
                train_loss=whole_epoch.loss,
                train_accuracy=whole_epoch.accuracy,
                valid_loss=valid_loss,
                valid_accuracy=valid_accuracy,
                improved=improved,
                seconds=time.perf_counter() - started,
            )
            if epoch - best_epoch >= config.patience:
                reason = f"validation loss has not fallen for {config.patience} epochs"
                break
    finally:  # also when the caller closes the iterator early
        if best_weights:
            network.load_state_dict(best_weights)
        network.eval()
    yield EndEvent(step, best_epoch, best_loss, reason, time.perf_counter() - started)


class _Sums:
    """Running sums over steps, and the time they took."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.steps = self.reviews = self.words = self.correct = 0
        self.loss_sum = self.norm_sum = 0.0

    def add(self, batch: Batch, logits: Tensor, loss: float, norm: float) -> None:
        self.steps += 1
        self.reviews += len(batch)
        self.words += batch.words
        self.correct += int(((logits >= 0) == (batch.labels > 0.5)).sum())
        self.loss_sum += loss * len(batch)
        self.norm_sum += norm

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    @property
    def loss(self) -> float:
        return self.loss_sum / self.reviews

    @property
    def accuracy(self) -> float:
        return self.correct / self.reviews

    @property
    def gradient_norm(self) -> float:
        return self.norm_sum / self.steps


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
