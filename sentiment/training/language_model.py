"""Language model pretraining of an encoder, in each of its directions.

Pretraining on unlabelled reviews is the largest single improvement of an LSTM on IMDB (Dai & Le
2015). The forward direction predicts the next word, the backward direction the previous word. Input
and output embeddings are tied.

The full softmax over the vocabulary would cost more than the encoder. Its denominator is the sum
over the most frequent words, which hold most of it, and an estimate of the sum over the others by
importance sampling (Bengio & Senécal 2003).
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from sentiment.corpus.review import Split
from sentiment.dataset.batches import Batch, LengthBuckets, ReviewDataset, training_batches
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import PAD
from sentiment.errors import RunError
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network, device_of
from sentiment.networks.masking import word_mask
from sentiment.networks.precision import autocast
from sentiment.networks.recurrent import RecurrentEncoder
from sentiment.settings import require
from sentiment.training.fit import learning_rate_share
from sentiment.training.pretrain_config import PretrainConfig

GRADIENT_CLIP = 1.0
SECONDS_PER_EVENT = 2.0
FREQUENT_WORDS = 1_000  # ids below this are always in the denominator of the softmax
SAMPLING_POWER = 0.75  # the others are drawn by word frequency to this power
PERPLEXITY_REVIEWS = 400


@dataclass(frozen=True)
class PretrainEvent:
    """Means over the steps since the last event; after an epoch also the perplexity."""

    step: int
    epoch: int  # from 1
    progress: float
    loss: float  # nats per word, with the estimated softmax
    words_per_second: float
    seconds: float
    perplexity: float | None = None  # on validation reviews, full softmax


class LanguageModel(nn.Module):
    """Embedding and encoder of `network`, with projections and biases that predict words."""

    sampling: Tensor  # probability of each rarer word as a negative sample, (rarer words,)

    def __init__(self, network: SentimentClassifier, counts: np.ndarray):
        """counts: how often each word of the vocabulary occurs, (vocabulary_size,)."""
        super().__init__()
        encoder, config = network.encoder, network.config
        self.embedding, self.encoder = network.embedding, encoder
        self.dropout = nn.Dropout(config.embedding_dropout)  # of the inputs, not of the targets
        self.directions = cast(RecurrentEncoder, encoder).directions
        self.projections = nn.ModuleList(
            nn.Linear(config.hidden_size, config.embedding_dim) for _ in self.directions
        )
        share = np.maximum(counts, 0.5) / max(counts.sum(), 1)
        share[PAD] = 1e-9
        self.bias = nn.Parameter(torch.from_numpy(np.log(share)).float())
        sampling = share[FREQUENT_WORDS:] ** SAMPLING_POWER
        self.register_buffer("sampling", torch.from_numpy(sampling / sampling.sum()).float())

    @classmethod
    def of(cls, network: Network, counts: np.ndarray) -> "LanguageModel":
        """A language model that shares embedding and encoder with `network`.

        Raises ConfigError for a network whose outputs depend on the words to predict.
        """
        config = network.config
        require(
            isinstance(network, SentimentClassifier)
            and isinstance(network.encoder, RecurrentEncoder)
            and (len(network.encoder.directions) == 1 or config.num_layers == 1),
            f"architecture is {config.architecture!r} with num_layers {config.num_layers}; a "
            "language model needs a recurrent network with one direction, or with one layer. "
            "Choose 'bilstm' with num_layers 1.",
        )
        return cls(cast(SentimentClassifier, network), counts)

    def _predicted(self, ids: Tensor, lengths: Tensor) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """For each direction: the predicted and the true word vectors, (batch, time - 1,
        embedding_dim) each, and the ids of the true words, (batch, time - 1)."""
        vectors = self.embedding(ids)
        outputs = self.encoder(self.dropout(vectors), lengths)
        for direction, part, project in zip(
            self.directions,
            outputs.split(outputs.shape[2] // len(self.directions), dim=2),
            self.projections,
            strict=True,
        ):
            if direction == "forward":
                yield project(part[:, :-1]), vectors[:, 1:], ids[:, 1:]
            else:
                yield project(part[:, 1:]), vectors[:, :-1], ids[:, :-1]

    def forward(self, batch: Batch, negative_samples: int) -> Tensor:
        """Mean loss per word in nats: the true word against the frequent words and
        `negative_samples` of the others."""
        ids, lengths = batch.ids, batch.lengths
        mask = word_mask(lengths - 1, ids.shape[1] - 1)  # where a word has a neighbor
        candidates, offset = self._candidates(negative_samples)
        vectors = self.embedding(candidates)
        losses = []
        for predicted, true, words in self._predicted(ids, lengths):
            score = (predicted * true).sum(dim=2).float() + self.bias[words]
            others = (predicted @ vectors.T.to(predicted.dtype)).float() + offset
            others = others.masked_fill(candidates == words[..., None], -torch.inf)
            total = torch.logaddexp(score, others.logsumexp(dim=2))
            losses.append(((total - score) * mask).sum() / mask.sum())
        return torch.stack(losses).mean()

    def _candidates(self, samples: int) -> tuple[Tensor, Tensor]:
        """The ids of the words in the denominator, and what is added to their scores."""
        size = len(self.bias)
        frequent = torch.arange(PAD + 1, min(FREQUENT_WORDS, size), device=self.bias.device)
        if size <= FREQUENT_WORDS:
            return frequent, self.bias[frequent]
        drawn = torch.multinomial(self.sampling, samples, replacement=True)
        rarer = drawn + FREQUENT_WORDS
        # A sampled word stands for all that could have been drawn in its place.
        weight = self.bias[rarer] - (self.sampling[drawn] * samples).log()
        return torch.cat([frequent, rarer]), torch.cat([self.bias[frequent], weight])

    @torch.inference_mode()
    def perplexity(self, dataset: ReviewDataset) -> float:
        """exp of the mean loss per word with the full softmax, over all directions."""
        total, count = 0.0, 0
        items = np.linspace(0, len(dataset) - 1, min(PERPLEXITY_REVIEWS, len(dataset)))
        for item in items.astype(int).tolist():
            row, _ = dataset[item]
            ids = torch.from_numpy(row.astype(np.int64)).to(device_of(self))[None]
            if ids.shape[1] < 2:
                continue
            length = torch.tensor([ids.shape[1]], device=ids.device)
            for predicted, _, words in self._predicted(ids, length):
                scores = predicted[0].float() @ self.embedding.weight.T + self.bias
                loss = nn.functional.cross_entropy(scores, words[0], reduction="sum")
                total, count = total + float(loss), count + len(words[0])
        return math.exp(total / max(count, 1))


@dataclass
class PretrainState:
    """The state of a pretraining between two epochs."""

    model: LanguageModel
    optimizer: torch.optim.Optimizer
    epochs_done: int = 0
    step: int = 0
    seconds: float = 0.0

    @classmethod
    def new(cls, model: LanguageModel, config: PretrainConfig) -> "PretrainState":
        optimizer = torch.optim.Adam(
            model.parameters(), config.learning_rate, betas=(0.9, 0.99), fused=True
        )
        return cls(model, optimizer)


def pretrain(
    state: PretrainState,
    corpus: PreparedCorpus,
    sequence: SequenceConfig,
    config: PretrainConfig,
) -> Iterator[PretrainEvent]:
    """Train on the training and unlabelled reviews of `corpus`, from `state` on.

    Each epoch sets its own seed, so that a training resumed between two epochs gives the same
    result. Raises RunError if the loss is not finite.
    """
    model = state.model
    device = device_of(model)
    rows = np.concatenate([corpus.rows(Split.TRAIN), corpus.rows(Split.UNLABELLED)])
    train = ReviewDataset(corpus.ids, corpus.offsets, corpus.labels, rows, sequence)
    valid = ReviewDataset.of(corpus, Split.VALID, sequence)
    batches = training_batches(train, config.batch_size, config.seed)
    order = cast(LengthBuckets, batches.batch_sampler)
    planned = config.epochs * len(batches)
    began = time.perf_counter() - state.seconds
    for epoch in range(state.epochs_done, config.epochs):
        torch.manual_seed(config.seed + epoch)
        order.epoch = epoch
        model.train()
        losses, words, since = [], 0, time.perf_counter()
        for batch in batches:
            share = learning_rate_share(state.step, planned, "one-cycle")
            for group in state.optimizer.param_groups:
                group["lr"] = config.learning_rate * share
            with autocast("auto", device.type):
                loss = model(batch.to(device), config.negative_samples)
            state.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), GRADIENT_CLIP)
            state.optimizer.step()
            state.step += 1
            losses.append(loss.detach())
            words += batch.words
            now = time.perf_counter()
            if now - since >= SECONDS_PER_EVENT:
                yield PretrainEvent(
                    step=state.step,
                    epoch=epoch + 1,
                    progress=state.step / planned,
                    loss=_mean(losses, state.step),
                    words_per_second=words / (now - since),
                    seconds=now - began,
                )
                losses, words, since = [], 0, now
        state.epochs_done = epoch + 1
        state.seconds = time.perf_counter() - began
        perplexity = model.eval().perplexity(valid)
        yield PretrainEvent(
            step=state.step,
            epoch=epoch + 1,
            progress=state.step / planned,
            loss=_mean(losses, state.step) if losses else math.nan,
            words_per_second=words / max(time.perf_counter() - since, 1e-9),
            seconds=state.seconds,
            perplexity=perplexity,
        )


def _mean(losses: list[Tensor], step: int) -> float:
    mean = float(torch.stack(losses).mean())
    if not math.isfinite(mean):
        raise RunError(f"The loss became {mean} before step {step}. Lower learning_rate.")
    return mean
