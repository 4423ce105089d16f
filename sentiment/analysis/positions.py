"""Where in a review words stand, and so which end of it truncation should keep."""

from dataclasses import dataclass

import numpy as np

from sentiment.analysis.counting import Tokens
from sentiment.corpus.review import NEGATIVE, POSITIVE
from sentiment.encoding.settings import Keep

TENTHS = 10
PLACES = 20  # bins of the profile of all telling words
SIDES: tuple[Keep, ...] = ("head", "tail", "both")
# The sequence lengths for which it is known what truncation keeps of the telling words.
CANDIDATES = np.concatenate([np.arange(10, 1_001, 10), np.arange(1_050, 3_001, 50)])


@dataclass(frozen=True)
class PositionProfile:
    """Where the telling words of each class stand, from the beginning (0) to the end of a review.

    Counted in a sample of the training reviews, none of them cut. `kept[side]` are the occurrences
    that are left after truncation to each of CANDIDATES.
    """

    reviews: int  # that were looked at
    words: tuple[int, int]  # how many words tell negative and positive reviews
    negative: np.ndarray  # (PLACES,) occurrences of the words that tell negative reviews
    positive: np.ndarray  # (PLACES,)
    everything: np.ndarray  # (PLACES,) all words, for comparison
    kept: dict[Keep, np.ndarray]  # side -> (len(CANDIDATES),) occurrences

    @property
    def total(self) -> int:
        """Occurrences of all telling words."""
        return int(self.negative.sum() + self.positive.sum())

    @classmethod
    def of(cls, tokens: Tokens, telling: np.ndarray) -> "PositionProfile":
        """telling: (V,) NEGATIVE, POSITIVE or another number for the words that tell nothing."""
        lengths = np.diff(tokens.offsets)
        review, position = _places(tokens)
        place = position * PLACES // lengths[review]
        told = telling[tokens.ids]
        by_class = [
            np.bincount(place[told == label], minlength=PLACES) for label in (NEGATIVE, POSITIVE)
        ]
        where = np.flatnonzero((told == NEGATIVE) | (told == POSITIVE))
        return cls(
            reviews=len(lengths),
            words=(int(np.sum(telling == NEGATIVE)), int(np.sum(telling == POSITIVE))),
            negative=by_class[0],
            positive=by_class[1],
            everything=np.bincount(place, minlength=PLACES),
            kept=_kept(position[where], lengths[review[where]]),
        )

    def density(self, counts: np.ndarray) -> np.ndarray:
        """In each place: how much more often these stand there than any word, (PLACES,); 1: as
        often."""
        share = counts / max(counts.sum(), 1)
        alike = self.everything / max(self.everything.sum(), 1)
        return np.divide(share, alike, out=np.zeros(len(share)), where=alike > 0)

    def kept_share(self, side: Keep, sequence_length: int) -> float:
        """Of the telling words, what truncation leaves; between candidates, about."""
        kept = np.interp(sequence_length, CANDIDATES, self.kept[side])
        return float(kept / max(self.total, 1))

    @property
    def best_side(self) -> Keep:
        """The side that keeps most telling words, on average over the candidates."""
        return max(SIDES, key=lambda side: int(self.kept[side].sum()))


def tenths(tokens: Tokens, chosen: np.ndarray) -> np.ndarray:
    """In which tenth of a review each of the `chosen` words stands how often, (W, TENTHS).

    chosen: (W,) numbers of words.
    """
    review, position = _places(tokens)
    tenth = position * TENTHS // np.diff(tokens.offsets)[review]
    row = np.full(int(max(tokens.ids.max(initial=0), chosen.max(initial=0))) + 1, -1)
    row[chosen] = np.arange(len(chosen))
    rows = row[tokens.ids]
    inside = rows >= 0
    cells = rows[inside] * TENTHS + tenth[inside]
    return np.bincount(cells, minlength=len(chosen) * TENTHS).reshape(-1, TENTHS)


def _places(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """The review and the position in it of every word, both (total words,)."""
    review = np.repeat(np.arange(len(tokens.labels)), np.diff(tokens.offsets))
    return review, np.arange(len(tokens.ids)) - tokens.offsets[:-1][review]


def _kept(position: np.ndarray, length: np.ndarray) -> dict[Keep, np.ndarray]:
    """For words at these positions of reviews so long: how many each side and candidate keeps."""
    back = length - 1 - position  # words after it
    whole = _at_most(length, CANDIDATES)
    first, last = CANDIDATES // 2, CANDIDATES - CANDIDATES // 2

    # A word is kept by both ends if its review fits, or it is among the first words or among the
    # last ones. In a review that does not fit it cannot be both.
    def only_cut(distance: np.ndarray, room: np.ndarray) -> np.ndarray:
        """Words within `room` of an end, in reviews longer than the candidate."""
        # distance < room and length > candidate: count the first, take off those that fit.
        fits = np.array(
            [
                np.count_nonzero((distance < near) & (length <= candidate))
                for near, candidate in zip(room.tolist(), CANDIDATES.tolist(), strict=True)
            ]
        )
        return _at_most(distance + 1, room) - fits

    return {
        "head": _at_most(position + 1, CANDIDATES),
        "tail": _at_most(back + 1, CANDIDATES),
        "both": whole + only_cut(position, first) + only_cut(back, last),
    }


def _at_most(values: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """How many of `values` do not exceed each bound."""
    return np.searchsorted(np.sort(values), bounds, side="right")
