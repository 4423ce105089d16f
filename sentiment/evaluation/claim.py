"""Claim of the article, with the verdict on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

NOT_MEASURED = "not measured"
Figures = Mapping[str, Sequence[dict[str, Any]]]  # of `comparison.seed_figures`


@dataclass(frozen=True)
class Claim:
    """A sentence of the article and the verdict on it."""

    text: str
    verdict: str  # "holds", "does not hold", "holds from …", "not measured"
    evidence: str  # one line with figures

    @property
    def color(self) -> str:
        if self.verdict == NOT_MEASURED:
            return "gray"
        if self.verdict == "holds":
            return "green"
        return "orange" if self.verdict.startswith("does not") else "blue"


def mean_accuracy(figures: Sequence[dict[str, Any]]) -> float:
    return mean(figure["accuracy"] for figure in figures)
