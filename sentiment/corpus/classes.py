"""Classes of a corpus or a model. The code of a label is the position of its class."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from sentiment.errors import ConfigError
from sentiment.wording import first_few

UNLABELLED = -1  # the code of a review without a label
NEGATIVE, POSITIVE = 0, 1  # codes of NEGATIVE_POSITIVE
MAX_CLASSES = 100


@dataclass(frozen=True)
class Classes:
    """Names of at least two classes, in order.

    ordered: the order means something, as with ratings; the first class is the lowest.
    """

    names: tuple[str, ...]
    ordered: bool = False

    def __post_init__(self) -> None:
        if not 2 <= len(self.names) <= MAX_CLASSES:
            raise ValueError(f"there are {len(self.names)} classes, expected 2 to {MAX_CLASSES}")
        if len(set(self.names)) < len(self.names) or not all(self.names):
            raise ValueError(f"the classes {', '.join(self.names)} are not different names")

    def __len__(self) -> int:
        return len(self.names)

    @property
    def codes(self) -> range:
        return range(len(self.names))

    @property
    def has_distances(self) -> bool:
        """Whether one error can be larger than another: more than two classes, in an order."""
        return self.ordered and len(self) > 2

    @property
    def shown(self) -> tuple[int, ...]:
        """Codes of the classes to show: the second of two classes, else all.

        With two classes, the probability, score and curves of one determine those of the other.
        """
        return (1,) if len(self) == 2 else tuple(self.codes)

    @property
    def sided(self) -> bool:
        """Whether the classes have two ends: they are ordered, or there are two."""
        return self.ordered or len(self) == 2

    def explained(self, label: int) -> int:
        """The class whose figures are shown for a review that is predicted as `label`."""
        return label if label in self.shown else self.shown[0]

    def name(self, code: int) -> str:
        """The name of the class `code`; for UNLABELLED, a name that no class has."""
        return unused("unlabelled", self.names) if code == UNLABELLED else self.names[code]

    def rest(self, code: int) -> str:
        """The alternative to a class: the name of the other class, or "other classes"."""
        others = [name for other, name in enumerate(self.names) if other != code]
        return others[0] if len(others) == 1 else "other classes"


NEGATIVE_POSITIVE = Classes(("Negative", "Positive"), ordered=True)
_NEGATIVE, _POSITIVE = NEGATIVE_POSITIVE.names
NEGATIVE_NEUTRAL_POSITIVE = Classes((_NEGATIVE, "Neutral", _POSITIVE), ordered=True)


def unused(name: str, names: Collection[str]) -> str:
    """`name`, in parentheses if it is one of `names`, because classes can have any name."""
    while name in names:
        name = f"({name})"
    return name


def require_same_classes(of: Mapping[str, Classes]) -> None:
    """Raise ConfigError unless all these models and corpora have the same classes.

    of: their names in the message -> their classes.
    """
    (first, classes), *others = of.items()
    for name, other in others:
        if other.names != classes.names:
            raise ConfigError(
                f"{first} has the classes {listed(classes)}, but {name} has {listed(other)}. "
                "Choose a model and a corpus with the same classes."
            )


def listed(classes: Classes, most: int = 8) -> str:
    """The names of the classes, at most `most`, in one line."""
    return first_few(classes.names, len(classes), most)


def span(classes: Classes, most: int = 3) -> str:
    """What a model with these classes predicts, in a few words."""
    if len(classes) <= most:
        return f"{', '.join(classes.names[:-1])} or {classes.names[-1]}"
    if classes.ordered:
        return f"{classes.names[0]} to {classes.names[-1]}, {len(classes)} classes"
    return f"one of {len(classes)} classes"


def predicted_labels(probabilities: np.ndarray) -> np.ndarray:
    """The most probable class, the later one of equals: (..., classes) -> (...), int64."""
    last = probabilities.shape[-1] - 1
    labels: np.ndarray = last - np.argmax(probabilities[..., ::-1], axis=-1)
    return labels
