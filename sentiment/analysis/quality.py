"""Quality checks of a corpus, with a cache of their results on disk.

Results depend on the texts and labels only. `exclusions.py` derives from them which reviews to
exclude.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sentiment import atomic
from sentiment.analysis import label_errors, text_checks
from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.analysis.near_duplicates import near_duplicates
from sentiment.corpus.classes import Classes
from sentiment.encoding import splitting
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.encoding.tokenize import TOKENIZER
from sentiment.errors import CorpusError
from sentiment.listing import Listing, delete_oldest, entries, list_items
from sentiment.places import quality_dir
from sentiment.progress import Progress, StageProgress, stage_of
from sentiment.stored import read_array, read_json

VERSION = 4  # of the checks; a change invalidates cached results
_REMEDY = "Delete it; the checks find it again."
_SUGGESTIONS = dict[int, label_errors.Suggestion]
MAX_CACHED_CORPORA = 6  # the least recently used results beyond this number are deleted


class CheckedReviews:
    """The reviews of a corpus as input of the checks; read only if a result is not cached."""

    def __init__(
        self,
        content: str,  # identifies the texts, see `PreparedCorpus.content`
        texts: Callable[[], Iterable[str]],
        labels: np.ndarray,  # (N,) codes of `classes`, as the source has them
        classes: Classes,
        tokenized: TokenizedCorpus | None = None,
        numbers: np.ndarray | None = None,
        decided: np.ndarray | None = None,  # (N,) bool, labels that the user confirmed or corrected
    ) -> None:
        self.content, self.texts, self.labels, self.decided = content, texts, labels, decided
        self.classes = classes
        if tokenized is not None:
            self.tokenized = tokenized
        if numbers is not None:
            self.numbers = numbers

    @cached_property
    def tokenized(self) -> TokenizedCorpus:
        return TokenizedCorpus.of_any_size(self.texts(), count=len(self.labels))

    @cached_property
    def digests(self) -> np.ndarray:
        """`text_digests` of the reviews, (N, 2) uint64."""
        return splitting.text_digests(self.texts())

    @cached_property
    def numbers(self) -> np.ndarray:
        """`text_numbers` of the reviews, (N,) int64."""
        return splitting.numbers_of(self.digests)

    def results(
        self, name: str, test: np.ndarray, progress: StageProgress | None = None
    ) -> np.ndarray:
        """The result of one check for each review, from the cache if possible.

        test: (N,) bool, reviews that no model is trained on. Returns (N,) group numbers, -1
        without a group; or (N,) bool; or for "label-errors" (N,) probabilities of a wrong label,
        0 where the user has decided.
        """
        found = self._found(name, test, progress)
        if name == "label-errors" and self.decided is not None:
            found = np.where(self.decided, np.float32(0), found)
        return found

    def _found(self, name: str, test: np.ndarray, progress: StageProgress | None) -> np.ndarray:
        file = self._file(name, test)
        cached = _load_cached(name, file, len(self.labels))
        if name == "label-errors" and self.suggestions(test) is None:
            cached = None
        if cached is not None:
            return cached
        report = stage_of(progress, QUALITY_CHECKS[name].title) or (lambda done, total: None)
        report(0, 1)
        found = _CHECKS[name](self, test, report)
        report(1, 1)
        atomic.write_array(file, found)
        delete_oldest(quality_dir(), MAX_CACHED_CORPORA)
        return found

    def suggestions(self, test: np.ndarray) -> dict[int, label_errors.Suggestion] | None:
        """Another label for each label error; None before `results`."""
        file = self._file("label-errors", test).with_suffix(".json")
        with contextlib.suppress(CorpusError):
            found: dict[int, label_errors.Suggestion] = read_json(
                file, _SUGGESTIONS, CorpusError, ""
            )
            if all(0 <= one.label < len(self.classes) for one in found.values()):
                return found
        return None

    def label_errors(self, test: np.ndarray, report: Progress) -> np.ndarray:
        """The probability of another label for each review, (N,); caches the `suggestions` too."""
        predicted = label_errors.out_of_fold(
            self.tokenized, self.labels, len(self.classes), self.numbers, test, report
        )
        found = label_errors.label_error_probabilities(self.labels, predicted.probabilities)
        others = label_errors.suggested_labels(self.labels, predicted.probabilities).tolist()
        suggestions = {
            row: {
                "label": others[row],
                "words": predicted.strongest_words(self.tokenized, row, others[row]),
            }
            for row in np.flatnonzero(found >= label_errors.THRESHOLD).tolist()
        }
        atomic.write_json(self._file("label-errors", test).with_suffix(".json"), suggestions)
        return found

    def is_cached(self, test: np.ndarray) -> bool:
        """Whether the results of all checks are cached."""
        return all(self._file(name, test).is_file() for name in QUALITY_CHECKS)

    def _file(self, name: str, test: np.ndarray) -> Path:
        folder = quality_dir() / f"{self.content}-{VERSION}-{TOKENIZER}"
        if name != "label-errors":  # the other checks depend on the texts only
            return folder / f"{name}.npy"
        inputs = self.labels.astype(np.int8).tobytes() + np.packbits(test).tobytes()
        return folder / f"{name}-{hashlib.sha256(inputs).hexdigest()[:12]}.npy"


def _duplicates(reviews: CheckedReviews) -> np.ndarray:
    """The group of each review, (N,): the row of the first with the same text, -1 if unique."""
    _, first, text_of, counts = np.unique(
        reviews.numbers, return_index=True, return_inverse=True, return_counts=True
    )
    groups: np.ndarray = np.where(counts > 1, first, -1)[text_of]
    return groups


_CHECKS: dict[str, Callable[[CheckedReviews, np.ndarray, Progress], np.ndarray]] = {
    "duplicates": lambda reviews, test, report: _duplicates(reviews),
    "near-duplicates": lambda reviews, test, report: near_duplicates(
        reviews.tokenized, reviews.numbers, progress=report
    ),
    "ratings": lambda reviews, test, report: text_checks.leaked_ratings(
        reviews.texts(), len(reviews.labels), report
    ),
    "html": lambda reviews, test, report: text_checks.html_residue(reviews.texts()),
    "languages": lambda reviews, test, report: text_checks.other_languages(reviews.tokenized),
    "label-errors": lambda reviews, test, report: reviews.label_errors(test, report),
}


def _load_cached(name: str, file: Path, count: int) -> np.ndarray | None:
    """The cached result of `count` reviews, None if it is missing or damaged."""
    check = QUALITY_CHECKS[name]
    if name == "label-errors":
        facts: dict[str, Any] = {"low": 0, "high": 1}  # probabilities
    else:
        facts = {"low": -1, "high": count - 1} if check.grouped else {"dtype": bool}
    with contextlib.suppress(CorpusError, OSError):
        cached = np.array(read_array(file, CorpusError, "", shape=(count,), **facts))
        file.parent.touch()  # marks it as recently used
        return cached
    return None


def findings_listing() -> Listing[Path]:
    """The folders of cached results, and the files in them that are damaged."""

    def read(file: Path) -> Path:
        if file.suffix == ".json":
            read_json(file, _SUGGESTIONS, CorpusError, _REMEDY)
        else:
            read_array(file, CorpusError, _REMEDY, shape=(None,))
        return file

    files = [file for folder in entries(quality_dir()) for file in entries(folder) or [folder]]
    return list_items("quality findings", files, read)
