"""Profile of one unit over a corpus, and a finding that follows from its statistics.

Imports no torch.
"""

from dataclasses import dataclass

import numpy as np

from sentiment.corpus.classes import Classes
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.inspection.unit_statistics import UnitStatistics
from sentiment.wording import signed

STRONG, WEAK = 0.5, 0.2  # correlations
MIN_DEVIATION = 0.02  # of the state; a unit below it is nearly constant
WORDS_NAMED = 4
LONGEST = 1_000  # words; longer half-lives are not distinguished


@dataclass(frozen=True)
class WordMean:
    """A word and the mean of a unit at it."""

    word: str
    mean: float
    count: int


@dataclass(frozen=True)
class UnitProfile:
    """One unit of a layer, over a corpus."""

    unit: int
    mean: float
    deviation: float
    half_life: float  # in words; may be infinite
    retention_from_gate: bool  # otherwise from the autocorrelation of the state
    label_correlation: float  # with being of the class `sides[1]`
    sides: tuple[str, str]  # what reviews of negative and of positive correlation are
    position_correlation: float
    high: list[WordMean]  # mean state at the word
    low: list[WordMean]
    raising: list[WordMean]  # mean change of the state at the word
    lowering: list[WordMean]

    @classmethod
    def of(
        cls, site: UnitStatistics, unit: int, vocabulary: Vocabulary, classes: Classes, label: int
    ) -> "UnitProfile":
        """label: code of the class with which the state is correlated."""

        def words(ids: np.ndarray, means: np.ndarray) -> list[WordMean]:
            return [
                WordMean(vocabulary.words[word], float(mean), int(site.word_counts[word]))
                for word, mean in zip(ids[unit].tolist(), means[unit].tolist(), strict=True)
                if word >= 0
            ]

        return cls(
            unit=unit,
            mean=float(site.mean[unit]),
            deviation=float(site.deviation[unit]),
            half_life=float(site.half_lives[unit]),
            retention_from_gate=site.retention_from_gate,
            label_correlation=float(site.label_correlations[label, unit]),
            sides=(classes.rest(label), classes.name(label)),
            position_correlation=float(site.position_correlation[unit]),
            high=words(site.high_words, site.high_word_means),
            low=words(site.low_words, site.low_word_means),
            raising=words(site.raising_words, site.raising_word_means),
            lowering=words(site.lowering_words, site.lowering_word_means),
        )

    @property
    def half_life_text(self) -> str:
        if self.half_life > LONGEST:
            return f"over {LONGEST:,} words"
        return "under 1 word" if self.half_life < 1 else f"{self.half_life:.1f} words"

    @property
    def finding(self) -> str:
        """The correlations, the extreme words and the half-life in sentences."""
        if self.deviation < MIN_DEVIATION:
            return (
                f"The state is nearly constant (standard deviation {self.deviation:.3f}): the unit "
                "is inactive in these reviews."
            )
        correlations = []
        side = self.sides[self.label_correlation > 0]
        strength = abs(self.label_correlation)
        figure = f"correlation with the label {signed(self.label_correlation, '.2f')}"
        if strength >= STRONG:
            correlations.append(f"correlates with {side} reviews ({figure})")
        elif strength >= WEAK:
            correlations.append(f"correlates weakly with {side} reviews ({figure})")
        if abs(self.position_correlation) >= STRONG:
            way = "rises" if self.position_correlation > 0 else "falls"
            correlations.append(
                f"{way} with the position, possibly as a counter (correlation "
                f"{signed(self.position_correlation, '.2f')})"
            )
        if not correlations:
            correlations.append(f"correlates with neither the label nor the position ({figure})")
        words = ""
        if self.high:
            words = f" Its mean is highest at {_list(self.high)} and lowest at {_list(self.low)}."
        return f"The state {' and '.join(correlations)}.{words} Half-life: {self.half_life_text}."


def _list(words: list[WordMean]) -> str:
    return ", ".join(f"“{word.word}”" for word in words[:WORDS_NAMED])
