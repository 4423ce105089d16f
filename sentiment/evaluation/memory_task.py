"""Memory task: recall the first token of a sequence after N distractor tokens.

The label is the first token; N random distractors carry no information. Pooling is "last", so the
prediction depends on a state that was kept for N steps. Chance accuracy is 50%. After Hochreiter &
Schmidhuber (1997), section 5.1, with random distractors.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from sentiment.evaluation.shipped_tables import MemoryResult, MemoryTable, SkipConnections
from sentiment.networks.build import new_classifier, new_encoder
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.matching import encoder_parameters, match_parameters
from sentiment.networks.registry import ARCHITECTURES
from sentiment.networks.resnet import ResNetEncoder

OPEN = " (open gates)"  # initialized to remember: `NetworkConfig.chrono_time_scale`
# A bag of words finds the token at any position, so it needs no memory.
CONTENDERS = (
    *(name for name, entry in ARCHITECTURES.items() if entry.encoder),
    f"lstm{OPEN}",
    f"gru{OPEN}",
)
DISTRACTORS = 8  # distinct tokens
FIRST_LABEL = 2 + DISTRACTORS  # ids: <pad>, <unk>, the distractors, the two labels
VOCABULARY = FIRST_LABEL + 2
BATCH = 64  # sequences
TEST_SEQUENCES = 1_000
CHECK_EVERY = 25  # steps
LEARNED = 0.999  # accuracy on the latest training sequences at which training stops
LEARNING_RATE = 3e-3


@dataclass(frozen=True)
class MemorySize:
    """Extent of the experiment."""

    distances: tuple[int, ...]  # N, distractors
    seeds: tuple[int, ...]
    units: int  # of the LSTM; the others have as many parameters
    steps: int  # at most

    @property
    def experiments(self) -> int:
        return len(self.distances) * len(self.seeds) * len(CONTENDERS)

    def table(self, results: list[MemoryResult]) -> MemoryTable:
        return MemoryTable(
            distances=list(self.distances),
            seeds=list(self.seeds),
            units=self.units,
            steps=self.steps,
            experiments=self.experiments,
            skip_connections=skip_connections(),
            results=results,
        )


SMALL = MemorySize(distances=(10, 40, 160), seeds=(0,), units=24, steps=200)
FULL = MemorySize(distances=(10, 30, 100, 300), seeds=(0, 1, 2), units=48, steps=400)


def sequences(count: int, distractors: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Token ids (count, 1 + distractors) and labels (count,), 0 or 1."""
    labels = torch.randint(2, (count,), generator=generator)
    noise = torch.randint(2, FIRST_LABEL, (count, distractors), generator=generator)
    return torch.cat([FIRST_LABEL + labels[:, None], noise], dim=1), labels.float()


def memory_network(contender: str, size: MemorySize) -> SentimentClassifier:
    """A small network with "last" pooling."""
    architecture = contender.removesuffix(OPEN)
    reference = NetworkConfig(
        embedding_dim=16,
        hidden_size=size.units,
        pooling="last",
        dropout=0.0,
        embedding_dropout=0.0,
        word_dropout=0.0,
    )
    config = replace(
        reference,
        architecture=architecture,
        num_layers=ARCHITECTURES[architecture].comparison_layers,
        chrono_time_scale=max(size.distances) if contender.endswith(OPEN) else 0,
    )
    network = new_classifier(match_parameters(config, encoder_parameters(reference)), VOCABULARY)
    # With the usual small embeddings, the one token that matters would hardly change the state.
    torch.nn.init.normal_(network.embedding.weight)
    return network


def learn_to_remember(
    contender: str, distractors: int, size: MemorySize, seed: int
) -> MemoryResult:
    """Train one network at one distance until it has learned the task or its steps are used up."""
    started = time.perf_counter()
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    network = memory_network(contender, size)
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
    lengths = torch.full((BATCH,), 1 + distractors)
    correct = step = 0
    for step in range(1, size.steps + 1):
        ids, labels = sequences(BATCH, distractors, generator)
        logits = network.score(ids, lengths, 1)
        optimizer.zero_grad()
        binary_cross_entropy_with_logits(logits, labels).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        correct += int(((logits > 0) == (labels > 0.5)).sum())
        if step % CHECK_EVERY == 0:
            if correct >= LEARNED * CHECK_EVERY * BATCH:
                break
            correct = 0
    return MemoryResult(
        contender=contender,
        distractors=distractors,
        seed=seed,
        accuracy=_accuracy(network.eval(), distractors, generator),
        steps=step,
        seconds=time.perf_counter() - started,
    )


@torch.inference_mode()
def _accuracy(network: SentimentClassifier, distractors: int, generator: torch.Generator) -> float:
    ids, labels = sequences(TEST_SEQUENCES, distractors, generator)
    lengths = torch.full((100,), 1 + distractors)
    logits = torch.cat([network.score(part, lengths, 1) for part in ids.split(100)])
    return float(((logits > 0) == (labels > 0.5)).float().mean())


def memory_task(size: MemorySize) -> Iterator[MemoryResult]:
    """Every contender at every distance, short distances first."""
    for distractors in size.distances:
        for contender in CONTENDERS:
            for seed in size.seeds:
                yield learn_to_remember(contender, distractors, size, seed)


def skip_connections(blocks: int = 8, words: int = 100) -> SkipConnections:
    """The share of the gradient that passes the blocks of an untrained ResNet.

    It is the gradient norm of one output's sum at the input of the first block relative to that at
    the input of the last, with and without skip connections.
    """
    torch.manual_seed(0)
    config = NetworkConfig(architecture="resnet", num_layers=blocks, hidden_size=64)
    encoder = cast(ResNetEncoder, new_encoder(config)).eval()
    mask = torch.ones(1, words, 1, dtype=torch.bool)
    ratios = []
    for share in (1.0, 0.0):
        states = [encoder.input(torch.randn(1, words, config.embedding_dim))]
        for block in encoder.blocks:
            states.append(share * states[-1] + block(states[-1], mask))
        gradients = torch.autograd.grad(states[-1][0, words // 2].sum(), [states[0], states[-2]])
        ratios.append(float(gradients[0].norm() / gradients[1].norm()))
    return SkipConnections(blocks, *ratios)
