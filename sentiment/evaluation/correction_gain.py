"""Effect of corrections on the accuracy of a simple model.

The model is the logistic regression over words and word pairs that also finds label errors. It is
trained twice, with the corrections and without them. Both models predict the same reviews, which
neither was trained on, and are evaluated with the corrected labels. With an official test split
these are its reviews, whose labels are never corrected; otherwise all reviews, by five-fold
cross-validation.
"""

import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from sentiment import atomic
from sentiment.analysis.exclusions import apply_merges
from sentiment.analysis.label_errors import FOLDS, out_of_fold
from sentiment.corpus.classes import UNLABELLED, predicted_labels
from sentiment.dataset.corrections import Corrections
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.quality_findings import checked_reviews, protected_reviews
from sentiment.encoding.outliers import DropReason
from sentiment.errors import CorpusError
from sentiment.evaluation.comparison import PairedComparison, mcnemar, p_value_text
from sentiment.places import corrections_dir
from sentiment.progress import StageProgress, stage_of
from sentiment.stored import read_json
from sentiment.wording import percentage_points, signed


@dataclass(frozen=True)
class CorrectionGain:
    """The result of a measurement; `comparison` has the model with the corrections first."""

    corrections: str  # digest
    official: bool  # measured on the official test split
    comparison: PairedComparison
    seconds: float

    @property
    def reviews(self) -> str:
        """The reviews on which it was measured."""
        if self.official:
            return f"the {self.comparison.reviews:,} reviews of the official test split"
        return f"{self.comparison.reviews:,} reviews ({FOLDS}-fold cross-validation)"

    def finding(self) -> str:
        """Both accuracies, their difference with its interval, and what follows."""
        compared = self.comparison
        low, high = (signed(100 * end, ".2f") for end in compared.interval)
        with_them = (compared.both + compared.only_first) / compared.reviews
        without = (compared.both + compared.only_second) / compared.reviews
        verdict = "No measurable gain"
        if compared.significant:
            verdict = "A measurable gain" if compared.difference > 0 else "A measurable loss"
        return (
            f"{verdict}: the simple model classifies {with_them:.2%} of {self.reviews} correctly "
            f"with the corrections and {without:.2%} without them, a difference of "
            f"{percentage_points(compared.difference, 2)} (95% confidence interval {low} to {high} "
            f"pp; exact McNemar test, p {p_value_text(compared.p_value)})."
        )


def measure_gain(
    corpus: PreparedCorpus, corrections: Corrections, progress: StageProgress | None = None
) -> CorrectionGain:
    """Train with and without the corrections. corpus: prepared without them.

    Raises CorpusError if they change nothing, or if there are too few reviews.
    """
    started = time.perf_counter()
    reviews, protected = checked_reviews(corpus), protected_reviews(corpus)
    effect = corrections.effect(reviews.digests, reviews.labels, protected)
    drop_reasons = np.array(corpus.drop_reasons)
    before = np.where(drop_reasons == DropReason.KEPT, reviews.labels, UNLABELLED)
    apply_merges(drop_reasons, effect.merged, protected)
    after = np.where(drop_reasons == DropReason.KEPT, effect.labels, UNLABELLED)
    if np.array_equal(before, after):
        raise CorpusError(
            f"The corrections of {corpus.name} change no label and no review that is trained on. "
            "Correct some labels first."
        )
    official = bool(protected.any())
    measured = (after != UNLABELLED) & (protected if official else True)
    correct = []
    for title, labels in (("With corrections", after), ("Without corrections", before)):
        predicted = out_of_fold(
            reviews.tokenized,
            labels,
            len(corpus.classes),
            reviews.numbers,
            protected,
            stage_of(progress, title),
            measured,
        ).probabilities[measured]
        if np.isnan(predicted).any():
            raise CorpusError(
                f"{corpus.name} has too few reviews to measure a gain: each of {FOLDS} models "
                "needs training reviews of at least two classes."
            )
        correct.append(predicted_labels(predicted) == after[measured])
    seconds = time.perf_counter() - started
    return CorrectionGain(corrections.digest, official, mcnemar(*correct), seconds)


def save_gain(corpus_id: str, gain: CorrectionGain) -> None:
    atomic.write_json(_file(corpus_id), asdict(gain))


def saved_gain(corpus_id: str) -> CorrectionGain | None:
    """The last measurement for a registered corpus, None if there is none.

    Raises CorpusError if it is damaged.
    """
    if not os.path.lexists(_file(corpus_id)):
        return None
    return read_json(
        _file(corpus_id), CorrectionGain, CorpusError, "Delete it and measure the gain again."
    )


def _file(corpus_id: str) -> Path:
    return corrections_dir() / "measured" / f"{corpus_id}.json"
