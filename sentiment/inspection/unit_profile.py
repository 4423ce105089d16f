"""What one unit seems to track, in words that claim no more than the figures do. Free of torch."""

import math
from dataclasses import dataclass

import numpy as np

from sentiment.encoding.vocabulary import Vocabulary
from sentiment.inspection.unit_statistics import UnitStatistics

STRONG, WEAK = 0.5, 0.2  # correlations that are called so
STILL = 0.02  # a unit whose state deviates less hardly says anything
NAMED = 4  # words in the sentence
LONGEST = 1_000  # words of a half-life that are told apart


@dataclass(frozen=True)
class WordMean:
    """A word and what the unit does at it, on average."""

    word: str
    mean: float
    count: int


@dataclass(frozen=True)
class UnitProfile:
    """One unit of a layer, over a corpus."""

    unit: int
    mean: float
    deviation: float
    half_life: float  # words; infinite if it keeps everything
    retention_from_gate: bool  # else by the correlation of one state with the next
    label_correlation: float
    position_correlation: float
    high: list[WordMean]  # mean state at the word
    low: list[WordMean]
    raising: list[WordMean]  # mean change of the state at the word
    lowering: list[WordMean]

    @classmethod
    def of(cls, site: UnitStatistics, unit: int, vocabulary: Vocabulary) -> "UnitProfile":
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
            label_correlation=float(site.label_correlation[unit]),
            position_correlation=float(site.position_correlation[unit]),
            high=words(site.high_words, site.high_word_means),
            low=words(site.low_words, site.low_word_means),
            raising=words(site.raising_words, site.raising_word_means),
            lowering=words(site.lowering_words, site.lowering_word_means),
        )

    @property
    def half_life_text(self) -> str:
        if math.isinf(self.half_life) or self.half_life > LONGEST:
            return f"over {LONGEST:,} words"
        return "under 1 word" if self.half_life < 1 else f"{self.half_life:.1f} words"

    @property
    def finding(self) -> str:
        """What it seems to track."""
        if self.deviation < STILL:
            return (
                f"Its state hardly ever moves (standard deviation {self.deviation:.3f}), so it "
                "seems to track nothing in these reviews."
            )
        guesses = []
        side = "Positive" if self.label_correlation > 0 else "Negative"
        strength = abs(self.label_correlation)
        figure = f"correlation with the label {self.label_correlation:+.2f}"
        if strength >= STRONG:
            guesses.append(f"may track what makes reviews {side} ({figure})")
        elif strength >= WEAK:
            guesses.append(f"leans to {side} reviews, weakly ({figure})")
        if abs(self.position_correlation) >= STRONG:
            way = "rises" if self.position_correlation > 0 else "falls"
            guesses.append(
                f"{way} with the number of words read, perhaps as a counter (correlation "
                f"{self.position_correlation:+.2f})"
            )
        if not guesses:
            guesses.append(
                f"tracks something that neither the label nor the position tells ({figure})"
            )
        named = [word.word for word in self.high[:NAMED]], [word.word for word in self.low[:NAMED]]
        words = (
            f" It is highest at {_list(named[0])}, lowest at {_list(named[1])}." if named[0] else ""
        )
        return f"It {' and '.join(guesses)}.{words} Half of its state is left after " + (
            f"{self.half_life_text}."
        )


def _list(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
