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
from sentiment.inspection.ledger import ledger, no_ledger
from sentiment.inspection.predictor import Trace
from sentiment.inspection.variants import Progress, no_progress, variant_logits
from sentiment.networks.classifier import Network, SentimentClassifier

FIRST_STEPS, MOST_STEPS = 16, 1_024  # of integrated gradients, doubled until the sum is right
SUM_WITHIN = 0.005  # of the difference of logits that the words should sum to
WORD_WITHIN = 0.02  # of the largest word: how much the last doubling may still have changed
WORDS_AT_ONCE = 4_000  # while gradients are kept


@dataclass(frozen=True)
class Attribution:
    """One method's answer for one review."""

    method: str  # of METHODS
    words: np.ndarray  # (words,) float64, share of the logit; below 0 is towards Negative
    note: str = ""  # how exactly it was found, a sentence

    def towards(self, *, positive: bool) -> np.ndarray:
        """The words from the one that speaks most for that verdict to the one most against it."""
        return np.argsort(-self.words if positive else self.words, kind="stable")


def by_ledger(network: Network, trace: Trace, progress: Progress) -> Attribution:
    books = ledger(network, trace)
    return Attribution("ledger", books.pushes)


def gradient_times_input(network: Network, trace: Trace, progress: Progress) -> Attribution:
    assert isinstance(network, SentimentClassifier)
    ids = _ids(trace)
    (gradient,), _ = _gradients(network, ids, torch.ones(1))
    return Attribution("gradient × input", _per_word(gradient, network.embedding(ids)))


def integrated_gradients(network: Network, trace: Trace, progress: Progress) -> Attribution:
    """The mean gradient on the straight way from no word at all (vectors of zeros) to the review,
    times the vectors (Sundararajan, Taly & Yan 2017). Adds up to the difference of the logits.

    By the trapezoid rule, its steps halved until the sum is right and no word changes any more.
    """
    assert isinstance(network, SentimentClassifier)
    ids, steps = _ids(trace), 1
    vectors = network.embedding(ids)
    gradients, ends = _gradients(network, ids, torch.tensor([0.0, 1.0]))
    difference = float(ends[1] - ends[0])
    mean = gradients.mean(dim=0)
    words, gap, change = _per_word(mean, vectors), np.inf, np.inf
    while steps < FIRST_STEPS or (
        steps < MOST_STEPS
        and (gap > SUM_WITHIN * abs(difference) or change > WORD_WITHIN * np.abs(words).max())
    ):
        progress("Integrated gradients, steps", steps, MOST_STEPS)
        between = (torch.arange(steps) + 0.5) / steps
        mean = (mean + _gradients(network, ids, between)[0].mean(dim=0)) / 2
        steps *= 2
        before, words = words, _per_word(mean, vectors)
        gap, change = abs(words.sum() - difference), np.abs(words - before).max()
    return Attribution(
        "integrated gradients",
        words,
        f"Sums to {words.sum():+.4f}; the logit is {difference:+.4f} from that of no words at all "
        f"(gap {gap / (abs(difference) or 1):.2%}, {steps} steps).",
    )


def leave_one_out(network: Network, trace: Trace, progress: Progress) -> Attribution:
    """The logit minus what it is without the word, the others closing ranks.

    The only word of a review is replaced by `<unk>`: a network cannot read nothing.
    """
    ids = trace.reading.kept_ids
    without = [np.delete(ids, word) for word in range(len(ids))] if len(ids) > 1 else [[UNK]]
    variants = [ids, *map(np.asarray, without)]
    logits = variant_logits(network, variants, progress, "Leaving out each word")
    return Attribution("leave one out", logits[0] - logits[1:])


@dataclass(frozen=True)
class Method:
    title: str
    explains: str  # one sentence
    work: Callable[[Network, Trace, Progress], Attribution]
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
        lambda words: 3 * 128 * words,
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
    exists = {"ledger": no_ledger(network) is None, "leave one out": True}
    return [name for name in METHODS if exists.get(name, differentiable)]


def attribute(
    network: Network, trace: Trace, method: str, progress: Progress = no_progress
) -> Attribution:
    """What `method`, one of `methods_for(network)`, makes of the review."""
    return METHODS[method].work(network, trace, progress)


def _ids(trace: Trace) -> Tensor:
    return torch.from_numpy(trace.reading.kept_ids).long()


def _per_word(gradient: Tensor, vectors: Tensor) -> np.ndarray:
    products = gradient.double() * vectors.detach().double()
    return products.sum(dim=1).numpy(force=True)


def _gradients(
    network: SentimentClassifier, ids: Tensor, shares: Tensor
) -> tuple[Tensor, np.ndarray]:
    """d logit / d vectors where all vectors are `shares` of what they are.

    ids: (time,), shares: (count,). Returns (count, time, embedding_dim) and the logits (count,).
    """
    vectors = network.embedding(ids).detach()
    gradients, logits = [], []
    for part in shares.split(max(1, WORDS_AT_ONCE // len(ids))):
        nudge = (part.float()[:, None, None] - 1) * vectors
        nudge.requires_grad_()
        length = torch.full((len(part),), len(ids))
        logit = network(ids.repeat(len(part), 1), length, nudge)
        gradients.append(torch.autograd.grad(logit.sum(), nudge)[0])
        logits.append(logit.detach().double().numpy(force=True))
    return torch.cat(gradients), np.concatenate(logits)
