"""How things are measured side by side, and what is told of them."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    what: str
    seconds: float
    against: str
    ratio: float  # of the other thing's seconds to these
    target: str
    met: bool | None  # None: there is no target


def seconds_of(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def side_by_side(
    one: Callable[[], object], other: Callable[[], object], runs: int
) -> tuple[float, float]:
    """Median seconds of `one`, and median of the ratios other / one, measured in turn."""
    one()
    other()
    pairs = [(seconds_of(one), seconds_of(other)) for _ in range(runs)]
    return (
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] / pair[0] for pair in pairs),
    )
