"""The statistics of the Explore page in plain Python: loops and Counters, no arrays."""

import math
from collections import Counter
from dataclasses import dataclass, field

from sentiment.corpus.review import NEGATIVE, POSITIVE, Corpus, Split
from sentiment.encoding.tokenize import tokenize


@dataclass
class PlainFigures:
    """Statistics of the training reviews unless noted otherwise."""

    lengths: dict[tuple[str, int], list[int]] = field(default_factory=dict)  # of all splits
    counts: dict[int, Counter[str]] = field(
        default_factory=lambda: {NEGATIVE: Counter(), POSITIVE: Counter()}
    )
    reviews: Counter[str] = field(default_factory=Counter)  # that contain a word
    words: list[tuple[int, list[str]]] = field(default_factory=list)  # label, tokens
    also_in_test: int = 0

    def log_odds(self, word: str, prior_share: float) -> tuple[float, float]:
        """The log-odds ratio and its z-score, with a prior of `prior_share` of all words.

        Equations 15, 16, 20 and 22 of Monroe, Colaresi & Quinn (2008).
        """
        totals = {label: counter.total() for label, counter in self.counts.items()}
        everything = sum(totals.values())
        alpha_0 = prior_share * everything
        alpha = alpha_0 * sum(counter[word] for counter in self.counts.values()) / everything
        logs, variance = {}, 0.0
        for label, counter in self.counts.items():
            y, n = counter[word], totals[label]
            logs[label] = math.log((y + alpha) / (n + alpha_0 - y - alpha))
            variance += 1 / (y + alpha)
        delta = logs[POSITIVE] - logs[NEGATIVE]
        return delta, delta / math.sqrt(variance)


def figures_of(corpus: Corpus) -> PlainFigures:
    plain = PlainFigures()
    tests = {review.text for review in corpus if review.split == Split.TEST}
    for review in corpus:
        tokens = tokenize(review.text)
        plain.lengths.setdefault((review.split.title, review.label), []).append(len(tokens))
        if review.split == Split.TRAIN:
            plain.counts[review.label].update(tokens)
            plain.reviews.update(set(tokens))
            plain.words.append((review.label, tokens))
            plain.also_in_test += corpus.official and review.text in tests
    return plain
