"""Two texts on one axis: words they share stand together, the others leave gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

GAP = -1


@dataclass(frozen=True)
class Alignment:
    """Columns of a common axis. left, right: (columns,) positions in each text, or GAP."""

    left: np.ndarray
    right: np.ndarray
    labels: list[str]  # "film", "dull→bright", "−gone", "+new"
    shared: float  # share of the columns in which both have the same word

    def on_left(self, values: np.ndarray) -> np.ndarray:
        """Values of the words of the left text, (words, …), on the axis: nan in the gaps."""
        return _spread(values, self.left)

    def on_right(self, values: np.ndarray) -> np.ndarray:
        return _spread(values, self.right)


def align(left: Sequence[str], right: Sequence[str]) -> Alignment:
    """Put the words of two texts side by side as `difflib` matches them.

    Where some were replaced by others, the first stands with the first, and so on.
    """
    columns: list[tuple[int, int]] = []
    # autojunk would not match words that come often, and those hold the texts together.
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
