"""Places in a studied corpus: extremes of a unit, and spans similar to one in a review."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sentiment.inspection.unit_statistics import UnitStatistics
from sentiment.inspection.units import UnitStudy

End = Literal["high", "low"]


@dataclass(frozen=True)
class Places:
    """Places in a study, the most extreme first; all (places,)."""

    reviews: np.ndarray  # numbers in the study
    starts: np.ndarray  # words, from 0
    values: np.ndarray  # states


def extreme_reviews(statistics: UnitStatistics, unit: int, end: End) -> Places:
    """The reviews with the highest or lowest mean state of a unit."""
    reviews = getattr(statistics, f"{end}_reviews")[unit]
    values = getattr(statistics, f"{end}_review_means")[unit]
    return _existing(reviews, np.zeros_like(reviews), values)


def extreme_words(statistics: UnitStatistics, unit: int, end: End) -> Places:
    """The single words with the highest or lowest state of a unit, at most one per review."""
    places = getattr(statistics, f"{end}_positions")[unit]
    return _existing(
        places[:, 0], places[:, 1], getattr(statistics, f"{end}_position_values")[unit]
    )


def _existing(reviews: np.ndarray, starts: np.ndarray, values: np.ndarray) -> Places:
    exists = reviews >= 0  # -1 fills up the arrays of a small corpus
    return Places(reviews[exists], starts[exists], values[exists])


def similar_places_finding(study: UnitStudy, reviews: np.ndarray, label: int) -> str:
    """How many of the reviews with the most similar places are of the class `label`, and how many
    are misclassified, against all reviews."""
    if not len(reviews):
        return "No other review has a span of this length."
    of_class, wrong, name = study.labels == label, study.misclassified, study.classes.name(label)
    return (
        f"Of the {len(reviews)} most similar places, {of_class[reviews].sum()} are in {name} "
        f"reviews ({of_class.mean():.0%} of all reviews are {name}), and {wrong[reviews].sum()} "
        f"are in misclassified reviews ({wrong.mean():.0%} of all reviews)."
    )
