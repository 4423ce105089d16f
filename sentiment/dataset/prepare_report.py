"""Report of one preparation, stored with the prepared corpus."""

from dataclasses import dataclass

from sentiment.encoding import splitting
from sentiment.encoding.outliers import DropReason

OFFICIAL, NEW_SPLITS = "official", "8:1:1"
OFFICIAL_VALID = "official validation"  # the source has no test split: one in ten of train


@dataclass(frozen=True)
class PrepareReport:
    """Numbers of one preparation, in reviews unless another unit is named."""

    read: int
    rejected: list[str]  # rows of the source that could not be read, and why
    label_sentence: str  # `Corpus.label_sentence`
    dropped: dict[str, int]  # title of the drop reason -> reviews
    corrected: int  # kept reviews with a label changed by corrections
    unmatched_corrections: int  # corrected texts that are not in the source
    splits: dict[str, dict[str, int]]  # split title -> name of the class -> reviews kept
    split_rule: str  # OFFICIAL, OFFICIAL_VALID or NEW_SPLITS
    mean_length: float  # words, in the source's training split before any were dropped
    shortest: int
    longest: int
    duplicates: splitting.Duplicates
    vocabulary_size: int  # <pad> and <unk> included
    distinct_words: int  # in the training split
    unknown_share: dict[str, float]  # split title -> share of its words not in the vocabulary
    language_checked: dict[str, int]  # split title -> reviews kept that are long enough for it
    other_languages: dict[str, int]  # split title -> of these, those probably not in English
    seconds: float

    @property
    def corrections(self) -> list[str]:
        """The effect of the corrections, as parts of a sentence; empty without corrections."""
        done = []
        if self.corrected:
            done.append(f"{self.corrected:,} label{'s' * (self.corrected != 1)} corrected")
        if merged := self.dropped.get(DropReason.MERGED.title):
            done.append(f"{merged:,} merged")
        if self.unmatched_corrections:
            done.append(
                f"{self.unmatched_corrections:,} texts not found, because the source has changed"
            )
        return done
