"""The settings of every step between a text and the rows a network reads.

Frozen, validated when built, and saved as JSON beside whatever was made with them. The command
line, the pages and the JSON use the same names.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from sentiment.settings import require, require_choice, require_whole, setting

EXCLUDABLE = ("duplicates", "near-duplicates", "ratings", "html", "languages", "label-errors")
SplitRule = Literal["official", "8:1:1"]
PaddingSide = Literal["before", "after"]
Keep = Literal["head", "tail", "both"]


@dataclass(frozen=True)
class PrepareConfig:
    """How a corpus becomes encoded reviews in three parts."""

    max_words: int = setting(
        30_000,
        "Vocabulary (words)",
        "The most frequent words get a vector of their own; all others share one.",
        low=1,
        high=1_000_000,
        common=True,
    )
    min_count: int = setting(
        2, "Rarest word", "Words that occur less often in the training part are unknown.", low=1
    )
    min_length: int = setting(
        3, "Shortest review (words)", "Shorter reviews are dropped, empty ones always.", low=1
    )
    max_length: int = setting(
        1_500, "Longest review (words)", "Longer reviews are dropped, not cut.", low=1
    )
    split: SplitRule = setting(
        "official", "Parts", "Keep the test part the source brings with it, or make 8:1:1."
    )
    unlabelled: bool = setting(
        False,
        "Unlabelled reviews too",
        "Also read what the source has without labels (IMDB: 50,000 reviews), for the vocabulary, "
        "word vectors, language models and teachers.",
    )
    exclude: str = setting(
        "",
        "Leave out",
        "Kinds of faulty reviews, separated by commas: duplicates, near-duplicates, "
        "ratings (the text names its own), html, languages (not English), doubtful (labels that a "
        "model is sure are wrong). An official test part stays whole.",
        several=EXCLUDABLE,
    )
    seed: int = 0  # of the split; a training sets it together with its own

    @property
    def excluded(self) -> tuple[str, ...]:
        """The kinds in `exclude`, in the order of EXCLUDABLE."""
        named = {name.strip() for name in self.exclude.split(",")}
        return tuple(name for name in EXCLUDABLE if name in named)

    def __post_init__(self) -> None:
        require_whole("max_words", self.max_words, 1, 1_000_000)
        require_whole("min_count", self.min_count, 1)
        require_whole("min_length", self.min_length, 1)
        require_whole("max_length", self.max_length, 1)
        require(
            self.min_length <= self.max_length,
            f"min_length is {self.min_length} and max_length {self.max_length}; "
            "the shortest review kept cannot be longer than the longest.",
        )
        require_choice("split", self.split, SplitRule)
        for name in filter(None, (name.strip() for name in self.exclude.split(","))):
            require(
                name in EXCLUDABLE,
                f"exclude names {name!r}; choose among {', '.join(EXCLUDABLE)}.",
            )
        # One way of writing it, so that what was prepared is found again.
        object.__setattr__(self, "exclude", ", ".join(self.excluded))
        require_whole("seed", self.seed, 0, 2**32 - 1)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class SequenceConfig:
    """How an encoded review becomes a row of fixed length."""

    sequence_length: int = setting(
        250,
        "Sequence length (words)",
        "Longer reviews are truncated, shorter ones padded. Padding is masked.",
        low=1,
        high=10_000,
        common=True,
    )
    padding: PaddingSide = setting("after", "Padding", "The side <pad> is put on.")
    truncation: Keep = setting("both", "Truncation", "What is kept of a longer review.")

    def __post_init__(self) -> None:
        require_whole("sequence_length", self.sequence_length, 1, 10_000)
        require_choice("padding", self.padding, PaddingSide)
        require_choice("truncation", self.truncation, Keep)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
