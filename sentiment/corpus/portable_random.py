"""Random choices that are the same in every version of Python."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class PortableRandom:
    """Random choices that are the same in every version of Python.

    Only `random.Random.random` guarantees its sequence; `choice` and `shuffle` do not, so they
    are implemented here.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def chance(self, share: float) -> bool:
        return self._random() < share

    def below(self, limit: int) -> int:
        return int(self._random() * limit)

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in options]

    def draw(self, shares: dict[str, int]) -> str:
        """A random key, weighted by its share."""
        rank = self.below(sum(shares.values()))
        for key, share in shares.items():
            rank -= share
            if rank < 0:
                return key
        raise AssertionError("below() is less than the sum of the shares")

    def length(self, ranks: Sequence[int]) -> int:
        """A number between two neighbors in `ranks`; each pair is equally likely."""
        position = self._random() * (len(ranks) - 1)
        low = int(position)
        return round(ranks[low] + (ranks[low + 1] - ranks[low]) * (position - low))
