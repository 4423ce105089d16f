"""Question with choices, whose answer is computed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sentiment.settings import require


@dataclass(frozen=True)
class Question:
    """A question. `answer` is one of `choices`; `why` explains it with figures."""

    text: str
    choices: tuple[str, ...]
    answer: str
    why: str

    def __post_init__(self) -> None:
        require(
            self.answer in self.choices,
            f"The answer {self.answer!r} is not among the choices {', '.join(self.choices)}.",
        )
        require(
            len(set(self.choices)) == len(self.choices) > 1,
            f"The choices are {', '.join(self.choices)}; expected at least two, all different.",
        )


def nearest(value: float, choices: Sequence[float]) -> int:
    """The position of the choice nearest to a computed value."""
    return min(range(len(choices)), key=lambda place: abs(choices[place] - value))


def share_choices(share: float, others: Sequence[float]) -> tuple[tuple[str, ...], str]:
    """Choices for a computed share, which replaces the nearest of `others`; and the right one."""
    shares = list(others)
    shares[nearest(share, shares)] = share
    choices = tuple(f"about {one:.0%}" for one in sorted(shares))
    return tuple(dict.fromkeys(choices)), f"about {share:.0%}"
