"""Classifier around an encoder: token ids in, one logit out."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from sentiment.encoding.vocabulary import PAD, UNK
from sentiment.networks.config import NetworkConfig
from sentiment.networks.hooks import NO_HOOKS, Hooks
from sentiment.networks.interfaces import Encoder
from sentiment.networks.masking import left_align, word_mask
from sentiment.networks.pooling import POOLED_WIDTH, pool, pool_prefixes
from sentiment.networks.recurrent import PREFIXES_AT_ONCE, RecurrentEncoder
from sentiment.networks.trace import LayerTrace

MAX_PREFIX_WORDS = 60_000  # encoded for one trace: about 0.2 s, all prefixes of 346 words


def new_embedding(vocabulary_size: int, embedding_dim: int) -> nn.Embedding:
    """Word vectors so small that gates start far from saturation; <pad> is zero."""
    embedding = nn.Embedding(vocabulary_size, embedding_dim, padding_idx=PAD)
    nn.init.normal_(embedding.weight, std=0.1)
    with torch.no_grad():
        embedding.weight[PAD].zero_()
    return embedding


class SentimentClassifier(nn.Module):
    """embedding -> encoder -> pooling -> dropout -> linear -> logit; above 0 means Positive.

    Padding, on either side and of any length, does not change the logit.
    """

    def __init__(self, config: NetworkConfig, embedding: nn.Embedding, encoder: Encoder):
        super().__init__()
        self.config = config
        self.embedding = embedding
        self.encoder = encoder
        self.description, self.equations = encoder.description, encoder.equations
        self.quantities, self.step_code = encoder.quantities, encoder.step_code
        self.intervention_targets = encoder.intervention_targets
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(encoder.output_size * POOLED_WIDTH[config.pooling], 1)

    def forward(
        self,
        ids: Tensor,
        lengths: Tensor,
        perturbation: Tensor | None = None,
        hooks: Hooks = NO_HOOKS,
    ) -> Tensor:
        """Logits, (batch,).

        ids: (batch, time), padded with PAD on either side; lengths: (batch,) words, at least 1.
        perturbation: added to the word vectors, (batch, time, embedding_dim), words first.
        hooks: replace quantities of `intervention_targets`.
        """
        ids = left_align(ids)
        if self.training and self.config.word_dropout:
            dropped = torch.rand(ids.shape, device=ids.device) < self.config.word_dropout
            ids = ids.masked_fill(dropped & word_mask(lengths, ids.shape[1]), UNK)
        x = functional.dropout(self.embedding(ids), self.config.embedding_dropout, self.training)
        if perturbation is not None:
            x = x + perturbation
        outputs = self.encoder(x, lengths, hooks).float()  # (batch, time, output_size)
        pooled = pool(outputs, lengths, self.config.pooling, self.encoder.hidden_size)
        return self.head(self.dropout(pooled)).squeeze(1)

    @torch.inference_mode()
    def trace(self, ids: Tensor) -> tuple[Tensor, Tensor, list[LayerTrace]]:
        """All values of one review, ids (time,) without padding.

        Returns (1) the logit after each word, (time,): the logit of the review up to there, so
        that the last one is the prediction; between `verdict_positions` the previous one is
        repeated; (2) the contribution of each encoder output to the last logit, (output_size,):
        the head is linear, so that they and its bias add up to it; (3) the traces of the layers.
        """
        outputs, traces = self.encoder.trace(self.embedding(ids))
        if self.encoder.causal:
            prefixes = pool_prefixes(outputs, self.config.pooling)  # (time, pooled)
            pooled, logits = prefixes[-1], self.head(prefixes).squeeze(1)
        else:
            length = torch.tensor([len(ids)], device=ids.device)
            size = self.encoder.hidden_size
            pooled = pool(outputs[None], length, self.config.pooling, size)[0]
            logits = self._prefix_logits(ids, outputs)
        contributions = (self.head.weight * pooled).view(-1, self.encoder.output_size).sum(dim=0)
        return logits, contributions, traces

    def empty_logit(self) -> float:
        """The logit before any word: that of the zero state, which the head maps to its bias."""
        return self.head.bias.item()

    def verdict_positions(self, length: int) -> Tensor:
        """Positions (from 0, rising) of the words after which a trace has a logit of its own.

        All, unless encoding every prefix of `length` words backwards would take too long.
        """
        every = 1 if self.encoder.causal else -(-length * length // (2 * MAX_PREFIX_WORDS))
        return torch.arange(length - 1, -1, -every).flip(0)

    def _prefix_logits(self, ids: Tensor, outputs: Tensor) -> Tensor:
        """The logit after each word, (time,), for an encoder that is not causal.

        outputs: of the whole review, (time, output_size).
        """
        ends = self.verdict_positions(len(ids)).to(ids.device) + 1
        logits = self._logits_at(ids, outputs, ends)
        words = torch.arange(1, len(ids) + 1, device=ids.device)
        return logits[(torch.searchsorted(ends, words, right=True) - 1).clamp(min=0)]

    def _logits_at(self, ids: Tensor, outputs: Tensor, ends: Tensor) -> Tensor:
        # The backward direction must encode each prefix separately, which is quadratic in the
        # length. The forward direction needs that only if a second layer reads both directions.
        encoder = self.encoder
        if isinstance(encoder, RecurrentEncoder) and encoder.has_independent_directions:
            size = encoder.hidden_size
            forward = pool_prefixes(outputs[:, :size], self.config.pooling)[ends - 1]
            pooled = [
                pool(rows, lengths, self.config.pooling, size)
                for rows, lengths in encoder.backward_prefixes(self.embedding(ids), ends)
            ]
            kinds = (len(ends), POOLED_WIDTH[self.config.pooling], size)
            both = [part.view(kinds) for part in (forward, torch.cat(pooled))]
            return self.head(torch.cat(both, dim=2).flatten(1)).squeeze(1)
        logits = []
        for lengths in ends.split(PREFIXES_AT_ONCE):
            rows = ids[: lengths[-1]].repeat(len(lengths), 1)
            rows = rows.masked_fill(~word_mask(lengths, rows.shape[1]), PAD)
            logits.append(self(rows, lengths))
        return torch.cat(logits)

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())
