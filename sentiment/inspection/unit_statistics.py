"""Statistics of the units of a layer over many reviews, in one pass and bounded memory."""

import math
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from sentiment.inspection.review_states import LayerStates, ReviewStates
from sentiment.networks.masking import reverse_words, word_mask
from sentiment.networks.trace import Direction, LayerTrace

EXTREMES = 10  # words, reviews and positions stored for each unit, at either end
MIN_SHARE = 1e-12  # smaller retained shares are clipped to this
LARGEST_TABLE = 256 * 2**20  # bytes of the sums per vocabulary word, for one layer and direction
# A word counts if it occurs at least this often and once in so many words: the mean state at a rare
# name describes the few reviews with it rather than the unit.
RARE, ONCE_IN = 5, 40_000


@dataclass(frozen=True)
class UnitStatistics:
    """One layer in one direction; U units, K of each kind of extremes, the strongest first.

    The activation of a unit at a word is its state h; in a review, the mean over its words. Missing
    extremes, if there are fewer than K, have ids and positions of -1 and values of NaN.
    """

    layer: int  # from 0
    direction: Direction
    mean: np.ndarray  # (U,) activation over all words
    deviation: np.ndarray  # (U,) its standard deviation
    # (U,) geometric mean of the share of its state that a unit keeps per word, or the
    # autocorrelation of successive states; see `retention_from_gate`
    retention: np.ndarray
    retention_from_gate: bool
    # (classes, U) of the review's activation with being of a class or not
    label_correlations: np.ndarray
    position_correlation: np.ndarray  # (U,) of the activation with the position
    high_words: np.ndarray  # (U, K) ids of the words with the largest mean activation
    high_word_means: np.ndarray  # (U, K)
    low_words: np.ndarray
    low_word_means: np.ndarray
    raising_words: np.ndarray  # (U, K) ids of the words at which the state rises most, on average
    raising_word_means: np.ndarray
    lowering_words: np.ndarray
    lowering_word_means: np.ndarray
    word_counts: np.ndarray  # (types,) occurrences of each word; higher ids are not counted
    high_reviews: np.ndarray  # (U, K) numbers of the reviews in the study
    high_review_means: np.ndarray
    low_reviews: np.ndarray
    low_review_means: np.ndarray
    high_positions: np.ndarray  # (U, K, 2) review and word, from 0; at most one per review
    high_position_values: np.ndarray
    low_positions: np.ndarray
    low_position_values: np.ndarray

    @property
    def half_lives(self) -> np.ndarray:
        """Half-life of each unit's state in words, (U,); infinite if it keeps all."""
        return half_lives(self.retention)

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything but layer, direction and `retention_from_gate`, by name."""
        no_arrays = ("layer", "direction", "retention_from_gate")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in no_arrays}


def half_lives(retention: np.ndarray) -> np.ndarray:
    """ln ½ / ln retention, in words; infinite if everything is kept."""
    share = np.clip(np.abs(retention.astype(np.float64)), MIN_SHARE, 1.0)
    with np.errstate(divide="ignore"):
        lives: np.ndarray = math.log(0.5) / np.log(share)
    return np.where(share >= 1, np.inf, lives)


def retention_in_review(trace: LayerTrace) -> np.ndarray:
    """The `retention` of UnitStatistics for one review, (U,)."""
    if trace.retained is not None:
        return np.exp(_logarithms(np.abs(trace.retained)).mean(axis=0))
    states = trace.values["h"] - trace.values["h"].mean(axis=0)
    return _ratio((states[1:] * states[:-1]).sum(axis=0), np.square(states).sum(axis=0)).clip(0, 1)


class StatisticsAccumulator:
    """Accumulates reviews into the UnitStatistics of a layer and direction."""

    def __init__(self, layer: int, direction: Direction, units: int, words: int, classes: int):
        """words: of the vocabulary; the rarest are ignored if the sums exceed LARGEST_TABLE."""
        self.layer, self.direction = layer, direction
        self.from_gate = False
        self.types = min(words, max(2, LARGEST_TABLE // (2 * 4 * units)))
        self.word_counts = np.zeros(self.types, np.int64)
        # The states at each word, and those before it; the last row takes padding and the ignored
        # words.
        self.word_sums, self.sums_before = torch.zeros(2, self.types + 1, units)
        self.words = self.reviews = 0
        self.sum, self.squares, self.next, self.kept = np.zeros((4, units))
        self.with_position, self.review_sum, self.review_squares = np.zeros((3, units))
        self.position_sums, self.labels = np.zeros(2), np.zeros(classes)
        self.with_label = np.zeros((classes, units))
        names = ("high_reviews", "low_reviews", "high_positions", "low_positions")
        self.extremes = {name: _Largest(units) for name in names}

    def add(self, reviews: ReviewStates, labels: np.ndarray, layer: LayerStates) -> None:
        """Add reviews; labels: their codes, (reviews,); layer: one of those of the batch."""
        lengths = reviews.lengths
        states, words = layer.states, int(lengths.sum())
        by_position = states.sum(dim=0).double().numpy()  # (time, U)
        positions = np.arange(1.0, states.shape[1] + 1)
        at_position = (lengths > torch.arange(states.shape[1])[:, None]).sum(dim=1).numpy()
        self.reviews += len(states)
        self.words += words
        self.sum += by_position.sum(axis=0)
        self.squares += _total(states.square())
        self.with_position += positions @ by_position
        self.position_sums += (at_position @ positions, at_position @ np.square(positions))
        if layer.retained is None:
            self.next += _total(states[:, 1:] * states[:, :-1])
        else:
            self.from_gate = True
            # The share kept over many words is a product, so its mean is geometric.
            kept = _total(layer.retained.abs().clamp_min_(MIN_SHARE).log_())
            self.kept += kept * words if layer.retained.shape[:2] == (1, 1) else kept
        means = (states.sum(dim=1).double() / lengths[:, None]).numpy()  # (reviews, U)
        self.review_sum += means.sum(axis=0)
        self.review_squares += np.square(means).sum(axis=0)
        np.add.at(self.with_label, labels, means)
        self.labels += np.bincount(labels, minlength=len(self.labels))
        self._add_words(reviews.ids, lengths, states)
        self._add_extremes(reviews.numbers, lengths, states, means)

    def _add_words(self, ids: Tensor, lengths: Tensor, states: Tensor) -> None:
        read = reverse_words(ids[..., None], lengths)[..., 0] if self._backward else ids
        is_word = word_mask(lengths, ids.shape[1])
        index = torch.where(is_word, read.clamp(max=self.types), self.types)
        counts = torch.bincount(index.flatten(), minlength=self.types + 1)
        self.word_counts += counts[: self.types].numpy()
        rows = states.flatten(0, 1)
        self.word_sums.index_add_(0, index.flatten(), rows)
        index[:, 0] = self.types  # the state before the first word is 0
        self.sums_before.index_add_(0, index.flatten()[1:], rows[:-1])

    def _add_extremes(
        self, numbers: np.ndarray, lengths: Tensor, states: Tensor, means: np.ndarray
    ) -> None:
        words = [row[:length] for row, length in zip(states, lengths.tolist(), strict=True)]
        highest = torch.stack([row.amax(dim=0) for row in words]).numpy()
        lowest = torch.stack([row.amin(dim=0) for row in words]).numpy()
        for side, sign, peaks in (("high", 1, highest), ("low", -1, -lowest)):
            reviews = self.extremes[f"{side}_reviews"]
            for row in reviews.larger(sign * means):
                where = np.broadcast_to([numbers[row], 0], (means.shape[1], 2))
                reviews.add(sign * means[row], where)
            positions = self.extremes[f"{side}_positions"]
            for row in positions.larger(peaks):
                places = (sign * words[row]).argmax(dim=0).numpy()  # (U,)
                places = len(words[row]) - 1 - places if self._backward else places
                where = np.stack([np.full_like(places, numbers[row]), places], axis=1)
                positions.add(peaks[row], where)

    @property
    def _backward(self) -> bool:
        return self.direction == "backward"

    def statistics(self) -> UnitStatistics:
        """The statistics of the reviews so far, at least one."""
        words, reviews = self.words, self.reviews
        state_sums = self.word_sums[: self.types].numpy()
        change_sums = state_sums - self.sums_before[: self.types].numpy()
        mean = self.sum / words
        variance = np.maximum(self.squares / words - np.square(mean), 0)
        position, squared_position = self.position_sums / words
        kept = np.exp(self.kept / words)
        if not self.from_gate:
            # The autocorrelation at lag 1, with one mean for both.
            kept = _ratio(self.next / words - np.square(mean), variance).clip(0, 1)
        review_mean, shares = self.review_sum / reviews, self.labels / reviews
        review_variance = np.maximum(self.review_squares / reviews - np.square(review_mean), 0)
        position_deviation = math.sqrt(max(squared_position - position**2, 0.0))
        label_deviations = np.sqrt(shares * (1 - shares))
        return UnitStatistics(
            layer=self.layer,
            direction=self.direction,
            mean=mean,
            deviation=np.sqrt(variance),
            retention=kept,
            retention_from_gate=self.from_gate,
            label_correlations=_ratio(
                self.with_label / reviews - np.outer(shares, review_mean),
                np.outer(label_deviations, np.sqrt(review_variance)),
            ),
            position_correlation=_ratio(
                self.with_position / words - position * mean,
                np.sqrt(variance) * position_deviation,
            ),
            word_counts=self.word_counts,
            **self._extreme_words("high", "low", state_sums),
            **self._extreme_words("raising", "lowering", change_sums),
            **self._extreme_reviews(),
        )

    def _extreme_words(self, high: str, low: str, sums: np.ndarray) -> dict[str, np.ndarray]:
        known = np.flatnonzero(self.word_counts >= max(RARE, self.words // ONCE_IN))
        means = sums[known] / self.word_counts[known, None]  # (known, U)
        arrays: dict[str, np.ndarray] = {}
        for name, sign in ((high, -1), (low, 1)):
            order = np.argsort(sign * means, axis=0, kind="stable")[:EXTREMES].T  # (U, ≤ K)
            found = np.full((sums.shape[1], EXTREMES), -1)
            values = np.full(found.shape, np.nan)
            found[:, : order.shape[1]] = known[order]
            values[:, : order.shape[1]] = np.take_along_axis(means.T, order, axis=1)
            arrays |= {f"{name}_words": found, f"{name}_word_means": values}
        return arrays

    def _extreme_reviews(self) -> dict[str, np.ndarray]:
        arrays: dict[str, np.ndarray] = {}
        for name, largest in self.extremes.items():
            values, where = largest.ranked()
            if name.startswith("low"):
                values = -values
            kind = "means" if name.endswith("reviews") else "values"
            arrays[name] = where if name.endswith("positions") else where[..., 0]
            arrays[f"{name.removesuffix('s')}_{kind}"] = values
        return arrays


class _Largest:
    """The EXTREMES largest values of each unit, and their places."""

    def __init__(self, units: int):
        self.values = np.full((units, EXTREMES), -np.inf)
        self.where = np.full((units, EXTREMES, 2), -1)

    def larger(self, values: np.ndarray) -> list[int]:
        """The rows with a value that belongs here: (rows, U)."""
        rows: list[int] = np.flatnonzero((values > self.values.min(axis=1)).any(axis=1)).tolist()
        return rows

    def add(self, values: np.ndarray, where: np.ndarray) -> None:
        """values: (U,), where: (U, 2)."""
        units = np.arange(len(values))
        worst = self.values.argmin(axis=1)
        (better,) = np.nonzero(values > self.values[units, worst])
        self.values[better, worst[better]] = values[better]
        self.where[better, worst[better]] = where[better]

    def ranked(self) -> tuple[np.ndarray, np.ndarray]:
        """Values (U, K), the largest first, padded with NaN, and their places (U, K, 2)."""
        order = np.argsort(-self.values, axis=1, kind="stable")
        values = np.take_along_axis(self.values, order, axis=1)
        where = np.take_along_axis(self.where, order[..., None], axis=1)
        return np.where(np.isfinite(values), values, np.nan), where


def _logarithms(shares: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(shares.astype(np.float64), MIN_SHARE))


def _total(values: Tensor) -> np.ndarray:
    """The sum over reviews and time, float64; over time in float32, which is much faster."""
    return values.sum(dim=1).sum(dim=0, dtype=torch.float64).numpy()


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, 0 where whole is 0."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 1e-12)
