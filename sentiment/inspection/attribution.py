"""Attribution methods: one number per word, in units of the logit of the explained class.

Gradient × input and integrated gradients are short, and `captum` would bring matplotlib along, so
it is a dependency of the tests only, which compare with it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from sentiment.encoding.vocabulary import UNK
from sentiment.inspection.ledger import ledger, why_no_ledger
from sentiment.inspection.trace import Trace
from sentiment.inspection.variants import no_progress, variant_scores
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.progress import StageProgress
from sentiment.wording import signed

FIRST_STEPS, MOST_STEPS = 16, 512  # of integrated gradients
SUM_WITHIN = 0.01  # relative error of the sum, as a share of the difference of logits
LEAST = 1e-3  # difference of logits from which the error is relative; below it, rounding dominates
WORD_WITHIN = 0.02  # largest change by the last halving, as a share of the largest word
WORDS_AT_ONCE = 4_000  # in one batch with gradients


@dataclass(frozen=True)
class Attribution:
    """The result of one method for one review."""

    method: str  # of METHODS
    words: np.ndarray  # (words,) float64, in units of the logit; below 0 against the class
    note: str = ""  # on the accuracy, one sentence

    def ranked(self, *, toward: bool) -> np.ndarray:
        """Word positions, from the largest attribution toward the class, or against it."""
        return np.argsort(-self.words if toward else self.words, kind="stable")


def by_ledger(network: Network, trace: Trace, progress: StageProgress) -> Attribution:
    """The contributions of `ledger`, which are exact."""
    return Attribution("ledger", ledger(network, trace).contributions)


def gradient_times_input(network: Network, trace: Trace, progress: StageProgress) -> Attribution:
    """The gradient at the word vectors, times the word vectors (Shrikumar et al. 2016)."""
    assert isinstance(network, SentimentClassifier)
    products, _ = _gradients_times_input(network, trace, np.ones(1))
    return Attribution("gradient × input", products[0])


def integrated_gradients(network: Network, trace: Trace, progress: StageProgress) -> Attribution:
    """The mean gradient on the straight line from zero vectors to the word vectors, times the word
    vectors (Sundararajan, Taly & Yan 2017). The words sum to the difference of the logits.

    Trapezoid rule with adaptive steps: over each step the words should sum to the difference of
    its two logits, so the error is known; the worst steps are halved until the sum is within
    SUM_WITHIN and no word changes by more than WORD_WITHIN.
    """
    assert isinstance(network, SentimentClassifier)
    shares = np.linspace(0, 1, FIRST_STEPS + 1)
    products, logits = _gradients_times_input(network, trace, shares)
    difference, before = float(logits[-1] - logits[0]), None
    while True:
        pieces = (products[1:] + products[:-1]) / 2 * np.diff(shares)[:, None]  # (steps, words)
        words, wrong = pieces.sum(axis=0), np.abs(pieces.sum(axis=1) - np.diff(logits))
        tolerated = SUM_WITHIN * max(abs(difference), LEAST)
        change = np.inf if before is None else np.abs(words - before).max()
        right = wrong.sum() <= tolerated and change <= WORD_WITHIN * np.abs(words).max()
        if right or len(wrong) >= MOST_STEPS:
            break
        worst = np.argsort(-wrong, kind="stable")
        left = wrong.sum() - np.cumsum(wrong[worst])  # if that many of the worst steps were exact
        count = max(int(np.argmax(left <= tolerated / 2)) + 1, len(wrong) // 4)
        halved = np.sort(worst[: min(count, MOST_STEPS - len(wrong))])
        progress("Integrated gradients, steps", len(wrong), MOST_STEPS)
        middles = (shares[halved] + shares[halved + 1]) / 2
        new_products, new_logits = _gradients_times_input(network, trace, middles)
        shares = np.insert(shares, halved + 1, middles)
        products = np.insert(products, halved + 1, new_products, axis=0)
        logits = np.insert(logits, halved + 1, new_logits)
        before = words
    gap = abs(words.sum() - difference) / (abs(difference) or 1)
    return Attribution(
        "integrated gradients",
        words,
        f"The words sum to {signed(words.sum(), '.4f')}; the logit differs by "
        f"{signed(difference, '.4f')} from that of zero vectors (gap {gap:.2%}, "
        f"{len(shares) - 1} steps).",
    )


def leave_one_out(network: Network, trace: Trace, progress: StageProgress) -> Attribution:
    """The logit minus the logit of the review without the word.

    The only word of a review is replaced by `<unk>`, since a review needs at least one word.
    """
    ids = trace.encoded.kept_ids
    without = [np.delete(ids, word) for word in range(len(ids))] if len(ids) > 1 else [[UNK]]
    variants = [ids, *map(np.asarray, without)]
    scores = variant_scores(network, variants, trace.explained, progress, "Leave one out")
    return Attribution("leave one out", scores[0] - scores[1:])


@dataclass(frozen=True)
class Method:
    """An attribution method."""

    title: str
    description: str  # one sentence
    compute: Callable[[Network, Trace, StageProgress], Attribution]
    # Words processed for a review of that many words; a gradient counts as three.
    cost: Callable[[int], int]


METHODS = {
    "ledger": Method(
        "Ledger",
        "The part of the logit that comes from what the word wrote into memory.",
        by_ledger,
        lambda words: words,
    ),
    "gradient × input": Method(
        "Gradient × input",
        "The gradient of the logit with respect to the word vector, times the word vector.",
        gradient_times_input,
        lambda words: 3 * words,
    ),
    "integrated gradients": Method(
        "Integrated gradients",
        "Gradient × input, averaged between zero vectors and the word vectors; sums to the "
        "difference of the logits.",
        integrated_gradients,
        lambda words: 3 * 64 * words,
    ),
    "leave one out": Method(
        "Leave one out",
        "The change of the logit when the word is removed.",
        leave_one_out,
        lambda words: words * words,
    ),
}


def methods_for(network: Network) -> list[str]:
    """The methods that this network supports. A bag of words has no word vectors."""
    differentiable = isinstance(network, SentimentClassifier)
    exists = {"ledger": why_no_ledger(network) is None, "leave one out": True}
    return [name for name in METHODS if exists.get(name, differentiable)]


def attribute(
    network: Network, trace: Trace, method: str, progress: StageProgress = no_progress
) -> Attribution:
    """Attribute the review of `trace` with `method`, one of `methods_for(network)`."""
    return METHODS[method].compute(network, trace, progress)


def _gradients_times_input(
    network: SentimentClassifier, trace: Trace, shares: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """d score / d vectors at the word vectors times each of `shares`, (count,), times the vectors.

    Returns (count, time), one number per word, and the scores, (count,).
    """
    ids = torch.from_numpy(trace.encoded.kept_ids).long()
    vectors = network.embedding(ids).detach()
    products, logits = [], []
    for part in torch.from_numpy(shares).float().split(max(1, WORDS_AT_ONCE // len(ids))):
        perturbation = (part[:, None, None] - 1) * vectors
        perturbation.requires_grad_()
        length = torch.full((len(part),), len(ids))
        score = network.score(ids.repeat(len(part), 1), length, trace.explained, perturbation)
        (gradient,) = torch.autograd.grad(score.sum(), perturbation)
        products.append((gradient.double() * vectors.double()).sum(dim=2).numpy(force=True))
        logits.append(score.detach().double().numpy(force=True))
    return np.concatenate(products), np.concatenate(logits)
