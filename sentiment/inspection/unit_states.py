"""States of units in sampled reviews of a corpus, stored for searching a pattern.

One byte per state, quantized linearly, in a memory map of bounded size. The states of a unit are
contiguous, so that a search of a few units reads little.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sentiment.errors import RunError
from sentiment.stored import read_array, read_arrays, reading, require_array

MAX_BYTES = 128 * 2**20
MAX_WORDS = 250_000  # so that a search answers a click quickly
STATES, ABOUT = "states.npy", "sampled.npz"
PILOT = 32  # reviews that determine the scale of each unit
ZERO, LEVELS = 128, 127  # the byte of state 0; levels on either side
_REMEDY = "Delete its folder and make the study again."


def sample_reviews(lengths: np.ndarray, units: int, max_bytes: int = MAX_BYTES) -> np.ndarray:
    """Evenly spread numbers of reviews to store, ascending; lengths: (reviews,) in words."""
    reviews = len(lengths)
    fits = max(1, min(MAX_WORDS, max_bytes // units))  # words
    count = min(reviews, max(1, int(fits / lengths.mean())))
    while True:
        chosen = np.linspace(0, reviews - 1, count).astype(np.int64)
        if count == 1 or lengths[chosen].sum() <= fits:
            return np.unique(chosen)
        count = max(1, int(count * 0.97))


class StatesWriter:
    """Writes the states of sampled reviews, in the order of their numbers."""

    def __init__(self, folder: Path, chosen: np.ndarray, lengths: np.ndarray, units: int):
        """chosen: from `sample_reviews`; lengths: (reviews,) of all reviews."""
        self.folder, self.chosen = folder, chosen
        self.offsets = np.concatenate([[0], np.cumsum(lengths[chosen])])
        self.map = np.lib.format.open_memmap(
            folder / STATES, mode="w+", dtype=np.uint8, shape=(units, int(self.offsets[-1]))
        )
        self.scale = np.zeros(units, np.float32)
        self.pilot_reviews: list[np.ndarray] = []  # reviews of the pilot
        self.written = 0

    def add(self, states: np.ndarray) -> None:
        """Write the states of the next sampled review, (words, units)."""
        if self.written == 0:
            self.pilot_reviews.append(states)
            if len(self.pilot_reviews) < min(PILOT, len(self.chosen)):
                return
            pilot = np.concatenate(self.pilot_reviews)
            # Later states beyond the scale are clipped.
            self.scale = np.maximum(1.25 * np.abs(pilot).max(axis=0), 1e-6).astype(np.float32)
            for review in self.pilot_reviews:
                self._write(review)
            self.pilot_reviews = []
        else:
            self._write(states)

    def _write(self, states: np.ndarray) -> None:
        start, end = self.offsets[self.written : self.written + 2]
        assert len(states) == end - start
        steps = np.rint(states / self.scale * LEVELS).clip(-LEVELS, LEVELS)
        self.map[:, start:end] = (steps + ZERO).astype(np.uint8).T
        self.written += 1

    def close(self) -> None:
        """Complete the files, once all sampled reviews are added."""
        assert self.written == len(self.chosen), "not all sampled reviews were written"
        self.map.flush()
        np.savez(self.folder / ABOUT, reviews=self.chosen, offsets=self.offsets, scale=self.scale)


@dataclass(frozen=True)
class Matches:
    """The result of a search, (found,) each, the most similar first."""

    reviews: np.ndarray  # numbers of the reviews
    starts: np.ndarray  # position of the first word of the similar span
    similarity: np.ndarray  # from -1 (opposite) to 1 (equal)


@dataclass(frozen=True)
class StoredStates:
    """Stored states that can be searched."""

    states: np.ndarray  # (units, places) uint8, a memory map
    reviews: np.ndarray  # (sampled,) numbers of the reviews
    offsets: np.ndarray  # (sampled + 1,); review n is at offsets[n]:offsets[n + 1]
    scale: np.ndarray  # (units,) the state of the highest level

    @classmethod
    def open(cls, folder: Path) -> "StoredStates":
        """Map the states in `folder` into memory. Raises RunError if they are damaged."""
        about = read_arrays(folder / ABOUT, RunError, _REMEDY)
        with reading(folder / ABOUT, RunError, _REMEDY):
            reviews, offsets, scale = (about[name] for name in ("reviews", "offsets", "scale"))
            require_array(reviews, shape=(None,), low=0)
            require_array(offsets, shape=(len(reviews) + 1,), low=0)
            require_array(scale, shape=(None,), low=0)
            size = (len(scale), int(offsets[-1]))
            if (np.diff(offsets) < 0).any():
                raise ValueError("its offsets fall")
        states = read_array(folder / STATES, RunError, _REMEDY, dtype=np.uint8, shape=size)
        return cls(states, reviews, offsets, scale)

    def of(self, units: np.ndarray) -> np.ndarray:
        """States of `units` at all places, (len(units), places) float32."""
        steps = self.states[units].astype(np.float32) - ZERO
        return steps * (self.scale[units, None] / LEVELS)

    def search(
        self,
        units: np.ndarray,
        pattern: np.ndarray,
        mean: np.ndarray,
        deviation: np.ndarray,
        count: int,
    ) -> Matches:
        """The spans whose mean states are most similar to those of `pattern`, one per review.

        units: numbers among all stored units. pattern: (words, len(units)), their states over a
        span; it is compared with every span of that length. mean, deviation: (len(units),) over
        the corpus. The similarity of two vectors a, b of z-scores is 2 a·b / (|a|² + |b|²), a
        cosine that depends on the norms too.
        """
        length = len(pattern)
        wide = np.maximum(deviation, 1e-6).astype(np.float32)
        target = (pattern.mean(axis=0) - mean) / wide  # (units,)
        values = (self.of(units) - mean[:, None].astype(np.float32)) / wide[:, None]
        if length > 1:
            sums = np.cumsum(values, axis=1, dtype=np.float64)
            sums = np.concatenate([np.zeros((len(units), 1)), sums], axis=1)
            values = ((sums[:, length:] - sums[:, :-length]) / length).astype(np.float32)
        similarity = 2 * (target.astype(np.float32) @ values)
        similarity /= np.maximum(np.square(values).sum(axis=0) + np.square(target).sum(), 1e-9)
        best = np.full(len(self.reviews), -np.inf)
        starts = np.zeros(len(self.reviews), int)
        ends = self.offsets[1:] - length + 1  # no span extends into the next review
        for review, (start, end) in enumerate(zip(self.offsets[:-1], ends, strict=True)):
            if start < end:
                starts[review] = similarity[start:end].argmax()
                best[review] = similarity[start + starts[review]]
        # Quantized states have many ties, and a corpus may be sorted by label: a fixed random order
        # breaks ties.
        chance = np.random.default_rng(0).random(len(best))
        order = np.lexsort((chance, -best))[:count]
        order = order[np.isfinite(best[order])]
        return Matches(self.reviews[order], starts[order], best[order])
