"""States of units at sampled places of a corpus, kept on disk to be searched for a pattern.

One byte a state, unit after unit, so that a search of a few units reads little: it is a memory
map, and its size is bounded whatever the corpus.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

MOST_BYTES = 128 * 2**20
MOST_WORDS = 250_000  # more would make a search of some units slower than a click should be
STATES, ABOUT = "states.npy", "sampled.npz"
PILOT = 32  # reviews by which the scale of each unit is chosen
MIDDLE, STEPS = 128, 127


def sample_reviews(lengths: np.ndarray, units: int, most_bytes: int = MOST_BYTES) -> np.ndarray:
    """Which reviews are kept, evenly spread: numbers, rising. lengths: (reviews,) words read."""
    reviews = len(lengths)
    fits = max(1, min(MOST_WORDS, most_bytes // units))  # words
    count = min(reviews, max(1, int(fits / lengths.mean())))
    while True:
        chosen = np.linspace(0, reviews - 1, count).astype(np.int64)
        if count == 1 or lengths[chosen].sum() <= fits:
            return np.unique(chosen)
        count = max(1, int(count * 0.97))


class StatesWriter:
    """Writes the states of sampled reviews, in the order of their numbers."""

    def __init__(self, folder: Path, chosen: np.ndarray, lengths: np.ndarray, units: int):
        """chosen: of `sample_reviews`; lengths: (reviews,) of all."""
        self.folder, self.chosen = folder, chosen
        self.offsets = np.concatenate([[0], np.cumsum(lengths[chosen])])
        self.map = np.lib.format.open_memmap(
            folder / STATES, mode="w+", dtype=np.uint8, shape=(units, int(self.offsets[-1]))
        )
        self.scale = np.zeros(units, np.float32)
        self.waiting: list[np.ndarray] = []  # reviews of the pilot
        self.written = 0

    def add(self, states: np.ndarray) -> None:
        """The next sampled review, (words, units)."""
        if self.written == 0:
            self.waiting.append(states)
            if len(self.waiting) < min(PILOT, len(self.chosen)):
                return
            pilot = np.concatenate(self.waiting)
            # What goes beyond the scale later is stored as its end.
            self.scale = np.maximum(1.25 * np.abs(pilot).max(axis=0), 1e-6).astype(np.float32)
            for review in self.waiting:
                self._write(review)
            self.waiting = []
        else:
            self._write(states)

    def _write(self, states: np.ndarray) -> None:
        start, end = self.offsets[self.written : self.written + 2]
        assert len(states) == end - start
        steps = np.rint(states / self.scale * STEPS).clip(-STEPS, STEPS)
        self.map[:, start:end] = (steps + MIDDLE).astype(np.uint8).T
        self.written += 1

    def close(self) -> None:
        assert self.written == len(self.chosen), "not all sampled reviews were written"
        self.map.flush()
        np.savez(self.folder / ABOUT, reviews=self.chosen, offsets=self.offsets, scale=self.scale)


@dataclass(frozen=True)
class Matches:
    """What a search found, (found,) each, the most alike first."""

    reviews: np.ndarray  # numbers of the reviews
    starts: np.ndarray  # words, from 0, at which the stretch that is alike begins
    similarity: np.ndarray  # 1: the same; 0: nothing in common; -1: the opposite


@dataclass(frozen=True)
class StoredStates:
    """The states that were kept, to be searched."""

    states: np.ndarray  # (units, places) uint8, a memory map
    reviews: np.ndarray  # (sampled,) numbers of the reviews
    offsets: np.ndarray  # (sampled + 1,); review n stands at offsets[n]:offsets[n + 1]
    scale: np.ndarray  # (units,) the value of the largest step

    @classmethod
    def open(cls, folder: Path) -> "StoredStates":
        with np.load(folder / ABOUT, allow_pickle=False) as about:
            states = np.load(folder / STATES, mmap_mode="r", allow_pickle=False)
            return cls(states, about["reviews"], about["offsets"], about["scale"])

    def of(self, units: np.ndarray) -> np.ndarray:
        """Their states at all places, (len(units), places) float32."""
        steps = self.states[units].astype(np.float32) - MIDDLE
        return steps * (self.scale[units, None] / STEPS)

    def search(
        self,
        units: np.ndarray,
        pattern: np.ndarray,
        mean: np.ndarray,
        deviation: np.ndarray,
        count: int,
    ) -> Matches:
        """The places where some units stand most nearly as in `pattern`, one a review at most.

        units: numbers among all that are stored. pattern: (words, len(units)), their states over a
        span; compared is the mean over the span with that over every stretch as long. mean and
        deviation: (len(units),) over the corpus, by which the states are made comparable: both are
        taken as numbers z of deviations from the mean, and their likeness is
        2 a·b / (|a|² + |b|²), a cosine that also minds the size.
        """
        length = len(pattern)
        wide = np.maximum(deviation, 1e-6).astype(np.float32)
        wanted = (pattern.mean(axis=0) - mean) / wide  # (units,)
        values = (self.of(units) - mean[:, None].astype(np.float32)) / wide[:, None]
        if length > 1:
            sums = np.cumsum(values, axis=1, dtype=np.float64)
            sums = np.concatenate([np.zeros((len(units), 1)), sums], axis=1)
            values = ((sums[:, length:] - sums[:, :-length]) / length).astype(np.float32)
        similarity = 2 * (wanted.astype(np.float32) @ values)
        similarity /= np.maximum(np.square(values).sum(axis=0) + np.square(wanted).sum(), 1e-9)
        best, starts = [], []
        ends = self.offsets[1:] - length + 1  # no stretch reaches into the next review
        for start, end in zip(self.offsets[:-1].tolist(), ends.tolist(), strict=True):
            if end <= start:
                best.append(-np.inf)
                starts.append(0)
                continue
            place = int(similarity[start:end].argmax())
            best.append(float(similarity[start + place]))
            starts.append(place)
        values_of = np.array(best)
        # In a byte many are equally alike, and a corpus may stand in order of its labels: chance
        # decides among equals, the same each time.
        chance = np.random.default_rng(0).random(len(best))
        order = np.lexsort((chance, -values_of))[:count]
        order = order[np.isfinite(values_of[order])]
        return Matches(self.reviews[order], np.array(starts)[order], values_of[order])
