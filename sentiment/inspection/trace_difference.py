"""Differences between two traces: the prediction, the curve, and one quantity of a layer."""

from dataclasses import dataclass

import numpy as np

from sentiment.corpus.classes import require_same_classes
from sentiment.inspection.alignment import align
from sentiment.inspection.prediction import Prediction
from sentiment.inspection.trace import Trace
from sentiment.networks.trace import LayerTrace, Quantity
from sentiment.wording import percentage_points

ROUNDING = 1e-6  # smaller changes are rounding errors


def prediction_change(before: Prediction, after: Prediction, label: int) -> str:
    """How the probability of the class `label` and the verdict change, in one sentence."""
    old, new = before.probabilities[label], after.probabilities[label]
    flips = before.label != after.label
    return (
        f"P({before.classes.name(label)}) changes from {old:.1%} to {new:.1%} "
        f"({percentage_points(new - old)}): the verdict "
        f"{'flips to' if flips else 'stays'} {after.name}."
    )


@dataclass(frozen=True)
class CurvePair:
    """Two probability curves on the axis of their aligned words; nan where a text has no word."""

    labels: list[str]  # of the columns
    shared: float  # share of the columns in which both texts have the same word
    left: np.ndarray  # (columns,)
    right: np.ndarray  # (columns,)

    @property
    def finding(self) -> str:
        """Where the curves differ most, in one sentence."""
        distance = np.nan_to_num(np.abs(self.left - self.right))
        largest = int(distance.argmax())
        return (
            f"The curves differ most after “{self.labels[largest]}”, by "
            f"{100 * distance[largest]:.1f} pp."
        )


def curve_pair(left: Trace, right: Trace) -> CurvePair:
    """The probability of the explained class after each word of two traces, on one axis.

    Raises ConfigError if they have different classes.
    """
    require_same_classes({"one model": left.classes, "the other": right.classes})
    assert left.explained == right.explained
    aligned = align(left.encoded.kept_tokens, right.encoded.kept_tokens)
    return CurvePair(
        aligned.labels,
        aligned.shared,
        aligned.on_left(left.curve),
        aligned.on_right(right.curve),
    )


@dataclass(frozen=True)
class QuantityDifference:
    """One quantity of a layer in two texts; values are (columns, units), nan in gaps."""

    name: str  # of the quantity
    labels: list[str]  # of the columns
    units: np.ndarray  # (units,) their numbers
    before: np.ndarray
    after: np.ndarray

    @property
    def change(self) -> np.ndarray:
        return self.after - self.before

    @property
    def finding(self) -> str:
        """At which word the quantity changes most, in one sentence."""
        change = np.abs(self.change)
        per_word = np.nan_to_num(change).mean(axis=1)
        largest = int(per_word.argmax())
        if not per_word[largest]:
            return f"The {self.name} is the same at every word that both texts have."
        return (
            f"The {self.name} changes most at “{self.labels[largest]}”, by "
            f"{per_word[largest]:.2f} per unit; over all shared words by {np.nanmean(change):.2f}."
        )


def quantity_difference(
    before: Trace, after: Trace, layer: LayerTrace, quantity: Quantity, units: np.ndarray
) -> QuantityDifference:
    """Compare `quantity` of `layer` (a layer of `before`) for some units, on aligned words."""
    aligned = align(before.encoded.kept_tokens, after.encoded.kept_tokens)
    (other,) = (
        candidate
        for candidate in after.layers
        if (candidate.layer, candidate.direction) == (layer.layer, layer.direction)
    )
    return QuantityDifference(
        quantity.name,
        aligned.labels,
        units,
        aligned.on_left(layer.values[quantity.symbol][:, units]),
        aligned.on_right(other.values[quantity.symbol][:, units]),
    )


@dataclass(frozen=True)
class UnitChange:
    """The change of one quantity of a layer by an intervention."""

    name: str  # of the quantity
    layer: str  # title of the layer
    change: np.ndarray  # (words, units)

    def largest(self, count: int) -> np.ndarray:
        """The units with the largest mean change, largest first, (at most count,)."""
        return np.argsort(-np.abs(self.change).mean(axis=0), kind="stable")[:count]

    @property
    def finding(self) -> str:
        """How many units change and by how much, in one sentence."""
        size = np.abs(self.change)
        changed = int((size.max(axis=0) > ROUNDING).sum())
        return (
            f"The {self.name} of {self.layer}: {changed} of {size.shape[1]} units change, by "
            f"{size.mean():.3f} on average and by at most {size.max():.3f}."
        )


def unit_change(before: LayerTrace, after: LayerTrace, quantity: Quantity) -> UnitChange:
    """Compare `quantity` of the same layer, with the same words, before and after."""
    values = [layer.values[quantity.symbol] for layer in (before, after)]
    return UnitChange(quantity.name, before.title, values[1] - values[0])
