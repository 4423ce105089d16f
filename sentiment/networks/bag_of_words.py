"""Bag of words and word pairs: a linear baseline that is hard to beat (Wang & Manning 2012).

It has the same interface as the neural networks: token ids and lengths in, outputs and traces out.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from sentiment.encoding.vocabulary import UNK
from sentiment.networks.class_output import ClassOutput
from sentiment.networks.config import NetworkConfig
from sentiment.networks.masking import left_align, word_mask
from sentiment.networks.trace import LayerTrace, Quantity


class BagOfWords(nn.Module):
    """output = bias + the sum of one weight for each distinct word and word pair of a review.

    There is a weight for each output: one for two classes, else one per class.

    Unknown words, and pairs with one, have no weight. `training.fit_bag_of_words` fits the weights.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity("word weight", "w", None, "What the word adds at its first occurrence."),
        Quantity("pair weight", "p", None, "What the word and the previous one add as a pair."),
        Quantity("sum so far", "h", None, "The bias plus all weights so far: the output."),
    )
    description = (
        "A bag of words adds one weight for each distinct word and each distinct pair of "
        "neighboring words. Its only state is this sum. Apart from pairs it ignores word order."
    )
    equations = (
        r"h_t = h_{t-1} + w(x_t) + p(x_{t-1}, x_t) \qquad \text{each word and pair counted once}"
    )
    step_code = ""
    intervention_targets: tuple[Quantity, ...] = ()
    word_weights: Tensor
    pair_keys: Tensor
    pair_weights: Tensor
    bias: Tensor

    def __init__(self, config: NetworkConfig, vocabulary_size: int, output: ClassOutput):
        super().__init__()
        self.config = config
        self.output = output
        self.vocabulary_size = vocabulary_size
        self.register_buffer("word_weights", torch.zeros(output.size, vocabulary_size))
        # first * vocabulary_size + second, rising
        self.register_buffer("pair_keys", torch.zeros(0, dtype=torch.int64))
        self.register_buffer("pair_weights", torch.zeros(output.size, 0))
        self.register_buffer("bias", torch.zeros(output.size))
        self.register_load_state_dict_pre_hook(_resize_pairs)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """ids: (batch, time), PAD on either side; lengths: (batch,).

        Returns (batch, output.size).
        """
        by_word, by_pair = self._terms(left_align(ids), lengths)
        return (by_word.sum(dim=2) + by_pair.sum(dim=2)).T + self.bias

    def score(self, ids: Tensor, lengths: Tensor, label: int) -> Tensor:
        """As `SentimentClassifier.score`."""
        return self.output.score(self(ids, lengths), label)

    def _terms(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Weights of each word and of the pair that ends at it, (output.size, batch, time) each."""
        words = word_mask(lengths, ids.shape[1])
        by_word = self.word_weights[:, ids] * _first_occurrence(ids, words & (ids != UNK))
        before = torch.cat([torch.full_like(ids[:, :1], UNK), ids[:, :-1]], dim=1)
        keys = before * self.vocabulary_size + ids
        counted = _first_occurrence(keys, words & (ids != UNK) & (before != UNK))
        if not len(self.pair_keys):
            return by_word, torch.zeros_like(by_word)
        place = torch.searchsorted(self.pair_keys, keys).clamp(max=len(self.pair_keys) - 1)
        known = self.pair_keys[place] == keys
        return by_word, self.pair_weights[:, place] * (known & counted)

    @torch.inference_mode()
    def trace(self, ids: Tensor) -> tuple[Tensor, Tensor, list[LayerTrace]]:
        """As `SentimentClassifier.trace`; the units are the sums of the outputs."""
        by_word, by_pair = self._terms(ids[None], torch.tensor([len(ids)]))
        by_word, by_pair = by_word[:, 0].T, by_pair[:, 0].T  # (time, output.size)
        sums = (by_word + by_pair).double().cumsum(dim=0).float()
        values = {"w": by_word, "p": by_pair, "h": sums + self.bias}
        arrays = {symbol: value.numpy(force=True) for symbol, value in values.items()}
        return values["h"], sums[-1].diag(), [LayerTrace(0, "forward", arrays)]

    def empty_outputs(self) -> Tensor:
        """The outputs for a text without words, (output.size,)."""
        return self.bias

    def verdict_positions(self, length: int) -> Tensor:
        """Positions of the words after which a trace has an output: all."""
        return torch.arange(length)

    def parameter_count(self) -> int:
        return self.word_weights.numel() + self.pair_weights.numel() + self.bias.numel()

    def set_weights(
        self, words: np.ndarray, keys: np.ndarray, pairs: np.ndarray, bias: np.ndarray
    ) -> None:
        """words: (output.size, vocabulary_size); keys: (pairs,), rising; pairs: (output.size,
        pairs); bias: (output.size,)."""
        self.word_weights = torch.from_numpy(words).float()
        self.pair_keys = torch.from_numpy(keys).long()
        self.pair_weights = torch.from_numpy(pairs).float()
        self.bias = torch.from_numpy(bias).float()


def _first_occurrence(keys: Tensor, counted: Tensor) -> Tensor:
    """Whether a counted key is the first of its value in the row; all (batch, time)."""
    keys = keys.masked_fill(~counted, -1)
    ordered, order = torch.sort(keys, dim=1, stable=True)
    new = torch.ones_like(counted)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    return torch.zeros_like(new).scatter(1, order, new & (ordered >= 0))


def _resize_pairs(module: nn.Module, state: dict[str, Any], prefix: str, *_: Any) -> None:
    # The number of pairs is part of the stored weights.
    for name in ("pair_keys", "pair_weights"):
        stored = state.get(prefix + name)
        if stored is not None:
            setattr(module, name, torch.zeros(stored.shape, dtype=getattr(module, name).dtype))
