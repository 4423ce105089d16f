"""Classifier around an encoder: token ids in, outputs for the classes out."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from sentiment.encoding.vocabulary import PAD, UNK
from sentiment.networks.class_output import ClassOutput
from sentiment.networks.config import NetworkConfig
from sentiment.networks.hooks import NO_HOOKS, Hooks
from sentiment.networks.interfaces import Encoder
from sentiment.networks.masking import left_align, prefixes, word_mask
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
    """embedding -> encoder -> pooling -> dropout -> linear -> outputs, see `class_output`.

    Padding, on either side and of any length, does not change the outputs.
    """

    def __init__(
        self,
        config: NetworkConfig,
        embedding: nn.Embedding,
        encoder: Encoder,
        output: ClassOutput,
    ):
        super().__init__()
        self.config, self.output = config, output
        self.embedding = embedding
        self.encoder = encoder
        self.description, self.equations = encoder.description, encoder.equations
        self.quantities, self.step_code = encoder.quantities, encoder.step_code
        self.intervention_targets = encoder.intervention_targets
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(encoder.output_size * POOLED_WIDTH[config.pooling], output.size)

    def forward(
        self,
        ids: Tensor,
        lengths: Tensor,
        perturbation: Tensor | None = None,
        hooks: Hooks = NO_HOOKS,
    ) -> Tensor:
        """Outputs, (batch, output.size).

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
        encoded = self.encoder(x, lengths, hooks).float()  # (batch, time, output_size)
        pooled = pool(encoded, lengths, self.config.pooling, self.encoder.hidden_size)
        return self.head(self.dropout(pooled))

    def score(
        self,
        ids: Tensor,
        lengths: Tensor,
        label: int,
        perturbation: Tensor | None = None,
        hooks: Hooks = NO_HOOKS,
    ) -> Tensor:
        """The score of the class `label`, (batch,); the other arguments are those of `forward`."""
        return self.output.score(self(ids, lengths, perturbation, hooks), label)

    @torch.inference_mode()
    def trace(self, ids: Tensor) -> tuple[Tensor, Tensor, list[LayerTrace]]:
        """All values of one review, ids (time,) without padding.

        Returns (1) the outputs after each word, (time, output.size): those of the review up to
        there, so that the last ones are the prediction; between `verdict_positions` the previous
        ones are repeated; (2) what each output of the encoder adds to each of the last outputs,
        (output.size, output_size): the head is linear, so that they and its bias add up to it;
        (3) the traces of the layers.
        """
        encoded, traces = self.encoder.trace(self.embedding(ids))
        if self.encoder.causal:
            prefixes = pool_prefixes(encoded, self.config.pooling)  # (time, pooled)
            pooled, outputs = prefixes[-1], self.head(prefixes)
        else:
            length = torch.tensor([len(ids)], device=ids.device)
            size = self.encoder.hidden_size
            pooled = pool(encoded[None], length, self.config.pooling, size)[0]
            outputs = self._prefix_outputs(ids, encoded)
        shape = (self.output.size, -1, self.encoder.output_size)
        contributions = (self.head.weight * pooled).view(shape).sum(dim=1)
        return outputs, contributions, traces

    def empty_outputs(self) -> Tensor:
        """The outputs before any word, (output.size,): the head maps the zero state to its bias."""
        return self.head.bias.detach()

    def score_head(self, outputs: Tensor, label: int) -> tuple[Tensor, Tensor]:
        """The head of the score of the class `label` at a review with these `outputs`,
        (output.size,): weight (pooled,) and bias. It is exact there, see `linear_score`."""
        coefficients, constant = self.output.linear_score(outputs, label)
        return coefficients @ self.head.weight, coefficients @ self.head.bias + constant

    def verdict_positions(self, length: int) -> Tensor:
        """Positions (from 0, rising) of the words after which a trace has outputs of its own.

        All, unless encoding every prefix of `length` words backwards would take too long.
        """
        every = 1 if self.encoder.causal else -(-length * length // (2 * MAX_PREFIX_WORDS))
        return torch.arange(length - 1, -1, -every).flip(0)

    def _prefix_outputs(self, ids: Tensor, encoded: Tensor) -> Tensor:
        """The outputs after each word, (time, output.size), for an encoder that is not causal.

        encoded: the whole review, (time, output_size).
        """
        ends = self.verdict_positions(len(ids)).to(ids.device) + 1
        outputs = self._outputs_at(ids, encoded, ends)
        words = torch.arange(1, len(ids) + 1, device=ids.device)
        return outputs[(torch.searchsorted(ends, words, right=True) - 1).clamp(min=0)]

    def _outputs_at(self, ids: Tensor, encoded: Tensor, ends: Tensor) -> Tensor:
        # The backward direction must encode each prefix separately, which is quadratic in the
        # length. The forward direction needs that only if a second layer reads both directions.
        encoder = self.encoder
        if isinstance(encoder, RecurrentEncoder) and encoder.has_independent_directions:
            size = encoder.hidden_size
            forward = pool_prefixes(encoded[:, :size], self.config.pooling)[ends - 1]
            pooled = [
                pool(rows, lengths, self.config.pooling, size)
                for rows, lengths in encoder.backward_prefixes(self.embedding(ids), ends)
            ]
            kinds = (len(ends), POOLED_WIDTH[self.config.pooling], size)
            both = [part.view(kinds) for part in (forward, torch.cat(pooled))]
            return self.head(torch.cat(both, dim=2).flatten(1))
        outputs = []
        for lengths in ends.split(PREFIXES_AT_ONCE):
            outputs.append(self(prefixes(ids, lengths), lengths))
        return torch.cat(outputs)

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())
