"""What a chart over the words of a review shows, said in words."""

from collections.abc import Sequence

import numpy as np

NOTHING = 1e-9  # a push this small is none


def strongest_pushes(words: Sequence[str], pushes: np.ndarray, count: int = 1) -> str:
    """The `count` words that push hardest to either side, a sentence; pushes (words,)."""
    order = np.argsort(pushes, kind="stable")
    sides = [
        ("Negative", [place for place in order[:count] if pushes[place] < -NOTHING]),
        ("Positive", [place for place in order[::-1][:count] if pushes[place] > NOTHING]),
    ]
    if np.abs(pushes).max() == max(pushes.max(), 0):
        sides.reverse()  # the stronger side first
    said = [
        ", ".join(f"“{words[place]}” ({pushes[place]:+.2f})" for place in places)
        + f" pushed hardest to {side}"
        for side, places in sides
        if places
    ]
    return "; ".join(said) + "." if said else "No word pushed to either side."
