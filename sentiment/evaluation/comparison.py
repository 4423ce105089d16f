"""Comparison of models: one table, paired tests, accuracy by length.

Free of torch, so that pages can show it at once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sentiment.evaluation.metrics import Z_95, wilson_interval
from sentiment.evaluation.predictions import TestPredictions
from sentiment.evaluation.shipped_tables import read_comparison
from sentiment.networks.model_folder import ModelInfo
from sentiment.wording import counted, signed

COMPARED_PREFIX = "compare-"  # of the models trained under the protocol
LENGTH_EDGES = (0, 100, 150, 200, 300, 400)  # words; the last bin holds reviews truncated to 400
SIGNIFICANT = 0.05
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class PairedComparison:
    """Two models on the same reviews, by which of them classifies a review correctly."""

    both: int  # reviews that both classify correctly
    only_first: int
    only_second: int
    neither: int
    p_value: float  # of the exact McNemar test, two-sided

    @property
    def reviews(self) -> int:
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def difference(self) -> float:
        """Accuracy of the first minus that of the second."""
        return (self.only_first - self.only_second) / self.reviews if self.reviews else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95% confidence interval of the difference: the adjusted Wald interval for paired
        proportions (Bonett & Price 2012)."""
        n = self.reviews + 2
        first, second = (self.only_first + 1) / n, (self.only_second + 1) / n
        center = first - second
        margin = Z_95 * math.sqrt((first + second - center**2) / n)
        return max(-1.0, center - margin), min(1.0, center + margin)

    @property
    def significant(self) -> bool:
        return self.p_value < SIGNIFICANT

    def finding(self, first: str, second: str) -> str:
        """The more accurate model, by how much, and whether the difference is significant."""
        low, high = self.interval
        if self.difference < 0:
            first, second, low, high = second, first, -high, -low
        return (
            f"{first} is {100 * abs(self.difference):.2f} percentage points more accurate than "
            f"{second} on {counted(self.reviews, 'review')} (95% confidence interval "
            f"{signed(100 * low, '.2f')} to {signed(100 * high, '.2f')}). The difference is "
            f"{'' if self.significant else 'not '}significant: if both were equally good, "
            f"one this large would occur with probability p {p_value_text(self.p_value)} (exact "
            "McNemar test)."
        )


def p_value_text(p_value: float) -> str:
    """The p-value with two digits after its relation sign: "= 0.31", "= 2.4 × 10⁻³⁰"."""
    if p_value >= 0.001:
        return f"= {p_value:.2g}"
    if not p_value:  # too small for a float
        return "< 10⁻³⁰⁰"
    digits, power = f"{p_value:.1e}".split("e")
    return f"= {digits} × 10{str(int(power)).translate(_SUPERSCRIPTS)}"


def mcnemar(first: np.ndarray, second: np.ndarray) -> PairedComparison:
    """Compare two models on the same N reviews; arguments: whether each is correct, (N,) bool.

    Under the null hypothesis, each review on which they differ is a fair coin toss (McNemar 1947,
    the exact binomial test).
    """
    from scipy.stats import binomtest  # the import takes half a second

    only_first = int(np.sum(first & ~second))
    only_second = int(np.sum(~first & second))
    discordant = only_first + only_second
    return PairedComparison(
        both=int(np.sum(first & second)),
        only_first=only_first,
        only_second=only_second,
        neither=int(np.sum(~first & ~second)),
        p_value=float(binomtest(only_first, discordant).pvalue) if discordant else 1.0,
    )


def paired(first: TestPredictions, second: TestPredictions) -> PairedComparison:
    """Compare them on the reviews both were tested on; 0 reviews and p = 1 if there are none.

    Rows with other labels, or of other classes, are of another corpus.
    """
    rows = np.intersect1d(first.rows, second.rows)
    one, other = first.of(rows), second.of(rows)
    same_classes = one.probabilities.shape == other.probabilities.shape
    if not same_classes or not np.array_equal(one.labels, other.labels):
        one, other = one.of(rows[:0]), other.of(rows[:0])
    return mcnemar(one.correct, other.correct)


@dataclass(frozen=True)
class LengthBin:
    """Accuracy on the reviews of some lengths."""

    low: int  # words
    high: int | None  # words, inclusive; None for the last, open bin
    reviews: int
    accuracy: float
    accuracy_low: float  # 95% Wilson interval
    accuracy_high: float

    @property
    def title(self) -> str:
        return f"{self.low}–{self.high}" if self.high else f"{self.low}+"


def accuracy_by_length(
    predictions: TestPredictions, edges: Sequence[int] = LENGTH_EDGES
) -> list[LengthBin]:
    """One bin between neighboring edges (words after truncation), the last one open."""
    bins = []
    for low, high in zip(edges, [*edges[1:], None], strict=True):
        inside = predictions.lengths >= low
        if high is not None:
            inside &= predictions.lengths < high
        correct, count = int(predictions.correct[inside].sum()), int(inside.sum())
        if count:
            interval = wilson_interval(correct, count)
            last = high - 1 if high else None
            bins.append(LengthBin(max(low, 1), last, count, correct / count, *interval))
    return bins


def table_row(info: ModelInfo) -> dict[str, Any]:
    """A model's row in the comparison; None for what was not measured.

    Speeds of the shipped models come from measurements side by side (`compare --time`), those of
    other models from their own training.
    """
    test, training = info.metrics.get("test", {}), info.training
    timing = {}
    if info.name.startswith(COMPARED_PREFIX):
        timing = read_comparison().get("timings", {}).get(info.network.architecture, {})
    speed = timing.get("words_per_second") or training.words_per_second
    return {
        "model": info.name,
        "architecture": info.network.architecture,
        "accuracy": test.get("accuracy"),
        "accuracy_low": test.get("accuracy_low"),
        "accuracy_high": test.get("accuracy_high"),
        "macro_f1": test.get("macro_f1"),
        "auc": test.get("auc"),
        "calibration_error": test.get("calibration_error"),
        "parameters": info.parameters,
        "encoder_parameters": training.encoder_parameters,
        "train_seconds": timing.get("train_seconds", training.seconds),
        "words_per_second": round(speed) if speed else None,
        "milliseconds_per_review": timing.get(
            "milliseconds_per_review", training.milliseconds_per_review
        ),
        "bytes": info.bytes_stored,
    }


def seed_figures() -> dict[str, list[dict[str, Any]]]:
    """Architecture -> the figures of each seed; training seconds at the speed measured side by
    side."""
    table = read_comparison()
    figures: dict[str, list[dict[str, Any]]] = table.get("architectures", {})
    for name, timing in table.get("timings", {}).items():
        for figure in figures.get(name, ()):
            figure["train_seconds"] = timing["train_seconds"]
    return figures


def other_seeds(info: ModelInfo) -> list[dict[str, Any]]:
    """Metrics of the same recipe with other seeds; none unless `info` is from the comparison."""
    if not info.name.startswith(COMPARED_PREFIX):
        return []
    return seed_figures().get(info.network.architecture, [])[1:]  # the first seed is included
