"""The classes of a corpus or a model. Codes of labels are positions among them."""

from dataclasses import dataclass

import numpy as np

UNLABELLED = -1  # the code of a review without a label
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

    def name(self, code: int) -> str:
        """The name of the class `code`, or "unlabelled"."""
        return "unlabelled" if code == UNLABELLED else self.names[code]


NEGATIVE_POSITIVE = Classes(("Negative", "Positive"), ordered=True)


def predicted_labels(probabilities: np.ndarray) -> np.ndarray:
    """The most probable class, the later one of equals: (..., classes) -> (...), int64."""
    last = probabilities.shape[-1] - 1
    labels: np.ndarray = last - np.argmax(probabilities[..., ::-1], axis=-1)
    return labels
