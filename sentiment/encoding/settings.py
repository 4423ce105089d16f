"""Settings for preparing a corpus and for encoding a review as a row of fixed length.

They are saved as JSON beside the results. The command line, the pages and the JSON use the same
names.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from sentiment.settings import MAX_SEED, Settings, require, setting

MAX_WORDS = 1_000_000
EXCLUDABLE = ("duplicates", "near-duplicates", "ratings", "html", "languages", "label-errors")
SplitRule = Literal["official", "8:1:1"]
PaddingSide = Literal["before", "after"]
Keep = Literal["head", "tail", "both"]


@dataclass(frozen=True)
class PrepareConfig(Settings):
    """Settings for preparing a corpus: vocabulary, cutoffs, splits and exclusions."""

    max_words: int = setting(
        30_000,
        "Vocabulary (words)",
        "The most frequent words have a vector each; all others share one.",
        low=1,
        high=MAX_WORDS,
        common=True,
    )
    min_count: int = setting(
        2,
        "Minimum word count",
        "Words that occur less often in the training split become <unk>.",
        low=1,
        high=MAX_WORDS,
    )
    min_length: int = setting(
        3,
        "Shortest review (words)",
        "Shorter reviews are dropped. Empty reviews are always dropped.",
        low=1,
        high=MAX_WORDS,
    )
    max_length: int = setting(
        1_500,
        "Longest review (words)",
        "Longer reviews are dropped, not truncated.",
        low=1,
        high=MAX_WORDS,
    )
    split: SplitRule = setting(
        "official",
        "Splits",
        "official: keep the test split of the source. 8:1:1: draw new splits.",
    )
    unlabelled: bool = setting(
        False,
        "Read unlabelled reviews",
        "Also read the reviews without labels (IMDB has 50,000), for the vocabulary, word "
        "vectors, language models and teachers.",
    )
    exclude: str = setting(
        "",
        "Exclude",
        "Kinds of faulty reviews to leave out, separated by commas: duplicates, near-duplicates, "
        "ratings (the text states its own), html, languages (not English), label-errors (a model "
        "confidently predicts the other label). An official test split is never changed.",
        several=EXCLUDABLE,
    )
    corrections: str = setting(
        "",
        help="Label corrections to apply, by the digest that `corrections CORPUS` prints. An "
        "official test split is never changed.",
    )
    seed: int = setting(0, low=0, high=MAX_SEED)  # of the split; a run sets both of its seeds alike

    def without_cutoffs(self) -> "PrepareConfig":
        """The same, but no review is dropped by its length."""
        return replace(self, min_length=1, max_length=self.bounds("max_length")[1])

    @property
    def excluded(self) -> tuple[str, ...]:
        """The kinds in `exclude`, in the order of EXCLUDABLE."""
        named = {name.strip() for name in self.exclude.split(",")}
        return tuple(name for name in EXCLUDABLE if name in named)

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            self.min_length <= self.max_length,
            f"min_length is {self.min_length} and max_length is {self.max_length}; expected "
            "min_length to be at most max_length.",
        )
        require(
            not self.corrections or bool(re.fullmatch("[0-9a-f]{20}", self.corrections)),
            f"corrections is {self.corrections!r}; expected the digest of 20 hexadecimal digits "
            "that `corrections CORPUS` prints.",
        )
        for name in filter(None, (name.strip() for name in self.exclude.split(","))):
            require(
                name in EXCLUDABLE,
                f"exclude contains {name!r}; expected any of {', '.join(EXCLUDABLE)}.",
            )
        # One spelling for each choice, so that a prepared corpus is found again.
        object.__setattr__(self, "exclude", ", ".join(self.excluded))


@dataclass(frozen=True)
class SequenceConfig(Settings):
    """Settings for padding and truncating an encoded review to a row of fixed length."""

    sequence_length: int = setting(
        250,
        "Sequence length (words)",
        "Longer reviews are truncated, shorter ones padded. Padding is masked.",
        low=1,
        high=10_000,
        common=True,
    )
    padding: PaddingSide = setting("after", "Padding", "Put <pad> before or after the words.")
    truncation: Keep = setting(
        "both", "Truncation", "Which end of a longer review is kept; both: half of each."
    )
