"""All units of a layer as points, and one unit in one review compared with a corpus."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sentiment.inspection.trace import Trace
from sentiment.inspection.unit_profile import UnitProfile
from sentiment.inspection.unit_statistics import UnitStatistics, half_lives, retention_in_review
from sentiment.networks.trace import LayerTrace
from sentiment.wording import signed

CONTRIBUTION, LABEL = "contribution to the logit", "correlation with the label"


@dataclass(frozen=True)
class UnitOverview:
    """Half-life and one other figure of every unit, (units,) each."""

    half_lives: np.ndarray  # words
    heights: np.ndarray
    title: str  # of the heights: CONTRIBUTION or LABEL

    @property
    def finding(self) -> str:
        """The most extreme units, in one sentence."""
        high, slow = int(np.abs(self.heights).argmax()), int(self.half_lives.argmax())
        return (
            f"Unit {high} has the largest {self.title} ({signed(self.heights[high], '.2f')}); "
            f"unit {slow} has the longest half-life."
        )


def unit_overview(
    trace: Trace,
    layer: LayerTrace,
    statistics: UnitStatistics | None,
    title: str,
) -> UnitOverview:
    """Half-lives over the corpus if `statistics` are given, otherwise in this review.

    Units below the topmost layer have no direct contribution; their heights are 0.
    """
    size = layer.values["h"].shape[1]
    if statistics is None:
        lives = half_lives(retention_in_review(layer))
    else:
        lives = statistics.half_lives
        if title == LABEL:
            return UnitOverview(lives, statistics.label_correlations[trace.explained], LABEL)
    heights = np.zeros(size)
    if layer.layer == trace.layers[-1].layer:
        start = size if layer.direction == "backward" else 0
        heights = trace.contributions[start : start + size]
    return UnitOverview(lives, heights, CONTRIBUTION)


def state_finding(
    words: Sequence[str], state: np.ndarray, unit: int, profile: UnitProfile | None
) -> str:
    """The extremes of a unit's state (words,) and its z-score against the corpus."""
    top, bottom = int(state.argmax()), int(state.argmin())
    finding = (
        f"Unit {unit}: the state is highest at “{words[top]}” ({signed(state[top], '.2f')}) "
        f"and lowest at “{words[bottom]}” ({signed(state[bottom], '.2f')})."
    )
    score = z_score(state, profile) if profile else math.nan
    if math.isfinite(score):
        finding += (
            f" Its mean is {abs(score):.1f} standard deviations "
            f"{'above' if score > 0 else 'below'} the mean over the corpus."
        )
    return finding


def z_score(state: np.ndarray, profile: UnitProfile) -> float:
    """Distance of the mean of `state` from the unit's mean over the corpus, in standard
    deviations; nan if the unit does not vary."""
    if profile.deviation <= 0:
        return math.nan
    return (float(state.mean()) - profile.mean) / profile.deviation


def largest_change(state: np.ndarray) -> int:
    """Position (from 0) of the word at which a state, (words,), changes most; it starts at 0."""
    return int(np.abs(np.diff(state, prepend=0.0)).argmax())
