"""Language models in both directions: an encoder that has learned to expect the next word.

Pretraining on reviews without labels is the largest single step from a plain LSTM on IMDB to a
good one (Dai & Le 2015). Each direction of the encoder is a language model of its own: the forward
one predicts the next word, the backward one the word before. Words are predicted with the same
vectors they are read with. The softmax over the vocabulary is sampled (Jean et al. 2015), for it
would cost more than the encoder.
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
from sentiment.networks.config import Precision
from sentiment.networks.interfaces import Network, device_of
from sentiment.networks.masking import word_mask
from sentiment.networks.precision import autocast
from sentiment.networks.recurrent import RecurrentEncoder
from sentiment.settings import require
from sentiment.training.fit import learning_rate_share
from sentiment.training.pretrain_config import PretrainConfig

GRADIENT_CLIP = 1.0
SECONDS_PER_EVENT = 2.0
DRAWN_POWER = 0.75  # of their frequency, by which wrong words are drawn
MEASURED = 400  # reviews behind a perplexity


@dataclass(frozen=True)
class PretrainEvent:
    """The steps since the last one, and after an epoch the perplexity."""

    step: int
    epoch: int  # from 1
    progress: float
    loss: float  # nats a word, against the drawn words; not comparable between settings
    words_per_second: float
    seconds: float
    perplexity: float | None = None  # on reviews of the validation part, against every word


class LanguageModel(nn.Module):
    """The embedding and encoder of `network`, and what predicting words needs besides."""

    drawn: Tensor  # the chance of each word to be drawn as a wrong one, (vocabulary_size,)

    def __init__(self, network: SentimentClassifier, counts: np.ndarray):
        """counts: how often each word of the vocabulary occurs, (vocabulary_size,)."""
        super().__init__()
        encoder, config = network.encoder, network.config
        self.embedding, self.encoder = network.embedding, encoder
        self.dropout = nn.Dropout(config.embedding_dropout)  # of what is read, not of the answers
        self.directions = cast(RecurrentEncoder, encoder).directions
        self.projections = nn.ModuleList(
            nn.Linear(config.hidden_size, config.embedding_dim) for _ in self.directions
        )
        share = np.maximum(counts, 0.5) / max(counts.sum(), 1)
        share[PAD] = 1e-9
        self.bias = nn.Parameter(torch.from_numpy(np.log(share)).float())
        drawn = share**DRAWN_POWER
        drawn[PAD] = 0
        self.register_buffer("drawn", torch.from_numpy(drawn / drawn.sum()).float())

    @classmethod
    def of(cls, network: Network, counts: np.ndarray) -> "LanguageModel":
        """Raises ConfigError for a network that would see the words it is to predict."""
        config = network.config
        require(
            isinstance(network, SentimentClassifier)
            and isinstance(network.encoder, RecurrentEncoder)
            and (len(network.encoder.directions) == 1 or config.num_layers == 1),
            "A language model needs a recurrent network whose directions do not meet before the "
            f"end; {config.architecture} with num_layers {config.num_layers} is none. Take "
            "'bilstm' with num_layers 1.",
        )
        return cls(cast(SentimentClassifier, network), counts)

    def _expectations(self, ids: Tensor, lengths: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """For each direction: vectors (batch, time - 1, embedding_dim) that should resemble that
        of the word to come, and where that word stands, as a slice of time."""
        vectors = self.embedding(ids)
        outputs = self.encoder(self.dropout(vectors), lengths)
        for direction, part, project in zip(
            self.directions,
            outputs.split(outputs.shape[2] // len(self.directions), dim=2),
            self.projections,
            strict=True,
        ):
            if direction == "forward":
                yield project(part[:, :-1]), vectors[:, 1:]
            else:
                yield project(part[:, 1:]), vectors[:, :-1]

    def forward(self, batch: Batch, negative_samples: int) -> Tensor:
        """Mean loss of a word, nats, the right word against `negative_samples` others."""
        ids, lengths = batch.ids, batch.lengths
        mask = word_mask(lengths - 1, ids.shape[1] - 1)  # where a word has a neighbor
        wrong = torch.multinomial(self.drawn, negative_samples, replacement=True)
        # Corrected by how often a word is drawn, the loss has the gradient of the whole softmax.
        offset = self.bias - (self.drawn * negative_samples).clamp(min=1e-12).log()
        wrong_vectors, wrong_offset = self.embedding(wrong), offset[wrong]
        losses = []
        for number, (expected, right) in enumerate(self._expectations(ids, lengths)):
            words = ids[:, :-1] if self.directions[number] == "backward" else ids[:, 1:]
            score = (expected * right).sum(dim=2).float() + offset[words]
            others = (expected @ wrong_vectors.T.to(expected.dtype)).float() + wrong_offset
            every = torch.logaddexp(score, others.logsumexp(dim=2))
            losses.append(((every - score) * mask).sum() / mask.sum())
        return torch.stack(losses).mean()

    @torch.inference_mode()
    def perplexity(self, dataset: ReviewDataset) -> float:
        """exp of the mean loss of a word against the whole vocabulary, over both directions."""
        total, count = 0.0, 0
        for item in np.linspace(0, len(dataset) - 1, min(MEASURED, len(dataset))).astype(int):
            row, _ = dataset[int(item)]
            ids = torch.from_numpy(row.astype(np.int64)).to(device_of(self))[None]
            if ids.shape[1] < 2:
                continue
            length = torch.tensor([ids.shape[1]], device=ids.device)
            for number, (expected, _) in enumerate(self._expectations(ids, length)):
                words = ids[0, :-1] if self.directions[number] == "backward" else ids[0, 1:]
                scores = expected[0].float() @ self.embedding.weight.T + self.bias
                loss = nn.functional.cross_entropy(scores, words, reduction="sum")
                total, count = total + float(loss), count + len(words)
        return math.exp(total / max(count, 1))


@dataclass
class PretrainState:
    """Between two epochs: what it takes to go on."""

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
    precision: Precision = "auto",
) -> Iterator[PretrainEvent]:
    """Train on the training and the unlabelled reviews of `corpus`, from where `state` is.

    Every epoch begins with its own seed, so that what is interrupted between two epochs ends the
    same. Raises RunError if the loss is no number any more.
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
            with autocast(precision, device.type):
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
