"""The doctor: what is wrong with a training, in plain words, and what to do about it.

It looks at what the run wrote down (losses, gradient norms, figures) and at what was gathered
about its data and gates (`diagnostic_data.py`). Free of torch: the Train page calls it
during a run.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

FEW_STEPS = 50  # before this many, a loss may still stand where it began
FALLEN = 0.02  # share by which a loss must have fallen to be called falling
GUESSING = 0.6931  # loss of a coin, nats
OVERFITTING = 1.05  # valid loss over its lowest
VANISHED, EXPLODED = 1e-4, 10.0  # norm of the gradient; the latter in units of the clip
SATURATED = 0.9  # share of gate values that are shut or wide open
UNKNOWN = 0.1  # share of the words
ONE_CLASS = 0.98  # share of the verdicts
OVERLAP = 0.005  # share of the test reviews

Events = Mapping[str, Sequence[Mapping[str, Any]]]  # of `Run.events`


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    title: str  # a short sentence
    evidence: str  # what was seen, with figures
    remedy: str  # what to try


def examine(
    events: Events,
    recipe: Mapping[str, Any],
    training: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """All findings on a run, the gravest first; empty for a healthy one.

    recipe: as JSON; training and metrics: of the model folder, once there is one.
    """
    training = training or {}
    return [
        *_one_class(metrics or {}),
        *_shared_ids(training),
        *_leaks(training),
        *_overlap(training),
        *_gradients(events, recipe["training"]["gradient_clip"]),
        *_not_falling(events),
        *_overfitting(events),
        *_saturated(training),
        *_unknown(training, recipe),
    ]


def _one_class(metrics: Mapping[str, Any]) -> Iterator[Finding]:
    for part in ("test", "valid"):
        figures = metrics.get(part)
        if not figures or not figures["reviews"]:
            continue
        positive = (figures["true_positives"] + figures["false_positives"]) / figures["reviews"]
        share = max(positive, 1 - positive)
        balanced = figures["true_positives"] + figures["false_negatives"]
        truth = max(balanced, figures["reviews"] - balanced) / figures["reviews"]
        if share >= ONE_CLASS > truth:
            label = "Positive" if positive > 0.5 else "Negative"
            yield Finding(
                f"It always says {label}.",
                f"{share:.1%} of its verdicts on the {part} part; {truth:.1%} would be right to "
                "say of the commoner label.",
                "Lower the learning rate, train longer, and look whether the labels belong to "
                "the texts (the Reviews page shows them side by side).",
            )
            return


def _shared_ids(training: Mapping[str, Any]) -> Iterator[Finding]:
    if training.get("shared_ids"):
        yield Finding(
            "Padding and unknown words share an id.",
            "The network masks what it takes for padding, and with it every unknown word.",
            "Give <pad> and <unk> ids of their own, 0 and 1, and encode the reviews again.",
        )


def _leaks(training: Mapping[str, Any]) -> Iterator[Finding]:
    if leaks := training.get("leaking_words"):
        shown = ", ".join(
            f"“{leak['word']}” (in {leak['share']:.0%} of the reviews, {leak['purity']:.1%} of "
            f"these {leak['label']})"
            for leak in leaks
        )
        yield Finding(
            "The label seems to stand in the text.",
            f"Words that nearly give it away: {shown}.",
            "Remove what was added to the texts by whoever labelled them: ratings, tags, headings.",
        )


def _overlap(training: Mapping[str, Any]) -> Iterator[Finding]:
    overlap = training.get("test_overlap")
    if overlap and overlap >= OVERLAP:
        yield Finding(
            "Test reviews stand in the training part.",
            f"{overlap:.1%} of them, word for word. Accuracy on these says nothing.",
            "Remove one of the two, or let the split be made here (8:1:1), which keeps equal "
            "texts together.",
        )


def _gradients(events: Events, clip: float) -> Iterator[Finding]:
    norms = [step["gradient_norm"] for step in events.get("StepEvent", [])][-20:]
    if not norms:
        return
    usual = median(norms)
    if usual < VANISHED:
        yield Finding(
            "The gradients vanish.",
            f"Their norm is {usual:.1e} in the latest steps: nothing is learned any more.",
            "Use max or mean pooling instead of the last step, open the gates of an LSTM or GRU, "
            "or take fewer layers.",
        )
    elif usual > EXPLODED * clip:
        yield Finding(
            "The gradients explode.",
            f"Their norm is {usual:.3g} in the latest steps and is cut to {clip:g}.",
            "Lower the learning rate; for a plain RNN also the gradient clip.",
        )


def _not_falling(events: Events) -> Iterator[Finding]:
    steps = events.get("StepEvent", [])
    if len(steps) < 6 or steps[-1]["step"] < FEW_STEPS:
        return
    first = median(step["loss"] for step in steps[:3])
    last = median(step["loss"] for step in steps[-3:])
    if last > first * (1 - FALLEN) and last > GUESSING * (1 - FALLEN):
        yield Finding(
            "The loss is not falling.",
            f"It began at {first:.3f} and is {last:.3f} after {steps[-1]['step']:,} steps; "
            "guessing has 0.693.",
            "Try a learning rate three times lower, then three times higher; let the network read "
            "with max+mean pooling; look whether the labels belong to the texts.",
        )


def _overfitting(events: Events) -> Iterator[Finding]:
    epochs = events.get("EpochEvent", [])
    if len(epochs) < 2:
        return
    best = min(epochs, key=lambda epoch: epoch["valid_loss"])
    last = epochs[-1]
    worse = last["valid_loss"] > best["valid_loss"] * OVERFITTING
    if worse and last["train_loss"] < best["train_loss"]:
        yield Finding(
            f"It overfits since epoch {best['epoch']}.",
            f"The training loss went on falling from {best['train_loss']:.3f} to "
            f"{last['train_loss']:.3f} while the validation loss rose from "
            f"{best['valid_loss']:.3f} to {last['valid_loss']:.3f}.",
            f"Nothing is lost, epoch {best['epoch']} was kept. Train fewer epochs, or drop more: "
            "dropout, embedding dropout, word dropout; or take fewer units or words.",
        )


def _saturated(training: Mapping[str, Any]) -> Iterator[Finding]:
    for name, share in (training.get("saturated_gates") or {}).items():
        if share >= SATURATED:
            yield Finding(
                f"The {name} is stuck.",
                f"{share:.0%} of its values on validation reviews are below 0.02 or above 0.98, "
                "where it hardly learns.",
                "Lower the learning rate, or start again with another seed.",
            )


def _unknown(training: Mapping[str, Any], recipe: Mapping[str, Any]) -> Iterator[Finding]:
    shares = training.get("unknown_share") or {}
    if shares and max(shares.values()) >= UNKNOWN:
        part = max(shares, key=lambda name: shares[name])
        yield Finding(
            "Many words are unknown.",
            f"{shares[part]:.0%} of the words of the {part} part are not among the "
            f"{recipe['prepare']['max_words']:,} of the vocabulary.",
            "Raise max_words or lower min_count; with few reviews there may be nothing to gain.",
        )
