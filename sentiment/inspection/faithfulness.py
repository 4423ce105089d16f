"""Faithfulness of an attribution: deletion curves.

If the words with the largest attributions determine the verdict (or another class that was chosen),
removing them lowers its probability further than removing random words ("comprehensiveness",
DeYoung et al. 2020, ERASER).
"""

from dataclasses import dataclass

import numpy as np

from sentiment.inspection.attribution import Attribution
from sentiment.inspection.trace import Trace
from sentiment.inspection.variants import no_progress, sigmoid, variant_scores
from sentiment.networks.interfaces import Network
from sentiment.progress import StageProgress

MOST_POINTS = 20  # of a curve, without the first
LEAST_REMOVED = 10  # words, or all but one in a short review
DRAWS = 10  # of random orders; their seeds are 0, 1, …


@dataclass(frozen=True)
class DeletionCurve:
    """The probability of the target while words are removed, in order of attribution."""

    removed: np.ndarray  # (points,) numbers of removed words; 0 first
    probabilities: np.ndarray  # (points,), or (draws, points)

    @property
    def mean(self) -> np.ndarray:
        """(points,), the mean over the draws if there are several."""
        return np.atleast_2d(self.probabilities).mean(axis=0)

    @property
    def comprehensiveness(self) -> float:
        """Mean fall of the probability over all points but the first."""
        fall = self.mean[0] - self.mean[1:]
        return float(fall.mean()) if len(fall) else 0.0


def removal_counts(words: int) -> np.ndarray:
    """Numbers of removed words at the points of a curve: (points,), from 0, never all words."""
    most = min(words - 1, max(LEAST_REMOVED, words // 2))
    return np.unique(np.linspace(0, most, min(most, MOST_POINTS) + 1).round().astype(int))


def deletion_curve(
    network: Network, trace: Trace, attribution: Attribution, progress: StageProgress = no_progress
) -> DeletionCurve:
    """Remove the words with the largest attributions toward the target, one after another."""
    order = attribution.ranked(toward=trace.explains_target)
    return _removed_in(network, trace, order[None], progress)


def random_deletion(
    network: Network, trace: Trace, progress: StageProgress = no_progress
) -> DeletionCurve:
    """Remove words in DRAWS random orders."""
    count = len(trace.encoded.kept_ids)
    orders = [np.random.default_rng(seed).permutation(count) for seed in range(DRAWS)]
    return _removed_in(network, trace, np.stack(orders), progress)


def _removed_in(
    network: Network, trace: Trace, orders: np.ndarray, progress: StageProgress
) -> DeletionCurve:
    ids = trace.encoded.kept_ids
    counts = removal_counts(len(ids))
    variants = [np.delete(ids, order[:count]) for order in orders for count in counts]
    scores = variant_scores(network, variants, trace.target, progress, "Removing words")
    probabilities = sigmoid(scores).reshape(len(orders), len(counts))
    return DeletionCurve(counts, probabilities[0] if len(orders) == 1 else probabilities)
