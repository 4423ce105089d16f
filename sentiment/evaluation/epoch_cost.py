"""Cost of an epoch at each sequence length, computed from review lengths and a measured speed.

`runs/estimate.py` measures one training on this machine, which takes seconds. This module compares
many lengths at once: the cells of all batches divided by the words/s in the shipped table (`python
-m sentiment speed`).
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sentiment.encoding.buckets import BatchWidths, EpochCells, padded_width
from sentiment.encoding.lengths import LengthHistogram, SequenceEffect
from sentiment.encoding.settings import SequenceConfig
from sentiment.evaluation.shipped_tables import SpeedTable
from sentiment.networks.config import NetworkConfig
from sentiment.training.memory_requirement import activation_bytes

MEASURED_STEPS = 250  # words; the measured length closest to most reviews
DRAWN_TO = 1_000  # words; charts reach further where a longer length is chosen
DRAWN = 50  # candidates on a curve
STEP = 10  # words; a sufficient length is a multiple
LISTED = (50, 100, 150, 200, 250, 300, 400, 500, 750, 1_000)  # candidates in the table


@dataclass(frozen=True)
class MeasuredSpeed:
    """Measured training speed of one layer of an architecture."""

    architecture: str
    width: int  # units, and embedding dimension
    threads: int
    words_per_second: float  # cells, padding included


@dataclass(frozen=True)
class EpochCost:
    """One sequence length: its effect on the reviews and the cost of an epoch."""

    sequence_length: int
    effect: SequenceEffect
    cells: EpochCells
    seconds_fixed: float  # every row as wide as the sequence length
    seconds_shuffled: float  # every batch as wide as its longest review
    seconds_bucketed: float  # the same, with batches of reviews of similar length
    memory: int  # bytes of the widest batch; buckets do not lower it


def measured_speeds() -> dict[str, MeasuredSpeed]:
    """Architecture -> its speed in the shipped table. Raises SentimentError if unreadable."""
    table = SpeedTable.read()
    return {
        row.architecture: MeasuredSpeed(row.architecture, table.width, table.threads, row.training)
        for row in table.results
        if (row.steps, row.layers, row.precision) == (MEASURED_STEPS, 1, "float32")
    }


def epoch_costs(
    lengths: LengthHistogram, candidates: list[int], batch_size: int, speed: MeasuredSpeed
) -> list[EpochCost]:
    """The cost of each candidate length for reviews of these lengths."""
    widths = BatchWidths(lengths, batch_size)
    network = NetworkConfig(
        architecture=speed.architecture,
        embedding_dim=speed.width,
        hidden_size=speed.width,
        num_layers=1,
    )
    costs = []
    for candidate in candidates:
        cells = widths.cells(candidate)
        widest = padded_width(min(candidate, lengths.longest))
        costs.append(
            EpochCost(
                sequence_length=candidate,
                effect=lengths.sequence_effect(candidate),
                cells=cells,
                seconds_fixed=cells.fixed / speed.words_per_second,
                seconds_shuffled=cells.shuffled / speed.words_per_second,
                seconds_bucketed=cells.bucketed / speed.words_per_second,
                memory=activation_bytes(network, min(batch_size, lengths.reviews) * widest),
            )
        )
    return costs


def shortest_sufficient_length(lengths: LengthHistogram, max_lost_share: float) -> int:
    """The shortest multiple of STEP words that truncates at most this share of all words."""
    candidates = range(STEP, lengths.longest, STEP)  # the next one truncates nothing

    def suffices(length: int) -> bool:
        return lengths.sequence_effect(length).lost_words_share <= max_lost_share

    # Binary search: the share falls with the length.
    return STEP * (1 + bisect_left(candidates, True, key=suffices))


def candidate_lengths(chosen: int, sufficient: int) -> tuple[list[int], list[int]]:
    """Sequence lengths to draw and to list, both with the chosen one and the sufficient one."""
    marked = {chosen, min(sufficient, SequenceConfig.bounds("sequence_length")[1])}
    upto = max(DRAWN_TO, chosen)
    step = upto // DRAWN
    return sorted({*range(step, upto + 1, step), *marked}), sorted({*LISTED, *marked})


def cost_table(costs: Sequence[EpochCost], chosen: int, sufficient: int) -> list[dict[str, Any]]:
    """One entry per candidate; the chosen one and the shortest sufficient length are marked."""
    marks = {sufficient: "★", chosen: "chosen"}
    return [
        {
            "words": cost.sequence_length,
            " ": marks.get(cost.sequence_length, ""),
            "truncated": cost.effect.truncated_share,
            "words lost": cost.effect.lost_words_share,
            "padding, fixed width": cost.effect.padding_share,
            "padding, buckets": cost.cells.padding_share(cost.cells.bucketed),
            "epoch, fixed width": cost.seconds_fixed,
            "epoch, buckets": cost.seconds_bucketed,
            "memory of a batch": cost.memory,
        }
        for cost in costs
    ]
