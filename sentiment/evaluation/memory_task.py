"""A task with a known answer: remember the first token while N others pass by.

The label is the first token of a sequence; N distractors follow, which say nothing. The verdict
is read at the last step ("last" pooling), so that only a state that was carried through all N
steps can know it. Guessing gives one half. In the manner of Hochreiter & Schmidhuber (1997),
section 5.1, with distractors drawn at random.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

OPEN = " (open gates)"  # started so that they keep what they read, see `NetworkConfig`
# A bag of words finds the token wherever it stands, so for it there is nothing to remember.
CONTENDERS = (
    *(name for name, entry in ARCHITECTURES.items() if entry.encoder),
    f"lstm{OPEN}",
    f"gru{OPEN}",
)
DISTRACTORS = 8  # different ones
FIRST_LABEL = 2 + DISTRACTORS  # ids: <pad>, <unk>, the distractors, the two labels
VOCABULARY = FIRST_LABEL + 2
BATCH = 64  # sequences
TESTED = 1_000  # sequences, drawn anew
CHECK_EVERY = 25  # steps
ENOUGH = 0.999  # share of the training sequences of the last steps that were right
LEARNING_RATE = 3e-3


@dataclass(frozen=True)
class MemorySize:
    """How much is tried."""

    distances: tuple[int, ...]  # N, distractors
    seeds: tuple[int, ...]
    units: int  # of the LSTM; the others get as many parameters
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
    """ids (count, 1 + distractors) and labels (count,) of 0 and 1."""
    labels = torch.randint(2, (count,), generator=generator)
    others = torch.randint(2, FIRST_LABEL, (count, distractors), generator=generator)
    return torch.cat([FIRST_LABEL + labels[:, None], others], dim=1), labels.float()


def memory_network(contender: str, size: MemorySize) -> SentimentClassifier:
    """A small network that is read at its last step only."""
    architecture = contender.removesuffix(OPEN)
    yardstick = NetworkConfig(
        embedding_dim=16,
        hidden_size=size.units,
        pooling="last",
        dropout=0.0,
        embedding_dropout=0.0,
        word_dropout=0.0,
    )
    config = NetworkConfig(
        **{
            **yardstick.to_json(),
            "architecture": architecture,
            "num_layers": ARCHITECTURES[architecture].comparison_layers,
            "chrono_time_scale": max(size.distances) if contender.endswith(OPEN) else 0,
        }
    )
    network = new_classifier(match_parameters(config, encoder_parameters(yardstick)), VOCABULARY)
    # Vectors of the usual small size would leave the one token that matters next to nothing.
    torch.nn.init.normal_(network.embedding.weight)
    return network


def learn_to_remember(
    contender: str, distractors: int, size: MemorySize, seed: int
) -> MemoryResult:
    """Train one network on one distance until it has learned it, or its steps are used up."""
    started = time.perf_counter()
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    network = memory_network(contender, size)
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
    lengths = torch.full((BATCH,), 1 + distractors)
    right = step = 0
    for step in range(1, size.steps + 1):
        ids, labels = sequences(BATCH, distractors, generator)
        logits = network(ids, lengths)
        optimizer.zero_grad()
        binary_cross_entropy_with_logits(logits, labels).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        right += int(((logits > 0) == (labels > 0.5)).sum())
        if step % CHECK_EVERY == 0:
            if right >= ENOUGH * CHECK_EVERY * BATCH:
                break
            right = 0
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
    ids, labels = sequences(TESTED, distractors, generator)
    lengths = torch.full((100,), 1 + distractors)
    logits = torch.cat([network(part, lengths) for part in ids.split(100)])
    return float(((logits > 0) == (labels > 0.5)).float().mean())


def memory_task(size: MemorySize, contenders: Sequence[str] = CONTENDERS) -> Iterator[MemoryResult]:
    """Every contender on every distance, the short distances first."""
    for distractors in size.distances:
        for contender in contenders:
            for seed in size.seeds:
                yield learn_to_remember(contender, distractors, size, seed)


def skip_connections(blocks: int = 8, words: int = 100, seed: int = 0) -> SkipConnections:
    """What the skip connections of an untrained ResNet do to the gradient.

    The norm of the gradient of one output's sum at the embeddings, and at the last block's own
    input, with the skip connections and without: their ratio is what is left on the way down.
    """
    torch.manual_seed(seed)
    config = NetworkConfig(architecture="resnet", num_layers=blocks, hidden_size=64)
    encoder = cast(ResNetEncoder, new_encoder(config)).eval()
    mask = torch.ones(1, words, 1, dtype=torch.bool)
    left = []
    for share in (1.0, 0.0):
        states = [encoder.input(torch.randn(1, words, config.embedding_dim))]
        for block in encoder.blocks:
            states.append(share * states[-1] + block(states[-1], mask))
        gradients = torch.autograd.grad(states[-1][0, words // 2].sum(), [states[0], states[-2]])
        left.append(float(gradients[0].norm() / gradients[1].norm()))
    return SkipConnections(blocks, *left)
