"""Summaries of a memory ledger: sets of units, amounts per word, half-lives."""

from dataclasses import dataclass

import numpy as np

from sentiment.inspection.ledger import LayerLedger
from sentiment.wording import counted

UNIT_SETS = ("all", "strongest 8", "slowest 8", "fastest 8", "one")
FEW = 8


def unit_set(layer_ledger: LayerLedger, name: str, unit: int) -> np.ndarray:
    """The units of the set `name` of UNIT_SETS, (count,); "one" is `unit` alone."""
    by_half_life = np.argsort(layer_ledger.half_lives, kind="stable")
    return {
        "all": np.arange(len(layer_ledger.final)),
        "strongest 8": layer_ledger.strongest_units(FEW),
        "slowest 8": by_half_life[::-1][:FEW],
        "fastest 8": by_half_life[:FEW],
        "one": np.array([unit]),
    }[name]


@dataclass(frozen=True)
class WordAmounts:
    """What each word wrote and what remains of it at the end, (words,) each.

    Signed for one unit. For several units the sum of absolute amounts: the sign of a unit has no
    meaning of its own.
    """

    written: np.ndarray
    remaining: np.ndarray

    @property
    def share_remaining(self) -> float:
        """Share of the written amounts that remains at the end."""
        return float(np.abs(self.remaining).sum() / (np.abs(self.written).sum() or 1.0))


def word_amounts(layer_ledger: LayerLedger, units: np.ndarray) -> WordAmounts:
    """The amounts of `units`, (count,), added up."""
    if len(units) == 1:
        return WordAmounts(layer_ledger.written[:, units[0]], layer_ledger.remaining[:, units[0]])
    return WordAmounts(
        np.abs(layer_ledger.written[:, units]).sum(axis=1),
        np.abs(layer_ledger.remaining[:, units]).sum(axis=1),
    )


def amounts_finding(layer_ledger: LayerLedger, amounts: WordAmounts) -> str:
    """How much remains at the end and which words wrote it, in two sentences."""
    end = "first" if layer_ledger.layer.direction == "backward" else "last"
    return (
        f"{amounts.share_remaining:.0%} of the written amounts remains at the end. Half of "
        f"what remains in this layer was written by the {end} {layer_ledger.recent_words} of "
        f"{counted(len(amounts.written), 'word')}."
    )


def residual(layer_ledger: LayerLedger) -> float:
    """Largest difference between the sum of what remains and the final state."""
    return float(np.abs(layer_ledger.remaining.sum(axis=0) - layer_ledger.final).max())


def half_life_finding(half_lives: np.ndarray) -> str:
    """The median and the longest half-life in one sentence; half_lives: (units,) words."""
    if len(half_lives) == 1:
        return "The sum never forgets: its half-life is infinite."
    slowest = int(half_lives.argmax())
    return (
        f"The median half-life is {np.median(half_lives):.1f} words; unit {slowest} has the "
        f"longest, {half_lives[slowest]:.0f} words."
    )
