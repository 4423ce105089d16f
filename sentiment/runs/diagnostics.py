"""Diagnostics: the problems of a training, with evidence and remedies.

Free of torch: the Train page calls it during a run. The input is the run's events (losses, gradient
norms) and, once it has finished, its metrics and `diagnostic_data.py`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from sentiment.dataset.classes import FEW, few_reviews
from sentiment.networks.training_record import DiagnosticData
from sentiment.runs.event_log import Events
from sentiment.runs.parts import training_counts
from sentiment.training.config import Recipe
from sentiment.wording import counted

MIN_STEPS = 50  # before this many, a loss may still be at its initial value
MIN_FALL = 0.02  # relative fall of a loss that counts as falling
OVERFITTING = 1.05  # validation loss relative to its minimum
VANISHED, EXPLODED = 1e-4, 10.0  # norm of the gradient; the latter relative to the clip
SATURATED = 0.9  # share of gate values that are closed or fully open
MANY_UNKNOWN = 0.1  # share of the words
ONE_CLASS = 0.98  # share of the predictions
IMBALANCED = 10  # reviews of the largest class per review of the smallest
OVERLAP = 0.005  # share of the test reviews


@dataclass(frozen=True)
class Finding:
    """One problem of a training."""

    title: str  # a short sentence
    evidence: str  # what was measured, with figures
    remedy: str  # what to try


def diagnose(
    events: Events,
    recipe: Recipe,
    data: DiagnosticData | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """The problems of a run, the most serious first; empty for a healthy one.

    data, metrics: of the model folder, once there is one.
    """
    return [
        *_few_reviews(events),
        *_one_class(events, metrics or {}),
        *_never_predicted(events, metrics or {}),
        *_imbalance(events, recipe),
        *(_data_problems(data) if data else ()),
        *_gradients(events, recipe.training.gradient_clip),
        *_not_falling(events),
        *_overfitting(events),
        *(_saturated_gates(data) if data else ()),
        *(_unknown_words(data, recipe.prepare.max_words) if data else ()),
    ]


def _few_reviews(events: Events) -> Iterator[Finding]:
    for parts in events.get("PartsEvent", [])[-1:]:
        if lines := few_reviews(parts["splits"], parts["classes"]["names"]):
            yield Finding(
                "A class has too few reviews.",
                " ".join(lines),
                "Add reviews of it, or draw the splits anew with the split 8:1:1. Figures of such "
                "a split say little; without a class, there is no AUC.",
            )


def _names(events: Events) -> list[str]:
    """The names of the classes; none before the reviews are prepared."""
    parts = events.get("PartsEvent", [])
    return list(parts[-1]["classes"]["names"]) if parts else []


def _confusions(metrics: Mapping[str, Any]) -> Iterator[tuple[str, list[list[int]]]]:
    """Splits with reviews, and their confusion matrices."""
    for split in ("test", "valid"):
        if (figures := metrics.get(split)) and figures["reviews"]:
            yield split, figures["confusion"]


def _one_class(events: Events, metrics: Mapping[str, Any]) -> Iterator[Finding]:
    names = _names(events)
    for split, confusion in _confusions(metrics) if names else ():
        reviews = sum(map(sum, confusion))
        predicted = [sum(column) / reviews for column in zip(*confusion, strict=True)]
        share = max(predicted)
        majority = max(sum(row) for row in confusion) / reviews
        if share >= ONE_CLASS > majority:
            label = names[predicted.index(share)]
            yield Finding(
                f"The model almost always predicts {label}.",
                f"{share:.1%} of its predictions on the {split} split are {label}; the larger "
                f"class has {majority:.1%} of the reviews.",
                "Lower the learning rate, train longer, and check that the labels belong to the "
                "texts (the Reviews page shows them side by side).",
            )
            return


def _never_predicted(events: Events, metrics: Mapping[str, Any]) -> Iterator[Finding]:
    names = _names(events)
    for split, confusion in _confusions(metrics) if names else ():
        predicted = [sum(column) for column in zip(*confusion, strict=True)]
        labels = [sum(row) for row in confusion]
        never = [
            code
            for code, count in enumerate(labels)
            if count >= FEW and not predicted[code] and max(predicted) < ONE_CLASS * sum(predicted)
        ]
        if never:
            yield Finding(
                f"The model never predicts {', '.join(names[code] for code in never)}.",
                "; ".join(
                    f"{counted(labels[code], 'review')} of the {split} split are {names[code]}, "
                    "and it predicts another class for each"
                    for code in never
                )
                + ".",
                "Set balanced_classes, add reviews of this class, train longer, or merge it with "
                "a class that means nearly the same.",
            )
            return


def _imbalance(events: Events, recipe: Recipe) -> Iterator[Finding]:
    counts = training_counts(events)
    if not counts or recipe.training.balanced_classes:
        return
    rare, often = min(counts, key=counts.__getitem__), max(counts.values())
    if often > IMBALANCED * counts[rare] > 0:
        yield Finding(
            "The classes are of very different sizes.",
            f"The training split has {counts[rare]:,} reviews of {rare} and {often:,} of the most "
            "frequent class. Accuracy hardly depends on rare classes; macro-F1 does.",
            "Compare by macro-F1. To make rare classes count as much, set balanced_classes.",
        )


def _data_problems(data: DiagnosticData) -> Iterator[Finding]:
    if data.shared_ids:
        yield Finding(
            "Padding and unknown words share an id.",
            "The network masks padding, and with it every unknown word.",
            "Give <pad> and <unk> separate ids, 0 and 1, and encode the reviews again.",
        )
    if data.leaking_words:
        listed = ", ".join(
            f"“{leak.word}” (in {leak.share:.0%} of the reviews, {leak.purity:.1%} of these "
            f"{leak.label})"
            for leak in data.leaking_words
        )
        yield Finding(
            "The texts seem to contain the label.",
            f"Words that nearly determine it: {listed}.",
            "Remove what was added to the texts when they were labelled: ratings, tags, headings.",
        )
    if data.test_overlap >= OVERLAP:
        yield Finding(
            "The training split contains test reviews.",
            f"{data.test_overlap:.1%} of the test reviews have the same text as a training "
            "review. Accuracy on these means nothing.",
            "Remove one of the two, or use the split 8:1:1, which keeps duplicates together.",
        )


def _gradients(events: Events, clip: float) -> Iterator[Finding]:
    norms = [step["gradient_norm"] for step in events.get("StepEvent", [])][-20:]
    if not norms:
        return
    norm = median(norms)
    if norm < VANISHED:
        yield Finding(
            "The gradients vanish.",
            f"Their median norm is {norm:.1e} in the latest steps: the network no longer learns.",
            "Use max or mean pooling instead of the last step, set a chrono time scale for an LSTM "
            "or GRU, or use fewer layers.",
        )
    elif norm > EXPLODED * clip:
        yield Finding(
            "The gradients explode.",
            f"Their median norm is {norm:.3g} in the latest steps, clipped to {clip:g}.",
            "Lower the learning rate; for a plain RNN also the gradient clip.",
        )


def _not_falling(events: Events) -> Iterator[Finding]:
    steps = events.get("StepEvent", [])
    if len(steps) < 6 or steps[-1]["step"] < MIN_STEPS:
        return
    first = median(step["loss"] for step in steps[:3])
    last = median(step["loss"] for step in steps[-3:])
    chance = math.log(len(_names(events)) or 2)  # of guessing, nats
    if last > first * (1 - MIN_FALL) and last > chance * (1 - MIN_FALL):
        yield Finding(
            "The loss does not fall.",
            f"It was {first:.3f} at first and is {last:.3f} after {steps[-1]['step']:,} steps; "
            f"chance is {chance:.3f}.",
            "Try a learning rate three times lower, then three times higher; use max+mean pooling; "
            "check that the labels belong to the texts.",
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
            f"The network overfits from epoch {best['epoch']} on.",
            f"The training loss fell from {best['train_loss']:.3f} to {last['train_loss']:.3f} "
            f"while the validation loss rose from {best['valid_loss']:.3f} to "
            f"{last['valid_loss']:.3f}.",
            f"The model is that of epoch {best['epoch']}, so nothing is lost. Train fewer epochs; "
            "raise dropout, embedding dropout or word dropout; or use fewer units or words.",
        )


def _saturated_gates(data: DiagnosticData) -> Iterator[Finding]:
    for name, share in data.saturated_gates.items():
        if share >= SATURATED:
            yield Finding(
                f"The {name} is saturated.",
                f"{share:.0%} of its values on validation reviews are below 0.02 or above 0.98, "
                "where its gradient is close to zero.",
                "Lower the learning rate, or train again with another seed.",
            )


def _unknown_words(data: DiagnosticData, max_words: int) -> Iterator[Finding]:
    if data.unknown_share and max(data.unknown_share.values()) >= MANY_UNKNOWN:
        split, share = max(data.unknown_share.items(), key=lambda item: item[1])
        yield Finding(
            "Many words are unknown.",
            f"{share:.0%} of the words of the {split} split are not among the {max_words:,} words "
            "of the vocabulary.",
            "Raise max_words or lower min_count; with few reviews this may not help.",
        )
