"""Findings of charts over the words of a review, in sentences."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from sentiment.inspection.attribution import Attribution
from sentiment.inspection.faithfulness import DeletionCurve
from sentiment.wording import signed

REMOVED_WORDS = 3  # of the finding about deletion
ROUNDING = 1e-9  # smaller contributions are rounding errors


def strongest_contributions(
    words: Sequence[str], contributions: np.ndarray, against: str, toward: str, count: int = 1
) -> str:
    """The `count` largest contributions, (words,), to either side, in one sentence."""
    order = np.argsort(contributions, kind="stable")
    sides = [
        (against, [place for place in order[:count] if contributions[place] < -ROUNDING]),
        (toward, [place for place in order[::-1][:count] if contributions[place] > ROUNDING]),
    ]
    if np.abs(contributions).max() == max(contributions.max(), 0):
        sides.reverse()  # the stronger side first
    parts = [
        ", ".join(f"“{words[place]}” ({signed(contributions[place], '.2f')})" for place in places)
        + f" contributed most toward {side}"
        for side, places in sides
        if places
    ]
    return "; ".join(parts) + "." if parts else "No word contributes to the logit."


def gate_extremes(words: Sequence[str], gates: Sequence[str], values: np.ndarray) -> str:
    """At which words each gate is highest and lowest; values: (gates, words)."""
    return " ".join(
        f"The {gate} is highest at “{words[int(row.argmax())]}” ({row.max():.2f}) and lowest at "
        f"“{words[int(row.argmin())]}” ({row.min():.2f})."
        for gate, row in zip(gates, values, strict=True)
    )


def top_words(
    words: Sequence[str], label: str, attributions: Mapping[str, Attribution], *, toward: bool
) -> str:
    """The word that each method ranks first for the class named `label`.

    attributions: title -> result; toward: whether they are toward that class or against it.
    """
    first = Counter(words[one.ranked(toward=toward)[0]] for one in attributions.values())
    count = len(attributions)
    return (
        f"Most important for {label}: "
        + ", ".join(
            f"“{word}” ({times} of {count} methods)" if count > 1 else f"“{word}”"
            for word, times in first.most_common()
        )
        + "."
    )


def deletion_effect(label: str, curves: Mapping[str, DeletionCurve], chance: DeletionCurve) -> str:
    """Effect of deletion by the most faithful method on the probability, against random words."""
    best = max(curves, key=lambda title: curves[title].comprehensiveness)
    curve = curves[best]
    point = int(np.searchsorted(curve.removed, min(REMOVED_WORDS, curve.removed[-1])))
    count = int(curve.removed[point])
    words = f"the top {count} words" if count > 1 else "the top word"
    return (
        f"Without {words} of “{best}”, P({label}) falls from {curve.mean[0]:.0%} to "
        f"{curve.mean[point]:.0%}; without as many random words, to {chance.mean[point]:.0%} on "
        "average."
    )
