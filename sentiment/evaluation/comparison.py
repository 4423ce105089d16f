"""Comparing models: one table, paired tests, accuracy by length. NumPy only; pages show these."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sentiment.evaluation.metrics import Z_95, wilson_interval
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.model_folder import ModelInfo
from sentiment.places import SHIPPED

SEED_FIGURES = SHIPPED / "comparison.json"
COMPARED_PREFIX = "compare-"  # of the models that were trained under the protocol
LENGTH_EDGES = (0, 100, 150, 200, 300, 400)  # words; the last bin holds what was cut to 400


@dataclass(frozen=True)
class Paired:
    """Two models on the same reviews."""

    both: int  # reviews both had right
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
    def margin(self) -> float:
        """Half the width of the 95% interval of `difference`."""
        if not self.reviews:
            return 0.0
        discordant = self.only_first + self.only_second
        spread = discordant - (self.only_first - self.only_second) ** 2 / self.reviews
        return Z_95 * math.sqrt(spread) / self.reviews

    def finding(self, first: str, second: str) -> str:
        """Which of two models is more accurate and whether the difference may be chance."""
        better, worse = (first, second) if self.difference >= 0 else (second, first)
        points, margin = 100 * abs(self.difference), 100 * self.margin
        chance = "unlikely to be" if self.p_value < 0.05 else "compatible with"
        return (
            f"{better} is {points:.2f} pp more accurate than {worse} (95% interval "
            f"{points - margin:+.2f} to {points + margin:+.2f} pp, {self.reviews:,} reviews). The "
            f"difference is {chance} chance (McNemar p {p_value_text(self.p_value)})."
        )


def p_value_text(p_value: float) -> str:
    """ "= 0.03" or "< 1e-12": some values are smaller than the smallest float."""
    return f"= {p_value:.2g}" if p_value >= 1e-12 else "< 1e-12"


def mcnemar(first: np.ndarray, second: np.ndarray) -> Paired:
    """Compare two models' verdicts, (N,) bool each, True where right, on the same N reviews.

    Only the reviews on which they differ tell anything: were the models equally good, each of
    these would be a coin toss (McNemar 1947; the exact binomial version).
    """
    only_first = int(np.sum(first & ~second))
    only_second = int(np.sum(~first & second))
    tosses, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(math.comb(tosses, heads) for heads in range(fewer + 1))
    # In whole numbers up to here: a float could not hold 2 ** tosses.
    p_value = min(1.0, float(2 * tail / 2**tosses)) if tosses < 1000 else _ratio(2 * tail, tosses)
    return Paired(
        both=int(np.sum(first & second)),
        only_first=only_first,
        only_second=only_second,
        neither=int(np.sum(~first & ~second)),
        p_value=p_value,
    )


def _ratio(numerator: int, power: int) -> float:
    """numerator / 2 ** power for numbers too large for a float."""
    shift = max(numerator.bit_length() - 60, 0)
    return min(1.0, math.ldexp(float(numerator >> shift), shift - power))


def paired(first: TestPredictions, second: TestPredictions) -> Paired:
    """The two on the reviews that both were tested on. None in common: no reviews, p = 1."""
    rows = np.intersect1d(first.rows, second.rows)
    return mcnemar(first.of(rows).correct, second.of(rows).correct)


@dataclass(frozen=True)
class LengthBin:
    """Accuracy among the reviews of some lengths."""

    low: int  # words, from
    high: int | None  # words, up to and including; None: no end
    reviews: int
    accuracy: float
    accuracy_low: float  # 95 % Wilson interval
    accuracy_high: float

    @property
    def title(self) -> str:
        return f"{self.low}–{self.high}" if self.high else f"{self.low}+"


def accuracy_by_length(
    predictions: TestPredictions, edges: Sequence[int] = LENGTH_EDGES
) -> list[LengthBin]:
    """One bin between neighboring edges (words, as the model read them), the last one open."""
    bins = []
    for low, high in zip(edges, [*edges[1:], None], strict=True):
        inside = predictions.lengths >= low
        if high is not None:
            inside &= predictions.lengths < high
        right, count = int(predictions.correct[inside].sum()), int(inside.sum())
        if count:
            interval = wilson_interval(right, count)
            bins.append(
                LengthBin(max(low, 1), high - 1 if high else None, count, right / count, *interval)
            )
    return bins


def table_row(info: ModelInfo) -> dict[str, Any]:
    """What the table of the comparison says about one model; None where it was not measured.

    The speed of the models that ship was measured side by side (`compare --time`); that of others
    is what their own training saw.
    """
    test, training = info.metrics.get("test", {}), info.training
    timing = {}
    if info.name.startswith(COMPARED_PREFIX):
        timing = read_table().get("timings", {}).get(info.network.architecture, {})
    speed = timing.get("words_per_second") or training.get("words_per_second")
    return {
        "model": info.name,
        "architecture": info.network.architecture,
        "accuracy": test.get("accuracy"),
        "accuracy_low": test.get("accuracy_low"),
        "accuracy_high": test.get("accuracy_high"),
        "auc": test.get("auc"),
        "calibration_error": test.get("calibration_error"),
        "parameters": info.parameters,
        "encoder_parameters": training.get("encoder_parameters"),
        "train_seconds": timing.get("train_seconds", training.get("seconds")),
        "words_per_second": round(speed) if speed else None,
        "milliseconds_per_review": timing.get(
            "milliseconds_per_review", training.get("milliseconds_per_review")
        ),
        "bytes": info.bytes_stored,
    }


def read_table() -> dict[str, Any]:
    """The shipped figures: "architectures" (every seed of each) and "timings" (of each)."""
    if not SEED_FIGURES.is_file():
        return {}
    table: dict[str, Any] = json.loads(SEED_FIGURES.read_text("utf-8"))
    return table


def seed_figures() -> dict[str, list[dict[str, Any]]]:
    """Architecture -> the figures of every seed it was trained with.

    Seconds of training are those at the speed that was measured side by side.
    """
    table = read_table()
    figures: dict[str, list[dict[str, Any]]] = table.get("architectures", {})
    for name, timing in table.get("timings", {}).items():
        for figure in figures.get(name, ()):
            figure["train_seconds"] = timing["train_seconds"]
    return figures
