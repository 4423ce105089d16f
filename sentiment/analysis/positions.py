"""Positions of distinctive words in reviews, which tell the side that truncation should keep."""

from dataclasses import dataclass

import numpy as np

from sentiment.analysis.counting import Tokens
from sentiment.encoding.settings import Keep

TENTHS = 10
BINS = 20  # of a PositionProfile
SIDE_NAMES: dict[Keep, str] = {"head": "the head", "tail": "the tail", "both": "both ends"}
SIDES = tuple(SIDE_NAMES)
MIN_DIFFERENCE = 0.001  # between two sides; a smaller one is not reported
# The sequence lengths for which the effect of truncation is counted.
CANDIDATES = np.concatenate([np.arange(10, 1_001, 10), np.arange(1_050, 3_001, 50)])


@dataclass(frozen=True)
class PositionProfile:
    """Relative positions of each class's distinctive words: bin 0 is the beginning of a review.

    Counted in a sample of untruncated training reviews.
    """

    reviews: int  # sample size
    words: tuple[int, ...]  # number of distinctive words of each class
    by_class: np.ndarray  # (classes, BINS) occurrences of the distinctive words of each class
    all_words: np.ndarray  # (BINS,) occurrences of any word, for comparison
    kept: dict[Keep, np.ndarray]  # side -> (len(CANDIDATES),) occurrences left after truncation

    @property
    def total(self) -> int:
        """Occurrences of all distinctive words."""
        return int(self.by_class.sum())

    @classmethod
    def of(cls, tokens: Tokens, word_classes: np.ndarray, classes: int) -> "PositionProfile":
        """word_classes: (V,) the class of each distinctive word, -1 for all others."""
        lengths = np.diff(tokens.offsets)
        review, position = _positions(tokens)
        bins = position * BINS // lengths[review]
        class_of = word_classes[tokens.ids]
        by_class = [np.bincount(bins[class_of == code], minlength=BINS) for code in range(classes)]
        distinctive = np.flatnonzero(class_of >= 0)
        return cls(
            reviews=len(lengths),
            words=tuple(int(np.sum(word_classes == code)) for code in range(classes)),
            by_class=np.array(by_class),
            all_words=np.bincount(bins, minlength=BINS),
            kept=_kept_counts(position[distinctive], lengths[review[distinctive]]),
        )

    def density(self, counts: np.ndarray) -> np.ndarray:
        """Frequency of these words in each bin relative to that of all words, (BINS,)."""
        share = counts / max(counts.sum(), 1)
        expected = self.all_words / max(self.all_words.sum(), 1)
        return np.divide(share, expected, out=np.zeros(len(share)), where=expected > 0)

    def kept_share(self, side: Keep, sequence_length: int) -> float:
        """Share of distinctive words left after truncation, interpolated between CANDIDATES."""
        kept = np.interp(sequence_length, CANDIDATES, self.kept[side])
        return float(kept / max(self.total, 1))


def truncation_finding(profile: PositionProfile, sequence_length: int) -> str:
    """Which side truncation should keep at this length, as a sentence."""
    kept = {side: profile.kept_share(side, sequence_length) for side in SIDES}
    if max(kept.values()) - min(kept.values()) < MIN_DIFFERENCE:
        return f"At {sequence_length:,} words it makes no difference which side is kept."
    best = max(SIDES, key=lambda side: kept[side])
    others = " and ".join(
        f"{kept[side]:.1%} with {SIDE_NAMES[side]}" for side in SIDES if side != best
    )
    return (
        f"At {sequence_length:,} words, keeping {SIDE_NAMES[best]} preserves the most distinctive "
        f"words: {kept[best]:.1%}, compared with {others}."
    )


def tenths(tokens: Tokens, word_ids: np.ndarray) -> np.ndarray:
    """Occurrences of each of `word_ids`, (W,), in each tenth of a review, (W, TENTHS)."""
    review, position = _positions(tokens)
    tenth = position * TENTHS // np.diff(tokens.offsets)[review]
    row_of_word = np.full(int(max(tokens.ids.max(initial=0), word_ids.max(initial=0))) + 1, -1)
    row_of_word[word_ids] = np.arange(len(word_ids))
    rows = row_of_word[tokens.ids]
    inside = rows >= 0
    cells = rows[inside] * TENTHS + tenth[inside]
    return np.bincount(cells, minlength=len(word_ids) * TENTHS).reshape(-1, TENTHS)


def _positions(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """The review of every word and its position there, both (total words,)."""
    review = np.repeat(np.arange(len(tokens.labels)), np.diff(tokens.offsets))
    return review, np.arange(len(tokens.ids)) - tokens.offsets[:-1][review]


def _kept_counts(position: np.ndarray, length: np.ndarray) -> dict[Keep, np.ndarray]:
    """How many words at these positions each side keeps, for each of CANDIDATES.

    length: of the review of each word.
    """
    from_end = length - 1 - position
    fitting = _at_most(length, CANDIDATES)
    head_room, tail_room = CANDIDATES // 2, CANDIDATES - CANDIDATES // 2

    # "both" keeps a word if its review fits, or if the word is within the head or within the tail
    # of a longer review. In a longer review head and tail do not overlap.
    def in_longer_reviews(distance: np.ndarray, room: np.ndarray) -> np.ndarray:
        """Words within `room` of an end, in reviews longer than the candidate."""
        in_fitting = np.array(
            [
                np.count_nonzero((distance < near) & (length <= candidate))
                for near, candidate in zip(room.tolist(), CANDIDATES.tolist(), strict=True)
            ]
        )
        return _at_most(distance + 1, room) - in_fitting

    return {
        "head": _at_most(position + 1, CANDIDATES),
        "tail": _at_most(from_end + 1, CANDIDATES),
        "both": fitting
        + in_longer_reviews(position, head_room)
        + in_longer_reviews(from_end, tail_room),
    }


def _at_most(values: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """The number of `values` that do not exceed each bound."""
    return np.searchsorted(np.sort(values), bounds, side="right")
