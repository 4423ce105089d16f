"""What an epoch costs at each sequence length, worked out from lengths and a measured speed.

`estimate.py` measures one training on this machine, which takes seconds. This is for comparing
many lengths at once: the cells of all batches, divided by the words a second that
`python -m sentiment speed` wrote into the table that ships.
"""

from dataclasses import dataclass
from typing import Any

from sentiment import atomic
from sentiment.encoding.buckets import BatchWidths, EpochCells, padded_width
from sentiment.encoding.lengths import LengthHistogram, SequenceEffect
from sentiment.errors import SentimentError
from sentiment.evaluation.claims import SPEED_TABLE
from sentiment.networks.config import NetworkConfig
from sentiment.training.memory import batch_bytes

MEASURED_STEPS = 250  # words; the row of the table that is nearest to most reviews


@dataclass(frozen=True)
class MeasuredSpeed:
    """How fast one layer of an architecture was seen to train."""

    architecture: str
    width: int  # units, and numbers in a word vector
    threads: int
    words_per_second: float  # cells, in truth: padding is read as well


@dataclass(frozen=True)
class EpochCost:
    """One candidate: what it does to the reviews, and what an epoch of them takes."""

    sequence_length: int
    effect: SequenceEffect
    cells: EpochCells
    seconds_fixed: float  # every row as wide as the sequence length
    seconds_shuffled: float  # every batch as wide as its longest review
    seconds_bucketed: float  # the same, with batches of similar lengths
    memory: int  # bytes that the widest batch takes; buckets do not lower it


def measured_speeds() -> dict[str, MeasuredSpeed]:
    """Architecture -> its speed in the table that ships. Raises SentimentError if unreadable."""

    def build(table: dict[str, Any]) -> dict[str, MeasuredSpeed]:
        return {
            row["architecture"]: MeasuredSpeed(
                row["architecture"], table["width"], table["threads"], row["training"]
            )
            for row in table["results"]
            if (row["steps"], row["layers"], row["precision"]) == (MEASURED_STEPS, 1, "float32")
        }

    return atomic.read_json(
        SPEED_TABLE,
        build,
        SentimentError,
        "Fetch it again (git restore sentiment/shipped), or measure: `python -m sentiment speed "
        "--save FILE`.",
    )


def epoch_costs(
    lengths: LengthHistogram, candidates: list[int], batch_size: int, speed: MeasuredSpeed
) -> list[EpochCost]:
    """Every candidate, for reviews of these lengths."""
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
                effect=lengths.fitted_to(candidate),
                cells=cells,
                seconds_fixed=cells.fixed / speed.words_per_second,
                seconds_shuffled=cells.shuffled / speed.words_per_second,
                seconds_bucketed=cells.bucketed / speed.words_per_second,
                memory=batch_bytes(network, min(batch_size, lengths.reviews) * widest),
            )
        )
    return costs


def sweet_spot(lengths: LengthHistogram, most_lost: float, step: int = 10) -> int:
    """The shortest multiple of `step` at which no more than this share of all words is lost."""
    low, high = 1, max(1, -(-lengths.longest // step))
    while low < high:  # the longer, the less is lost
        middle = (low + high) // 2
        if lengths.fitted_to(middle * step).lost_words_share <= most_lost:
            high = middle
        else:
            low = middle + 1
    return low * step
