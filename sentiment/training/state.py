"""Everything that changes while a network is trained: what a checkpoint has to hold."""

import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any, cast

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from sentiment.networks.classifier import SentimentClassifier
from sentiment.training.config import TrainConfig


@dataclass
class StepTotals:
    """Running sums over steps."""

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
    """One step of the moving average of the weights.

    The noise of single steps averages out, which is worth about half a point of accuracy. Early
    on the decay is lower, or the average would still remember the random beginning.
    """
    return torch.lerp(current, average, min(decay, (1 + updates) / (10 + updates)))


@dataclass
class FitState:
    """Between any two steps; `fit` keeps it so whenever it yields an event.

    Training goes on from a saved state exactly as if it had never been interrupted, with the same
    losses to the last bit on the same machine.
    """

    network: SentimentClassifier
    optimizer: torch.optim.Optimizer
    averaged: AveragedModel
    step: int = 0  # done, over all epochs
    epoch: int = 1  # the one under way
    batches_done: int = 0  # of this epoch
    epoch_sums: StepTotals = field(default_factory=StepTotals)
    best_epoch: int = 0
    best_loss: float = math.inf
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    seconds: float = 0.0  # trained before this process took over
    rng_state: Tensor | None = None  # torch's state to go on with in the middle of an epoch
    rng_states: Tensor | None = None  # everybody's, to save; (processes, n); None: this one's alone

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
        """The network as it would be kept now, with the moving average of the weights."""
        return cast(SentimentClassifier, self.averaged.module)

    def out_of_patience(self, config: TrainConfig) -> bool:
        """Whether the validation loss has not fallen for too many finished epochs."""
        finished = self.epoch - 1
        return finished - self.best_epoch >= config.patience

    def tensors(self) -> dict[str, Tensor]:
        """All arrays, by names that `load_tensors` knows."""
        moments = {
            f"optimizer.{number}.{name}": value
            for number, values in self.optimizer.state_dict()["state"].items()
            for name, value in values.items()
        }
        return {
            **{f"network.{name}": value for name, value in self.network.state_dict().items()},
            **{f"averaged.{name}": value for name, value in self.averaged.state_dict().items()},
            **{f"best.{name}": value for name, value in self.best_weights.items()},
            **moments,
            "random": torch.get_rng_state()[None] if self.rng_states is None else self.rng_states,
        }

    def load_tensors(self, tensors: dict[str, Tensor], rank: int = 0) -> None:
        """Take over what `tensors` returned, torch's random state included.

        rank: of the processes that saved, the one to be; one that was not there begins anew.
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
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in part("optimizer").items():
            number, _, key = name.partition(".")
            moments.setdefault(int(number), {})[key] = value
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": moments, "param_groups": groups})
        randoms = tensors["random"].view(-1, tensors["random"].shape[-1])
        if rank < len(randoms):
            torch.set_rng_state(randoms[rank].clone())  # which would read from the first row on
        else:
            torch.manual_seed(self.step + rank)
        if torch.cuda.is_available():  # whose kernels do not repeat to the last bit anyway
            torch.cuda.manual_seed_all(self.step + rank)
        self.rng_state = torch.get_rng_state()

    def numbers(self, seconds: float) -> dict[str, Any]:
        """All else; seconds: trained in all, with this process's share."""
        return {
            "step": self.step,
            "epoch": self.epoch,
            "batches_done": self.batches_done,
            "epoch_sums": asdict(self.epoch_sums),
            "best_epoch": self.best_epoch,
            "best_loss": self.best_loss if self.best_epoch else None,
            "seconds": seconds,
        }

    def load_numbers(self, numbers: dict[str, Any]) -> None:
        """Take over what `numbers` returned. Raises KeyError or TypeError if it is not that."""
        self.step, self.epoch = numbers["step"], numbers["epoch"]
        self.batches_done = numbers["batches_done"]
        self.epoch_sums = StepTotals(**numbers["epoch_sums"])
        self.best_epoch = numbers["best_epoch"]
        self.best_loss = math.inf if numbers["best_loss"] is None else numbers["best_loss"]
        self.seconds = numbers["seconds"]
