"""Events of a training, as `fit` yields them and metrics.jsonl stores them. Free of torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StepEvent:
    """Means over the steps since the last StepEvent."""

    step: int  # steps done so far, over all epochs
    epoch: int  # from 1
    progress: float  # finished share of the planned steps
    loss: float
    accuracy: float
    gradient_norm: float  # before clipping
    learning_rate: float  # of the last step
    words_per_second: float
    seconds: float  # since training began


@dataclass(frozen=True)
class EpochEvent:
    """One epoch and the validation after it."""

    step: int
    epoch: int
    train_loss: float
    train_accuracy: float
    valid_loss: float
    valid_accuracy: float
    valid_macro_f1: float
    improved: bool  # lowest validation loss so far
    seconds: float


@dataclass(frozen=True)
class EndEvent:
    """The end of training; the network has the weights of the best epoch."""

    step: int
    best_epoch: int
    best_valid_loss: float
    reason: str
    seconds: float


Event = StepEvent | EpochEvent | EndEvent
