"""Encoder speed: words/s of each architecture at several lengths, alternating with an LSTM."""

import statistics
import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from sentiment.evaluation.shipped_tables import SpeedResult
from sentiment.networks.build import new_encoder
from sentiment.networks.config import NetworkConfig, Precision
from sentiment.networks.interfaces import Encoder
from sentiment.networks.precision import autocast, bfloat16_supported
from sentiment.networks.registry import ARCHITECTURES

STEPS = (250, 1_000, 5_000)  # words
WIDTH = 128  # units of every layer, and embedding dimension
BATCH_WORDS = 32_000  # about; longer reviews make smaller batches
REPEATS = 5


def layer_counts(architecture: str) -> list[int]:
    """One layer, and the number of layers in the comparison if that is larger."""
    return sorted({1, ARCHITECTURES[architecture].comparison_layers})


def speed_table(
    steps: tuple[int, ...] = STEPS, repeats: int = REPEATS, width: int = WIDTH
) -> Iterator[SpeedResult]:
    """Measure every encoder at every length and precision, each alternating with an LSTM."""
    precisions: list[Precision] = ["float32", "bfloat16"]
    if not bfloat16_supported():
        precisions.remove("bfloat16")
    for precision in precisions:
        for count in steps:
            for name, entry in ARCHITECTURES.items():
                if entry.encoder:
                    for layers in layer_counts(name):
                        yield compare_with_lstm(name, layers, count, precision, repeats, width)


def compare_with_lstm(
    architecture: str, layers: int, steps: int, precision: Precision, repeats: int, width: int
) -> SpeedResult:
    """Time `architecture` and a one-layer LSTM of the same width alternately."""
    torch.manual_seed(0)
    batch = max(1, BATCH_WORDS // steps)
    x, lengths = torch.randn(batch, steps, width), torch.full((batch,), steps)

    def encoder(name: str, number: int) -> Encoder:
        return new_encoder(
            NetworkConfig(
                architecture=name,
                embedding_dim=width,
                hidden_size=width,
                num_layers=number,
                dropout=0.0,
            )
        )

    pair = encoder(architecture, layers), encoder("lstm", 1)
    seconds = {}
    for name, work in (("forward", _forward), ("training", _training)):
        timed = [
            [_seconds(work, one, x, lengths, precision) for one in pair] for _ in range(repeats + 1)
        ][1:]  # the first pair warms up
        seconds[name] = (
            statistics.median(own for own, _ in timed),
            statistics.median(lstm / own for own, lstm in timed),
        )
    words = batch * steps
    return SpeedResult(
        architecture=architecture,
        layers=layers,
        steps=steps,
        batch_size=batch,
        precision=precision,
        forward=words / seconds["forward"][0],
        training=words / seconds["training"][0],
        forward_ratio=seconds["forward"][1],
        training_ratio=seconds["training"][1],
    )


def _seconds(
    work: Callable[[Encoder, Tensor, Tensor], None],
    encoder: Encoder,
    x: Tensor,
    lengths: Tensor,
    precision: Precision,
) -> float:
    started = time.perf_counter()
    with autocast(precision):
        work(encoder, x, lengths)
    return time.perf_counter() - started


@torch.inference_mode()
def _forward(encoder: Encoder, x: Tensor, lengths: Tensor) -> None:
    encoder(x, lengths)


def _training(encoder: Encoder, x: Tensor, lengths: Tensor) -> None:
    encoder(x, lengths).float().sum().backward()
