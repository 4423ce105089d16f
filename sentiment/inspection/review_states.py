"""The states of every layer of a network for many reviews, in batches."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from sentiment.encoding.padding import stack_padded
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.masking import reverse_words
from sentiment.networks.packed import can_pack, packed_states
from sentiment.networks.threads import in_threads
from sentiment.networks.trace import Direction, LayerTrace

WORDS_AT_ONCE = 12_000  # in a batch, with padding; 15 MB of states of 320 units
# More would only add waiting batches, of 45 MB each: the caller cannot use them as fast.
MOST_THREADS = 4
SORTED_AT_ONCE = 1024  # reviews sorted by length, so that those of a batch are about as long


@dataclass(frozen=True)
class LayerStates:
    """The states of a layer in one direction for several reviews, in the order of reading."""

    layer: int
    direction: Direction
    states: Tensor  # (reviews, time, units) float32, 0 after the last word
    # The share of its state that a unit retains per word: as `states`, and 1 after the last word;
    # (1, 1, units) if it is the same at every word, None if it is unknown.
    retained: Tensor | None

    @classmethod
    def of(cls, trace: LayerTrace) -> "LayerStates":
        """Those of one review."""
        step = -1 if trace.direction == "backward" else 1
        states, retained = (
            None if values is None else torch.from_numpy(values[::step].copy())[None]
            for values in (trace.values["h"], trace.retained)
        )
        assert states is not None
        return cls(trace.layer, trace.direction, states, retained)

    def in_text_order(self, lengths: Tensor) -> Tensor:
        """`states` with row t for word t; lengths: (reviews,)."""
        return reverse_words(self.states, lengths) if self.direction == "backward" else self.states


@dataclass(frozen=True)
class ReviewStates:
    """A batch of reviews, the longest one first."""

    numbers: np.ndarray  # (reviews,) counted from 0 in the order in which they were given
    ids: Tensor  # (reviews, time) token ids, padded after the words
    lengths: Tensor  # (reviews,)
    layers: list[LayerStates]  # every layer and direction
    encoded: Tensor  # (reviews, time, features) the output of the encoder

    def states_of(self, row: int) -> np.ndarray:
        """The states of one review in all layers, in the order of the text: (words, units)."""
        length = int(self.lengths[row])
        parts = [
            layer.states[row, :length].flip(0)
            if layer.direction == "backward"
            else layer.states[row, :length]
            for layer in self.layers
        ]
        return torch.cat(parts, dim=1).numpy()


def states_of_reviews(
    network: SentimentClassifier, reviews: Iterable[np.ndarray]
) -> Iterator[ReviewStates]:
    """The states for each review; a review: its token ids, at least one.

    LSTMs of one layer compute a batch at once (`packed`), other networks review by review.
    """
    batches = _batches(network, reviews)
    yield from in_threads(lambda batch: _states(network, *batch), batches, MOST_THREADS)


def _batches(
    network: SentimentClassifier, reviews: Iterable[np.ndarray]
) -> Iterator[tuple[np.ndarray, Sequence[np.ndarray]]]:
    """Numbers and token ids of the reviews of a batch, the longest one first."""
    numbered = iter(enumerate(reviews))
    while some := list(itertools.islice(numbered, SORTED_AT_ONCE)):
        some.sort(key=lambda pair: -len(pair[1]))
        while some:
            count = max(1, WORDS_AT_ONCE // len(some[0][1])) if can_pack(network) else 1
            numbers, rows = zip(*some[:count], strict=True)
            del some[:count]
            yield np.array(numbers), rows


@torch.inference_mode()
def _states(
    network: SentimentClassifier, numbers: np.ndarray, rows: Sequence[np.ndarray]
) -> ReviewStates:
    ids = torch.from_numpy(stack_padded(rows, len(rows[0]), "after")).long()
    lengths = torch.tensor([len(row) for row in rows])
    if can_pack(network):
        layers = [LayerStates(0, *found) for found in packed_states(network, rows)]
        encoded = torch.cat([layer.in_text_order(lengths) for layer in layers], dim=2)
    else:
        alone, traces = network.encoder.trace(network.embedding(ids[0]))
        layers, encoded = [LayerStates.of(trace) for trace in traces], alone[None]
    return ReviewStates(numbers, ids, lengths, layers, encoded)
