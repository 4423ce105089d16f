"""Which words made the verdict: four answers to one question, each a number a word.

All are in units of the logit, so that they can be laid side by side. Gradient × input and
integrated gradients are a few lines each; `captum`, the library for such methods, is what the
tests hold them to. It is not part of the app, for it brings matplotlib along.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from sentiment.encoding.vocabulary import UNK
from sentiment.inspection.ledger import ledger, why_no_ledger
from sentiment.inspection.predictor import Trace
from sentiment.inspection.variants import no_progress, variant_logits
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.progress import StageProgress

FIRST_STEPS, MOST_STEPS = 16, 512  # of integrated gradients, halved where the sum is not right
SUM_WITHIN = 0.01  # of the difference of logits: how wrong all the steps may be together
LEAST = 1e-3  # of a difference; below, rounding would never be right
WORD_WITHIN = 0.02  # of the largest word: how much the last halving may still have changed
WORDS_AT_ONCE = 4_000  # while gradients are kept


@dataclass(frozen=True)
class Attribution:
    """One method's answer for one review."""

    method: str  # of METHODS
    words: np.ndarray  # (words,) float64, share of the logit; below 0 is towards Negative
    note: str = ""  # how exactly it was found, a sentence

    def ranked(self, *, positive: bool) -> np.ndarray:
        """The words from the one that speaks most for that verdict to the one most against it."""
        return np.argsort(-self.words if positive else self.words, kind="stable")


def by_ledger(network: Network, trace: Trace, progress: StageProgress) -> Attribution:
    books = ledger(network, trace)
    return Attribution("ledger", books.contributions)


def gradient_times_input(network: Network, trace: Trace, progress: StageProgress) -> Attribution:
    assert isinstance(network, SentimentClassifier)
    products, _ = _gradients_times_input(network, _ids(trace), np.ones(1))
    return Attribution("gradient × input", products[0])


def integrated_gradients(network: Network, trace: Trace, progress: StageProgress) -> Attribution:
    """The mean gradient on the straight way from no word at all (vectors of zeros) to the review,
    times the vectors (Sundararajan, Taly & Yan 2017). Adds up to the difference of the logits.

    By the trapezoid rule. Over any piece of the way the words should sum to the difference of its
    two logits, so it is known where the rule is wrong: these pieces are halved until the sum is
    right everywhere and no word changes any more.
    """
    assert isinstance(network, SentimentClassifier)
    ids = _ids(trace)
    shares = np.linspace(0, 1, FIRST_STEPS + 1)
    products, logits = _gradients_times_input(network, ids, shares)
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
        left = wrong.sum() - np.cumsum(wrong[worst])  # were so many of the worst pieces right
        count = max(int(np.argmax(left <= tolerated / 2)) + 1, len(wrong) // 4)
        halved = np.sort(worst[: min(count, MOST_STEPS - len(wrong))])
        progress("Integrated gradients, steps", len(wrong), MOST_STEPS)
        middles = (shares[halved] + shares[halved + 1]) / 2
        new_products, new_logits = _gradients_times_input(network, ids, middles)
        shares = np.insert(shares, halved + 1, middles)
        products = np.insert(products, halved + 1, new_products, axis=0)
        logits = np.insert(logits, halved + 1, new_logits)
        before = words
    gap = abs(words.sum() - difference) / (abs(difference) or 1)
    return Attribution(
        "integrated gradients",
        words,
        f"Sums to {words.sum():+.4f}; the logit is {difference:+.4f} from that of no words at all "
        f"(gap {gap:.2%}, {len(shares) - 1} steps).",
    )


def leave_one_out(network: Network, trace: Trace, progress: StageProgress) -> Attribution:
    """The logit minus what it is without the word, the others closing ranks.

    The only word of a review is replaced by `<unk>`: a network cannot read nothing.
    """
    ids = trace.encoded.kept_ids
    without = [np.delete(ids, word) for word in range(len(ids))] if len(ids) > 1 else [[UNK]]
    variants = [ids, *map(np.asarray, without)]
    logits = variant_logits(network, variants, progress, "Leaving out each word")
    return Attribution("leave one out", logits[0] - logits[1:])


@dataclass(frozen=True)
class Method:
    title: str
    explains: str  # one sentence
    work: Callable[[Network, Trace, StageProgress], Attribution]
    # How many words the network reads for a review of so many, gradients counted as three.
    cost: Callable[[int], int]


METHODS = {
    "ledger": Method(
        "Ledger",
        "What the word itself wrote into memory and what of it reached the logit.",
        by_ledger,
        lambda words: words,
    ),
    "gradient × input": Method(
        "Gradient × input",
        "How the logit would move if the word's vector grew a little, times the vector.",
        gradient_times_input,
        lambda words: 3 * words,
    ),
    "integrated gradients": Method(
        "Integrated gradients",
        "The same, averaged on the way from empty vectors to the review, so that it adds up.",
        integrated_gradients,
        lambda words: 3 * 64 * words,
    ),
    "leave one out": Method(
        "Leave one out",
        "How the logit changes when the word is taken out and the review is read anew.",
        leave_one_out,
        lambda words: words * words,
    ),
}


def methods_for(network: Network) -> list[str]:
    """The methods that exist for this network. A bag of words has no vectors to differentiate."""
    differentiable = isinstance(network, SentimentClassifier)
    exists = {"ledger": why_no_ledger(network) is None, "leave one out": True}
    return [name for name in METHODS if exists.get(name, differentiable)]


def attribute(
    network: Network, trace: Trace, method: str, progress: StageProgress = no_progress
) -> Attribution:
    """What `method`, one of `methods_for(network)`, makes of the review."""
    return METHODS[method].work(network, trace, progress)


def _ids(trace: Trace) -> Tensor:
    return torch.from_numpy(trace.encoded.kept_ids).long()


def _gradients_times_input(
    network: SentimentClassifier, ids: Tensor, shares: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """d logit / d vectors where all vectors are `shares` of what they are, times the vectors.

    ids: (time,), shares: (count,). Returns (count, time), a number a word, and the logits (count,).
    """
    vectors = network.embedding(ids).detach()
    products, logits = [], []
    for part in torch.from_numpy(shares).float().split(max(1, WORDS_AT_ONCE // len(ids))):
        perturbation = (part[:, None, None] - 1) * vectors
        perturbation.requires_grad_()
        length = torch.full((len(part),), len(ids))
        logit = network(ids.repeat(len(part), 1), length, perturbation)
        (gradient,) = torch.autograd.grad(logit.sum(), perturbation)
        products.append((gradient.double() * vectors.double()).sum(dim=2).numpy(force=True))
        logits.append(logit.detach().double().numpy(force=True))
    return np.concatenate(products), np.concatenate(logits)
