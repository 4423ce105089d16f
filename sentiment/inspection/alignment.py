"""Alignment of two texts: shared words are in the same column, other words leave gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

GAP = -1


@dataclass(frozen=True)
class Alignment:
    """Columns of a common axis. left, right: (columns,) word positions in each text, or GAP."""

    left: np.ndarray
    right: np.ndarray
    labels: list[str]  # "film", "dull→bright", "−gone", "+new"
    shared: float  # share of the columns in which both have the same word

    def on_left(self, values: np.ndarray) -> np.ndarray:
        """Values per word of the left text, (words, …), per column: nan in the gaps."""
        return _spread(values, self.left)

    def on_right(self, values: np.ndarray) -> np.ndarray:
        return _spread(values, self.right)


def align(left: Sequence[str], right: Sequence[str]) -> Alignment:
    """Align the words of two texts with `difflib`; replaced words are paired in order."""
    columns: list[tuple[int, int]] = []
    # autojunk would ignore frequent words, which are most of what two texts share.
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for _, low, high, start, end in matcher.get_opcodes():
        both = min(high - low, end - start)
        columns += [(low + step, start + step) for step in range(both)]
        columns += [(place, GAP) for place in range(low + both, high)]
        columns += [(GAP, place) for place in range(start + both, end)]
    labels = [
        f"+{right[there]}"
        if here == GAP
        else f"−{left[here]}"
        if there == GAP
        else left[here]
        if left[here] == right[there]
        else f"{left[here]}→{right[there]}"
        for here, there in columns
    ]
    same = sum(
        here != GAP and there != GAP and left[here] == right[there] for here, there in columns
    )
    positions = np.array(columns, int).reshape(-1, 2)
    return Alignment(positions[:, 0], positions[:, 1], labels, same / max(len(columns), 1))


def _spread(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
    spread = np.full((len(positions), *values.shape[1:]), np.nan, np.float32)
    present = positions != GAP
    spread[present] = values[positions[present]]
    return spread
