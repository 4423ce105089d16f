"""A bag of words and pairs of words: the baseline every network has to beat.

It knows no order beyond a pair, and it is hard to beat (Wang & Manning 2012). It stands behind the
same interface as the networks: ids and lengths in, one logit out, a trace on demand.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from sentiment.encoding.vocabulary import UNK
from sentiment.networks.config import NetworkConfig
from sentiment.networks.masking import left_align, word_mask
from sentiment.networks.trace import LayerTrace, Quantity


class BagOfWords(nn.Module):
    """logit = bias + the sum of one weight for each different word and pair of a review.

    What is outside the vocabulary counts for nothing, alone or in a pair. The weights are
    found by `training.fit_bag_of_words`.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity(
            "weight of the word", "w", None, "What the word itself adds when it first appears."
        ),
        Quantity(
            "weight of the pair", "p", None, "What the word adds together with the one before it."
        ),
        Quantity("sum so far", "h", None, "All that was added, and the bias: the logit."),
    )
    description = (
        "A bag of words adds up one number for every different word and pair of neighbors in the "
        "review. It has no state but that sum, and apart from pairs no idea of order."
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

    def __init__(self, config: NetworkConfig, vocabulary_size: int):
        super().__init__()
        self.config = config
        self.vocabulary_size = vocabulary_size
        self.register_buffer("word_weights", torch.zeros(vocabulary_size))
        # Rising; first * vocabulary_size + second.
        self.register_buffer("pair_keys", torch.zeros(0, dtype=torch.int64))
        self.register_buffer("pair_weights", torch.zeros(0))
        self.register_buffer("bias", torch.zeros(()))
        self.register_load_state_dict_pre_hook(_take_the_stored_size)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """ids: (batch, time), PAD on either side; lengths: (batch,). Returns logits, (batch,)."""
        added = self._added(left_align(ids), lengths)
        return added[0].sum(dim=1) + added[1].sum(dim=1) + self.bias

    def _added(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """What each word, and each pair that ends at it, adds: two of (batch, time)."""
        words = word_mask(lengths, ids.shape[1])
        by_word = self.word_weights[ids] * _first_of_its_kind(ids, words & (ids != UNK))
        before = torch.cat([torch.full_like(ids[:, :1], UNK), ids[:, :-1]], dim=1)
        keys = before * self.vocabulary_size + ids
        counted = _first_of_its_kind(keys, words & (ids != UNK) & (before != UNK))
        if not len(self.pair_keys):
            return by_word, torch.zeros_like(by_word)
        place = torch.searchsorted(self.pair_keys, keys).clamp(max=len(self.pair_keys) - 1)
        known = self.pair_keys[place] == keys
        return by_word, self.pair_weights[place] * (known & counted)

    @torch.inference_mode()
    def trace(self, ids: Tensor) -> tuple[Tensor, Tensor, list[LayerTrace]]:
        """As `SentimentClassifier.trace`, with one "unit": the sum."""
        by_word, by_pair = self._added(ids[None], torch.tensor([len(ids)]))
        pre_activations = (by_word + by_pair).double().cumsum(dim=1).float()
        values = {"w": by_word, "p": by_pair, "h": pre_activations + self.bias}
        arrays = {symbol: value[0, :, None].numpy(force=True) for symbol, value in values.items()}
        return values["h"][0], pre_activations[0, -1:], [LayerTrace(0, "forward", arrays)]

    def empty_logit(self) -> float:
        """The logit of a text without words."""
        return self.bias.item()

    def verdict_positions(self, length: int) -> Tensor:
        """After which words a trace has the logit: all."""
        return torch.arange(length)

    def parameter_count(self) -> int:
        return len(self.word_weights) + len(self.pair_weights) + 1

    def set_weights(
        self, words: np.ndarray, keys: np.ndarray, pairs: np.ndarray, bias: float
    ) -> None:
        """words: (vocabulary_size,); keys and pairs: (pairs,), keys rising."""
        self.word_weights = torch.from_numpy(words).float()
        self.pair_keys = torch.from_numpy(keys).long()
        self.pair_weights = torch.from_numpy(pairs).float()
        self.bias = torch.tensor(bias).float()


def _first_of_its_kind(keys: Tensor, counted: Tensor) -> Tensor:
    """Where a counted key comes for the first time in its row; all (batch, time)."""
    keys = keys.masked_fill(~counted, -1)
    ordered, order = torch.sort(keys, dim=1, stable=True)
    new = torch.ones_like(counted)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    return torch.zeros_like(new).scatter(1, order, new & (ordered >= 0))


def _take_the_stored_size(module: nn.Module, state: dict[str, Any], prefix: str, *_: Any) -> None:
    # The number of pairs is known only to the stored weights.
    for name in ("pair_keys", "pair_weights"):
        stored = state.get(prefix + name)
        if stored is not None:
            setattr(module, name, torch.zeros(stored.shape, dtype=getattr(module, name).dtype))
