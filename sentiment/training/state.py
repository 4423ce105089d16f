"""Training state: everything that changes during training and belongs in a checkpoint."""

import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any, cast

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from sentiment.networks.classifier import SentimentClassifier
from sentiment.training.config import TrainConfig
from sentiment.typed_data import build


@dataclass
class StepTotals:
    """Totals over training steps."""

    steps: int = 0
    reviews: int = 0
    words: int = 0
    correct: int = 0
    loss_sum: float = 0.0
    norm_sum: float = 0.0

    def add(self, other: "StepTotals") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def loss(self) -> float:
        return self.loss_sum / self.reviews

    @property
    def accuracy(self) -> float:
        return self.correct / self.reviews

    @property
    def gradient_norm(self) -> float:
        return self.norm_sum / self.steps


def ema_update(average: Tensor, current: Tensor, decay: float, updates: int) -> Tensor:
    """One update of the exponential moving average of the weights.

    It averages out the noise of single steps, which adds about 0.5 percentage points of accuracy.
    The decay starts lower, so that the random initial weights are soon forgotten.
    """
    return torch.lerp(current, average, min(decay, (1 + updates) / (10 + updates)))


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The tensors of an optimizer, by "parameter number.name"."""
    return {
        f"{number}.{name}": value
        for number, values in optimizer.state_dict()["state"].items()
        for name, value in values.items()
    }


def load_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Restore the result of `optimizer_tensors`."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, _, name = key.partition(".")
        state.setdefault(int(number), {})[name] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})


@dataclass
class FitState:
    """The state between two steps; valid whenever `fit` yields an event.

    Training resumed from a saved state gives the same losses as an uninterrupted one, to the last
    bit on the same machine.
    """

    network: SentimentClassifier
    optimizer: torch.optim.Optimizer
    averaged: AveragedModel
    step: int = 0  # finished steps, over all epochs
    epoch: int = 1  # the current one
    batches_done: int = 0  # in this epoch
    epoch_totals: StepTotals = field(default_factory=StepTotals)
    best_epoch: int = 0
    best_loss: float = math.inf
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    seconds: float = 0.0  # training time before this process started
    rng_state: Tensor | None = None  # torch's generator, to resume within an epoch
    rng_states: Tensor | None = None  # of all ranks, to save, (world_size, n); None: only this one

    @classmethod
    def new(cls, network: SentimentClassifier, config: TrainConfig) -> "FitState":
        return cls(
            network=network,
            optimizer=torch.optim.Adam(network.parameters(), lr=config.learning_rate, fused=True),
            averaged=AveragedModel(
                network,
                avg_fn=lambda average, current, updates: ema_update(
                    average, current, config.ema_decay, int(updates)
                ),
            ),
        )

    @property
    def averaged_network(self) -> SentimentClassifier:
        """The network with the moving average of the weights."""
        return cast(SentimentClassifier, self.averaged.module)

    def out_of_patience(self, config: TrainConfig) -> bool:
        """Whether the validation loss has not fallen for `config.patience` epochs."""
        finished = self.epoch - 1
        return finished - self.best_epoch >= config.patience

    def tensors(self) -> dict[str, Tensor]:
        """All tensors, by the names that `load_tensors` expects."""
        moments = optimizer_tensors(self.optimizer)
        return {
            **{f"network.{name}": value for name, value in self.network.state_dict().items()},
            **{f"averaged.{name}": value for name, value in self.averaged.state_dict().items()},
            **{f"best.{name}": value for name, value in self.best_weights.items()},
            **{f"optimizer.{name}": value for name, value in moments.items()},
            "rng_states": torch.get_rng_state()[None]
            if self.rng_states is None
            else self.rng_states,
        }

    def load_tensors(self, tensors: dict[str, Tensor], rank: int = 0) -> None:
        """Restore the result of `tensors`, including torch's random state.

        rank: of this process; a rank that did not exist when saving gets a new random state.
        """

        def part(prefix: str) -> dict[str, Tensor]:
            start = f"{prefix}."
            return {
                name.removeprefix(start): value
                for name, value in tensors.items()
                if name.startswith(start)
            }

        self.network.load_state_dict(part("network"))
        self.averaged.load_state_dict(part("averaged"))
        self.best_weights = part("best")
        load_optimizer(self.optimizer, part("optimizer"))
        rng_states = tensors["rng_states"].view(-1, tensors["rng_states"].shape[-1])
        if rank < len(rng_states):
            torch.set_rng_state(rng_states[rank].clone())  # not a view, which is read from row 0
        else:
            torch.manual_seed(self.step + rank)
        if torch.cuda.is_available():  # GPU kernels are not bit-reproducible anyway
            torch.cuda.manual_seed_all(self.step + rank)
        self.rng_state = torch.get_rng_state()

    def numbers(self, seconds: float) -> dict[str, Any]:
        """All other values, for JSON; seconds: total training time."""
        best_loss = self.best_loss if self.best_epoch else None
        own = {name: getattr(self, name) for name in _NUMBERS}
        numbers = Numbers(**{**own, "best_loss": best_loss, "seconds": seconds})
        return asdict(numbers)

    def load_numbers(self, numbers: dict[str, Any]) -> None:
        """Restore the result of `numbers`. Raises TypeError if it does not fit."""
        found = build(Numbers, numbers)
        for name in _NUMBERS:
            setattr(self, name, getattr(found, name))
        self.best_loss = math.inf if found.best_loss is None else found.best_loss


@dataclass(frozen=True)
class Numbers:
    """The part of a `FitState` that a checkpoint stores as JSON."""

    step: int
    epoch: int
    batches_done: int
    epoch_totals: StepTotals
    best_epoch: int
    best_loss: float | None  # None before the first epoch has ended
    seconds: float


_NUMBERS = [field.name for field in fields(Numbers)]
