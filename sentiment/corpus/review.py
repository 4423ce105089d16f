"""A review, and a corpus of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from sentiment.corpus.classes import UNLABELLED as UNLABELLED
from sentiment.corpus.classes import Classes

NO_FILM = -1


class Split(IntEnum):
    """The split of a review. Arrays store its code."""

    TRAIN = 0
    VALID = 1
    TEST = 2
    UNLABELLED = 3

    @property
    def title(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Review:
    """One review of a source."""

    text: str
    label: int  # a code of the corpus's classes, or UNLABELLED
    split: Split
    film: int = NO_FILM  # the number in IMDb's title id, tt0406816 -> 406816
    rating: int = 0  # 1 to 10 stars; 0 if unknown
    name: str = ""  # its place in the source, "train/neg/0_3" or "row 17"


@dataclass(frozen=True)
class Corpus:
    """Reviews in the order of their source, one column per property, all of length N.

    Without splits in the source, all labelled reviews are in TRAIN. `official`: the source has a
    test split.
    """

    name: str
    fingerprint: str  # sha256 of the source, hex
    texts: Sequence[str]
    labels: np.ndarray  # (N,) int8, codes of `classes` or UNLABELLED
    splits: np.ndarray  # (N,) int8, codes of Split
    classes: Classes
    official: bool = False
    films: np.ndarray | None = None  # (N,) int32, NO_FILM where unknown; None if never known
    ratings: np.ndarray | None = None  # (N,) int8, 0 where unknown
    strata: np.ndarray | None = None  # (N,) codes; new splits keep their shares; None: the labels
    names: Sequence[str] = ()
    rejected: Sequence[str] = field(default=())  # rows that were not read, with the reason
    label_sentence: str = ""  # of a table: "4 and 5 = Positive: 350 reviews. …"

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> Review:
        return Review(
            text=self.texts[index],
            label=int(self.labels[index]),
            split=Split(int(self.splits[index])),
            film=NO_FILM if self.films is None else int(self.films[index]),
            rating=0 if self.ratings is None else int(self.ratings[index]),
            name=self.names[index] if self.names else f"row {index + 1}",
        )

    def __iter__(self) -> Iterator[Review]:
        return (self[index] for index in range(len(self)))

    def counts(self) -> dict[str, dict[str, int]]:
        """Number of reviews per split and label, see `label_counts`."""
        return label_counts(self.splits, self.labels, self.classes)


def label_counts(
    splits: np.ndarray, labels: np.ndarray, classes: Classes
) -> dict[str, dict[str, int]]:
    """Split title -> name of the class -> number of reviews, without zeros.

    splits and labels: (N,) codes.
    """
    return {
        split.title: {
            classes.name(label): int(np.sum((splits == split) & (labels == label)))
            for label in np.unique(labels[splits == split]).tolist()
        }
        for split in Split
        if np.any(splits == split)
    }
