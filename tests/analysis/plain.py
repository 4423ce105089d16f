"""The statistics of the Explore page in plain Python: loops and Counters, no arrays."""

import math
from collections import Counter
from dataclasses import dataclass, field

from sentiment.corpus.review import Corpus, Split
from sentiment.encoding.tokenize import tokenize


@dataclass
class PlainFigures:
    """Statistics of the training reviews unless noted otherwise."""

    lengths: dict[tuple[str, int], list[int]] = field(default_factory=dict)  # of all splits
    counts: dict[int, Counter[str]] = field(default_factory=dict)  # by label
    reviews: Counter[str] = field(default_factory=Counter)  # that contain a word
    words: list[tuple[int, list[str]]] = field(default_factory=list)  # label, tokens
    also_in_test: int = 0

    def log_odds(self, word: str, label: int, prior_share: float) -> tuple[float, float]:
        """The log-odds ratio of a label against the rest, and its z-score.

        The prior has `prior_share` of all words. Equations 15, 16, 20 and 22 of Monroe, Colaresi &
        Quinn (2008).
        """
        everything = sum(counter.total() for counter in self.counts.values())
        alpha_0 = prior_share * everything
        alpha = alpha_0 * sum(counter[word] for counter in self.counts.values()) / everything
        logs, variance = {}, 0.0
        for inside in (True, False):
            some = [counter for of, counter in self.counts.items() if (of == label) == inside]
            y, n = sum(counter[word] for counter in some), sum(counter.total() for counter in some)
            logs[inside] = math.log((y + alpha) / (n + alpha_0 - y - alpha))
            variance += 1 / (y + alpha)
        delta = logs[True] - logs[False]
        return delta, delta / math.sqrt(variance)


def figures_of(corpus: Corpus) -> PlainFigures:
    plain = PlainFigures(counts={code: Counter() for code in corpus.classes.codes})
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
